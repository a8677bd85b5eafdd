"""Every stored field of one report, each with the product's own way of reading it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from blind_index.group import Scalar
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.shamir import interpolate
from escrow import aead, trustee_lock
from escrow.case import check_consent
from escrow.client.vault import VaultContents, open_vault, seal_vault
from escrow.client.words import vault_keys
from escrow.messages.codec import Blob, Digest, Signature, Signed, decode, encode
from escrow.messages.filing import IndexAnswer
from escrow.messages.vault import Vault, VaultWrite
from escrow.report.check import check_header
from escrow.report.contents import box_context, release_context
from escrow.sealing import open_sealed
from escrow.server.cases import check_verdict
from escrow.server.indexing import check_answer
from escrow.server.receipts import check_receipt
from escrow.server.tag_index import open_row
from escrow.trustee_lock import Part
from tests.world.dealt import Plan
from tests.world.stream import stream
from tests.world.world import World

STORE_KEY = SecretBytes(bytes(range(32)))
WORDS = ("abacus", "abdomen", "abdominal", "abide", "abiding", "ability", "ablaze")


@dataclass(frozen=True)
class Field:
    """Stored bytes, and what reads them: returns only if it accepts them."""

    name: str
    data: bytes
    read: Callable[[bytes], object]

    def accepts(self, data: bytes) -> bool:
        """Whether the product takes these bytes in the field's place."""
        try:
            self.read(data)
        except ProtocolError:
            return False
        return True


def _signed(name: str, signed: Signed, read: Callable[[Signed], object]) -> list[Field]:
    return [
        Field(
            f"{name}: payload",
            signed.payload,
            lambda d: read(replace(signed, payload=Blob(d))),
        ),
        Field(
            f"{name}: signature",
            signed.signature,
            lambda d: read(replace(signed, signature=_signature(d))),
        ),
    ]


def _signature(data: bytes) -> Signature:
    if len(data) != Signature.size:
        raise ProtocolError("a signature of another length")
    return Signature(data)


def stored_fields(name: str) -> list[Field]:
    """Two people have met; everything that is stored of one of them.

    Args:
        name: Of the deployment: a new one for each, so that what was sealed
            without a guard is not taken for what was sealed with it.
    """
    world = World(Plan(name=name))
    world.file("ana", group=2)
    world.file("bea", group=2)
    box = world.queue(world.opening[0])[0].box
    world.settle()
    world.consent_all()
    return [
        *_report_fields(world, box),
        *_case_fields(world),
        *_store_fields(world),
        *_vault_fields(name),
    ]


def _report_fields(world: World, box) -> Iterator[Field]:
    ana = world.survivors["ana"]
    filed = world.server.reports[ana.report_key("first")]
    signed, day = filed.submission.header, world.day
    yield from _signed(
        "header", signed, lambda s: check_header(world.deployment, s, day=day)
    )
    key = filed.stored.report_key
    for part in Part:
        shares = [
            (Scalar.from_int(t.index), Scalar.decode(t.held[key].shares[part]))
            for t in world.opening[:2]
        ]
        z = interpolate(shares)
        yield Field(
            f"part: {part.name.lower()}",
            filed.submission.parts[part],
            lambda d, z=z, part=part: trustee_lock.open_part(z, key, part, d),
        )
    first = world.opening[0].me
    digest = filed.stored.header_digest
    context = box_context(world.deployment, digest, 1)
    yield Field(
        "box",
        box.ciphertext,
        lambda d: open_sealed(
            first.box_seeds[box.box_key], d, Label.TRUSTEE_BOX, *context
        ),
    )
    yield from _signed(
        "receipt",
        filed.receipts[1],
        lambda s: check_receipt(world.deployment, 1, filed.stored, s),
    )
    tags = filed.report.core.encrypted_tags
    yield Field(
        "index answer",
        encode(filed.answers[1]),
        lambda d: check_answer(world.deployment, tags, _same(d, digest)),
    )


def _same(data: bytes, digest: bytes) -> IndexAnswer:
    answer = decode(data, IndexAnswer)
    if answer.header_digest != digest or answer.index != 1:
        raise ProtocolError("filed under another report or trustee")
    return answer


def _case_fields(world: World) -> Iterator[Field]:
    ((case_id, case),) = world.server.cases.items()
    members = {m.report_key: m.header_digest for m in case.group.members}
    yield from _signed(
        "verdict",
        case.verdicts[1],
        lambda s: check_verdict(world.deployment, 1, case_id, s),
    )
    yield from _signed(
        "consent",
        case.consents[0],
        lambda s: check_consent(s, case_id, members, day=world.day),
    )
    release = case.releases[0]
    listed = list(members.items())
    reader = next(
        person
        for person in world.survivors.values()
        if person.report_key("first") == listed[release.reader][0]
    )
    context = release_context(
        world.deployment, case_id, listed[release.giver][1], listed[release.reader][1]
    )
    seed = reader.reports["first"].keys().reader_seed
    where = (*context, bytes([release.index]))
    yield Field(
        "release",
        release.ciphertext,
        lambda d: open_sealed(seed, d, Label.RELEASE_BOX, *where),
    )


def _store_fields(world: World) -> Iterator[Field]:
    """What the API seals under its own key: tags, and index answers at rest."""
    filed = next(iter(world.server.reports.values()))
    yield Field("tag row", filed.rows[0], lambda d: open_row(world.server._keys, d))
    draw = stream("stored answer")
    place = (filed.stored.header_digest, bytes([1]))
    body = encode(filed.answers[1])
    sealed = aead.seal(STORE_KEY, body, Label.STORED_ANSWER, *place, randomness=draw)
    yield Field(
        "index answer at rest",
        sealed,
        lambda d: aead.unseal(STORE_KEY, d, Label.STORED_ANSWER, *place),
    )


def _vault_fields(name: str) -> Iterator[Field]:
    # Each name has words of its own: her own older vault would open.
    keys = vault_keys((*WORDS[1:], f"{WORDS[0]} {name}"))
    contents = VaultContents(manifest_digest=Digest(bytes(32)))
    write = decode(seal_vault(keys, contents, 1).payload, VaultWrite)
    vault = Vault(vault_id=write.vault_id, counter=1, ciphertext=write.ciphertext)
    yield Field(
        "vault",
        write.ciphertext,
        lambda d: open_vault(keys, replace(vault, ciphertext=Blob(d))),
    )
