"""Seal one version of a report, inside out (§F4 to §F9)."""

from collections.abc import Sequence

from msgspec.structs import replace

from blind_index.group import Scalar
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from escrow import aead, trustee_lock
from escrow.credential import sign_core
from escrow.encrypted_tag import encrypt_tag
from escrow.manifest import Deployment
from escrow.match_lock import Wrapped, level_secrets, make_entry
from escrow.messages.codec import Blob, EncodedScalar, PublicKey, Signed, encode
from escrow.messages.deployment import BoxKey
from escrow.messages.filing import (
    Box,
    BoxedShares,
    ContactPart,
    Core,
    EncryptedTag,
    Header,
    LockEntry,
    LockPart,
    PartDigests,
    ReportSubmission,
    StandingPart,
)
from escrow.padding import part_sizes
from escrow.report.contents import (
    Content,
    box_context,
    box_key_digest,
    check_wishes,
    contact_subkey,
    header_digest,
    nudge_key,
    quorum,
)
from escrow.sealing import seal_to, sealing_key
from escrow.signing import public_key, sign
from escrow.trustee_lock import Part


def seal_report(
    deployment: Deployment,
    content: Content,
    box_keys: Sequence[BoxKey],
    *,
    randomness: Randomness = SYSTEM,
) -> ReportSubmission:
    """Seal one version of a report; the token is left to the caller.

    Args:
        deployment: The pinned manifest.
        content: What the survivor decided and holds.
        box_keys: The opening trustees' current keys, checked; at least t'.
        randomness: Draws, in order: per entry one r, one wrap nonce, one proof
            nonce; then per part its secret and its nonces.

    Raises:
        InputError: A group size that the deployment does not offer, or text
            that does not fit.

    Source: PROTOCOL.md §F4 to §F9.
    """
    check_wishes(deployment, content.wishes)
    report_key = public_key(content.keys.report_seed)
    entries, tags = _lock(deployment, content, report_key, randomness)
    core = encode(_core(deployment, content, report_key, tags))
    secrets = [Scalar.random(randomness=randomness) for _ in Part]
    plaintexts = _plaintexts(content, report_key, core, entries, randomness)
    parts = tuple(
        trustee_lock.seal_part(
            secrets[part], report_key, part, padded, randomness=randomness
        )
        for part, padded in zip(
            Part, zip(plaintexts, part_sizes(len(tags)), strict=True), strict=True
        )
    )
    dealt = [
        trustee_lock.make_shares(secrets[part], report_key, part, quorum(deployment))
        for part in Part
    ]
    header = _header(report_key, core, parts, secrets, dealt)
    signed = sign(content.keys.report_seed, Label.REPORT_HEADER, header)
    boxes = tuple(_box(deployment, signed, dealt, key) for key in box_keys)
    standing, lock, contact, nudge = parts
    return ReportSubmission(
        header=signed, parts=(standing, lock, contact, nudge), boxes=boxes, token=None
    )


def _lock(
    deployment: Deployment,
    content: Content,
    report_key: PublicKey,
    randomness: Randomness,
) -> tuple[list[LockEntry], list[EncryptedTag]]:
    entries, tags = [], []
    base = deployment.opening_keys.public_key
    for position, output in enumerate(content.outputs):
        secrets = level_secrets(output, deployment.levels)
        r = Scalar.random(randomness=randomness)
        entry = make_entry(
            secrets,
            report_key,
            content.wishes.match_threshold,
            Wrapped(content.keys.contact_key, r),
            randomness=randomness,
        )
        if content.wishes.witness:
            # She holds no point of any level: nothing of hers can help to open.
            entry = replace(entry, shares=())
        entries.append(entry)
        binding = (deployment.digest, report_key)
        tags.append(
            encrypt_tag(
                secrets.tag_point, r, base, binding, position, randomness=randomness
            )
        )
    return entries, tags


def _core(
    deployment: Deployment,
    content: Content,
    report_key: PublicKey,
    tags: Sequence[EncryptedTag],
) -> Core:
    return Core(
        manifest_digest=deployment.digest,
        report_key=report_key,
        version=content.version.number,
        previous=content.version.previous,
        reader_key=sealing_key(content.keys.reader_seed),
        match_threshold=content.wishes.match_threshold,
        witness=1 if content.wishes.witness else 0,
        expiry_month=content.wishes.expiry_month,
        encrypted_tags=tuple(tags),
    )


def _plaintexts(
    content: Content,
    report_key: PublicKey,
    core: bytes,
    entries: Sequence[LockEntry],
    randomness: Randomness,
) -> tuple[bytes, bytes, bytes, bytes]:
    standing, contact_key = content.standing, content.keys.contact_key
    signature = sign_core(standing, core)
    contact = ContactPart(
        card=content.wishes.card,
        credential=standing.credential,
        core_signature=signature,
        opening=standing.opening,
    )
    return (
        encode(
            StandingPart(
                credential=standing.credential,
                self_tags=standing.self_tags,
                core_signature=signature,
            )
        ),
        encode(LockPart(entries=tuple(entries))),
        aead.seal(
            contact_subkey(contact_key, Label.CONTACT_KEY, report_key),
            encode(contact),
            Label.CONTACT_KEY,
            report_key,
            randomness=randomness,
        ),
        aead.seal(
            nudge_key(contact_key, report_key),
            encode(content.wishes.nudge),
            Label.NUDGE_KEY,
            report_key,
            randomness=randomness,
        ),
    )


def _header(
    report_key: PublicKey,
    core: bytes,
    parts: Sequence[Blob],
    secrets: Sequence[Scalar],
    dealt: Sequence[Sequence[Scalar]],
) -> Header:
    standing, lock, contact, nudge = (
        PartDigests(
            ciphertext=trustee_lock.ciphertext_digest(parts[part]),
            key=trustee_lock.key_digest(secrets[part], report_key, part),
        )
        for part in Part
    )
    hashes = []
    for place in range(len(dealt[0])):
        of_standing, of_lock, of_contact, of_nudge = (
            trustee_lock.share_hash(report_key, part, place + 1, dealt[part][place])
            for part in Part
        )
        hashes.append((of_standing, of_lock, of_contact, of_nudge))
    return Header(
        core=Blob(core),
        parts=(standing, lock, contact, nudge),
        share_hashes=tuple(hashes),
    )


def _box(
    deployment: Deployment,
    header: Signed,
    dealt: Sequence[Sequence[Scalar]],
    box_key: BoxKey,
) -> Box:
    name, index = header_digest(header.payload), box_key.index
    standing, lock, contact, nudge = (
        EncodedScalar(dealt[part][index - 1].encode()) for part in Part
    )
    shares = BoxedShares(header_digest=name, shares=(standing, lock, contact, nudge))
    context = box_context(deployment, name, index)
    return Box(
        index=index,
        box_key=box_key_digest(box_key),
        ciphertext=seal_to(box_key.key, encode(shares), Label.TRUSTEE_BOX, *context),
    )
