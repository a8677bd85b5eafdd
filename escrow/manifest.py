"""The signed deployment that everyone pins: build, check, look things up (§M)."""

from collections.abc import Sequence
from dataclasses import dataclass

from blind_index.errors import InvalidIndex
from blind_index.group import Element
from blind_index.key_share import PublicKeySet
from blind_index.labels import Label
from blind_index.stretch import StretchParameters
from blind_index.transcript import digest
from escrow.errors import InvalidManifest, StaleManifest
from escrow.messages.codec import (
    Blob,
    Digest,
    EncodedElement,
    PublicKey,
    decode,
    encode,
)
from escrow.messages.deployment import (
    Committee,
    CommitteeKeys,
    Manifest,
    RegistrarEntry,
    Role,
    Roster,
    SignedManifest,
    TrusteeCard,
    TrusteeSignature,
)
from escrow.sealing import check_sealing_key
from escrow.signing import check_signature

# What a client refuses to go below, whoever signed the manifest (C19). A
# deployment that is marked as a demo may be faster and says so everywhere.
FLOOR_MEMORY_KIB = 64 * 1024
FLOOR_PASSES = 3
MIN_LEVEL = 2
MAX_LEVEL = 12  # of larger groups too few sets of shares could be searched (C4)
MAX_LEVELS = 7  # as many shares as fit into an entry of the lock part
MIN_NEEDED = 2
MAX_TRUSTEES = 32


def roster_digest(payload: bytes) -> Digest:
    """What every trustee confirms before a ceremony."""
    return Digest(digest(Label.ROSTER, payload))


def manifest_digest(payload: bytes) -> Digest:
    """What clients pin."""
    return Digest(digest(Label.MANIFEST, payload))


@dataclass(frozen=True)
class Deployment:
    """A checked manifest, decoded; built only by `open_manifest`."""

    digest: Digest
    roster: Roster
    index_keys: PublicKeySet
    opening_keys: PublicKeySet
    token_key: Element

    @property
    def deployment_id(self) -> bytes:
        """16 bytes, new for every deployment."""
        return self.roster.deployment_id

    @property
    def levels(self) -> tuple[int, ...]:
        """Match levels, ascending."""
        return self.roster.levels

    @property
    def stretch(self) -> StretchParameters:
        """Argon2id parameters for OPRF outputs."""
        settings = self.roster.stretch
        return StretchParameters(settings.memory_kib, settings.passes)

    def committee(self, role: Role) -> Committee:
        """The committee of a role."""
        return self.roster.index if role == "index" else self.roster.opening

    def trustee(self, role: Role, index: int) -> TrusteeCard:
        """A trustee's card.

        Raises:
            InvalidIndex: No such trustee.
        """
        trustees = self.committee(role).trustees
        if not 1 <= index <= len(trustees):
            raise InvalidIndex(f"no {role} trustee of this index")
        return trustees[index - 1]

    def registrar(self, key: PublicKey) -> RegistrarEntry | None:
        """The registrar that signs with `key`, if the manifest lists it."""
        return next((r for r in self.roster.registrars if r.key == key), None)

    def group_sizes(self) -> tuple[int, ...]:
        """The match thresholds a survivor may choose."""
        return tuple(m for m in self.levels if m >= self.roster.smallest_group)


def check_digest(deployment: Deployment, claimed: Digest) -> None:
    """Refuse a message made for another manifest.

    Raises:
        StaleManifest: Fetch the manifest in force and begin again.
    """
    if claimed != deployment.digest:
        raise StaleManifest("made for another manifest than the one in force")


def check_roster(roster: Roster) -> None:
    """Refuse numbers that could not protect anybody.

    Raises:
        InvalidManifest: Naming the rule.
    """
    for role, committee in (("index", roster.index), ("opening", roster.opening)):
        _check_committee(role, committee)
    _check_levels(roster)
    _check_registrars(roster)
    stretch = roster.stretch
    fast = stretch.memory_kib < FLOOR_MEMORY_KIB or stretch.passes < FLOOR_PASSES
    if fast and not roster.demo:
        raise InvalidManifest("Argon2id parameters below the floor")
    Element.decode(roster.token_key)
    check_sealing_key(roster.notice_key)


def _check_levels(roster: Roster) -> None:
    levels = roster.levels
    if not levels or list(levels) != sorted(set(levels)):
        raise InvalidManifest("levels must ascend")
    if not MIN_LEVEL <= levels[0] <= levels[-1] <= MAX_LEVEL:
        raise InvalidManifest(f"levels lie between {MIN_LEVEL} and {MAX_LEVEL}")
    if len(levels) > MAX_LEVELS:
        raise InvalidManifest(f"at most {MAX_LEVELS} levels")
    if roster.smallest_group not in levels:
        raise InvalidManifest("the smallest group must be a level")


def _check_registrars(roster: Roster) -> None:
    keys = {registrar.key for registrar in roster.registrars}
    if not keys or len(keys) != len(roster.registrars):
        raise InvalidManifest("one registrar or more, each with its own key")
    if not all(registrar.counting_levels for registrar in roster.registrars):
        raise InvalidManifest("a registrar none of whose levels counts")


def _check_committee(role: str, committee: Committee) -> None:
    trustees, t = committee.trustees, committee.trustee_threshold
    if not MIN_NEEDED <= t <= len(trustees) <= MAX_TRUSTEES:
        raise InvalidManifest(f"{role}: 2 <= t <= n <= {MAX_TRUSTEES} does not hold")
    if any(card.role != role for card in trustees):
        raise InvalidManifest(f"{role}: a trustee of the other role")
    for keys in (
        {card.identity_key for card in trustees},
        {card.ceremony_key for card in trustees},
    ):
        if len(keys) != len(trustees):
            raise InvalidManifest(f"{role}: two trustees share a key")


def key_set(committee: Committee, keys: CommitteeKeys) -> PublicKeySet:
    """A committee's public keys, decoded and consistent.

    Raises:
        InvalidManifest: As many shares as trustees are required.
        InconsistentShares: The shares are not those of the public key.
    """
    if len(keys.verification_shares) != len(committee.trustees):
        raise InvalidManifest("one verification share a trustee is required")
    decoded = PublicKeySet(
        committee.trustee_threshold,
        Element.decode(keys.public_key),
        tuple(Element.decode(share) for share in keys.verification_shares),
    )
    decoded.check()
    return decoded


def committee_keys(keys: PublicKeySet) -> CommitteeKeys:
    """A key set as the manifest carries it."""
    return CommitteeKeys(
        public_key=EncodedElement(keys.public_key.encode()),
        verification_shares=tuple(
            EncodedElement(share.encode()) for share in keys.verification_shares
        ),
    )


def build_manifest(
    roster: Roster, index_keys: PublicKeySet, opening_keys: PublicKeySet
) -> bytes:
    """The manifest's bytes; every trustee builds the same (§K7)."""
    return encode(
        Manifest(
            roster=roster,
            index_keys=committee_keys(index_keys),
            opening_keys=committee_keys(opening_keys),
        )
    )


def open_manifest(
    signed: SignedManifest, *, pinned: Digest | None = None
) -> Deployment:
    """Check a manifest and every trustee's signature on it (§M2).

    Args:
        signed: As served by the API.
        pinned: The digest the client knows, if it has seen one.

    Raises:
        StaleManifest: It is not the pinned one.
        InvalidManifest: A rule or a signature is missing.
        InvalidSignature: A trustee did not sign; `culprit` names it.
    """
    found = manifest_digest(signed.payload)
    if pinned is not None and found != pinned:
        raise StaleManifest("the server shows another manifest than the pinned one")
    manifest = decode(signed.payload, Manifest)
    check_roster(manifest.roster)
    _check_signatures(manifest.roster, signed.payload, signed.signatures)
    return Deployment(
        digest=found,
        roster=manifest.roster,
        index_keys=key_set(manifest.roster.index, manifest.index_keys),
        opening_keys=key_set(manifest.roster.opening, manifest.opening_keys),
        token_key=Element.decode(manifest.roster.token_key),
    )


def _check_signatures(
    roster: Roster, payload: Blob, signatures: Sequence[TrusteeSignature]
) -> None:
    signed = {(s.role, s.index): s.signature for s in signatures}
    committees: tuple[tuple[Role, Committee], ...] = (
        ("index", roster.index),
        ("opening", roster.opening),
    )
    for role, committee in committees:
        for index, card in enumerate(committee.trustees, 1):
            name = f"{role} trustee {index}"
            if (role, index) not in signed:
                raise InvalidManifest(f"not signed by {name}", culprit=name)
            check_signature(
                card.identity_key,
                Label.MANIFEST,
                payload,
                signed[role, index],
                culprit=name,
            )
