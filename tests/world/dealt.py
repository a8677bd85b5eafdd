"""A deployment whose keys a dealer dealt: no ceremony, the same manifest."""

from dataclasses import dataclass, field
from functools import cache

from blind_index.group import Element, Scalar
from blind_index.key_share import KeyShare, PublicKeySet
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.shamir import Polynomial
from escrow.manifest import Deployment, build_manifest, open_manifest
from escrow.messages.codec import Blob, EncodedElement, Nonce
from escrow.messages.deployment import (
    Committee,
    RegistrarEntry,
    Role,
    Roster,
    SignedManifest,
    StretchSettings,
    TrusteeCard,
    TrusteeSignature,
)
from escrow.sealing import sealing_key
from escrow.signing import public_key, sign_bytes
from tests.world.stream import stream

ROLES: tuple[Role, Role] = ("index", "opening")
LEVEL = "demo"


@dataclass(frozen=True)
class Plan:
    """What a deployment is to be like; `name` makes its keys its own."""

    name: str = "world"
    index: tuple[int, int] = (2, 3)
    opening: tuple[int, int] = (2, 3)
    levels: tuple[int, ...] = (2, 3, 4, 5, 7)
    smallest_group: int = 2
    # Not among what the keys follow from.
    registrar_levels: tuple[str, ...] = field(default=(LEVEL,), repr=False)

    def sizes(self, role: Role) -> tuple[int, int]:
        return self.index if role == "index" else self.opening


@dataclass(frozen=True)
class Dealt:
    """A deployment with every secret of it, as only a test may hold them."""

    plan: Plan
    deployment: Deployment
    signed: SignedManifest
    identity_seeds: dict[Role, tuple[SecretBytes, ...]]
    key_shares: dict[Role, tuple[KeyShare, ...]]
    keys: dict[Role, Scalar]
    token_key: Scalar
    notice_seed: SecretBytes
    registrar_seed: SecretBytes


def deal_key(
    plan: Plan, role: Role
) -> tuple[Scalar, tuple[KeyShare, ...], PublicKeySet]:
    threshold, size = plan.sizes(role)
    draw = stream(plan, role, "key")
    polynomial = Polynomial(tuple(Scalar.random(draw) for _ in range(threshold)))
    shares = tuple(
        KeyShare(index, polynomial.evaluate(Scalar.from_int(index)))
        for index in range(1, size + 1)
    )
    key = polynomial.evaluate(Scalar.from_int(0))
    verification = tuple(Element.base_multiple(share.scalar) for share in shares)
    return (
        key,
        shares,
        PublicKeySet(threshold, Element.base_multiple(key), verification),
    )


def _seeds(plan: Plan, role: Role) -> tuple[SecretBytes, ...]:
    draw = stream(plan, role, "identity")
    return tuple(SecretBytes(draw(32)) for _ in range(plan.sizes(role)[1]))


def _committee(plan: Plan, role: Role) -> Committee:
    draw = stream(plan, role, "ceremony")
    cards = tuple(
        TrusteeCard(
            role=role,
            name=f"{role} trustee {index}",
            url=f"https://{role}-{index}.example.org",
            identity_key=public_key(seed),
            ceremony_key=EncodedElement(
                Element.base_multiple(Scalar.random(draw)).encode()
            ),
        )
        for index, seed in enumerate(_seeds(plan, role), 1)
    )
    return Committee(trustee_threshold=plan.sizes(role)[0], trustees=cards)


def _roster(plan: Plan, token_key: Scalar, notice: SecretBytes, by: SecretBytes):
    return Roster(
        deployment_id=Nonce(stream(plan, "deployment")(16)),
        demo=True,
        epoch=1,
        normalisation_version=1,
        origin="https://alongside.example.org",
        index=_committee(plan, "index"),
        opening=_committee(plan, "opening"),
        registrars=(
            RegistrarEntry(
                name="registrar",
                url="https://registrar.example.org",
                key=public_key(by),
                counting_levels=plan.registrar_levels,
            ),
        ),
        token_key=EncodedElement(Element.base_multiple(token_key).encode()),
        notice_key=sealing_key(notice),
        weaknesses=(),
        levels=plan.levels,
        smallest_group=plan.smallest_group,
        stretch=StretchSettings(memory_kib=8, passes=1),
    )


def sign_manifest(plan: Plan, payload: bytes) -> SignedManifest:
    """A manifest signed by every trustee of both committees."""
    signatures = tuple(
        TrusteeSignature(
            role=role,
            index=index,
            signature=sign_bytes(seed, Label.MANIFEST, payload),
        )
        for role in ROLES
        for index, seed in enumerate(_seeds(plan, role), 1)
    )
    return SignedManifest(payload=Blob(payload), signatures=signatures)


@cache
def deal_deployment(plan: Plan = Plan()) -> Dealt:
    """A deployment and all its secrets; dealt once a plan."""
    draw = stream(plan, "server")
    token_key, notice = Scalar.random(draw), SecretBytes(draw(32))
    registrar = SecretBytes(draw(32))
    dealt = {role: deal_key(plan, role) for role in ROLES}
    roster = _roster(plan, token_key, notice, registrar)
    payload = build_manifest(roster, dealt["index"][2], dealt["opening"][2])
    signed = sign_manifest(plan, payload)
    return Dealt(
        plan=plan,
        deployment=open_manifest(signed),
        signed=signed,
        identity_seeds={role: _seeds(plan, role) for role in ROLES},
        key_shares={role: dealt[role][1] for role in ROLES},
        keys={role: dealt[role][0] for role in ROLES},
        token_key=token_key,
        notice_seed=notice,
        registrar_seed=registrar,
    )
