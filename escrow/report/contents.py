"""What a report is made of, and how its inner contents are named and opened."""

from collections.abc import Sequence
from dataclasses import dataclass

from blind_index.errors import InputError
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.transcript import derive_key, digest
from escrow import aead
from escrow.credential import Standing
from escrow.manifest import Deployment
from escrow.messages.codec import Digest, EncodedScalar, PublicKey, decode, encode
from escrow.messages.deployment import BoxKey
from escrow.messages.filing import (
    BoxedShares,
    ContactCard,
    ContactPart,
    Core,
    NudgePart,
)
from escrow.sealing import SEALED_OVERHEAD_BYTES
from escrow.trustee_lock import Quorum

# One size for every box: HPKE's encapsulated key and tag around the fixed-length
# encoding of four shares.
BOX_BYTES = SEALED_OVERHEAD_BYTES + len(
    encode(
        BoxedShares(
            header_digest=Digest(bytes(32)), shares=(EncodedScalar(bytes(32)),) * 4
        )
    )
)


@dataclass(frozen=True)
class ReportKeys:
    """The secrets of one report, kept in the vault; 32 bytes each."""

    report_seed: SecretBytes
    reader_seed: SecretBytes
    contact_key: SecretBytes


@dataclass(frozen=True)
class Wishes:
    """What the survivor decides about a report."""

    match_threshold: int
    expiry_month: int
    card: ContactCard
    nudge: NudgePart
    witness: bool = False


@dataclass(frozen=True)
class Version:
    """Which version of the report this is, and the one it replaces."""

    number: int
    previous: Digest | None


@dataclass(frozen=True)
class Content:
    """Everything that goes into one version of a report.

    `outputs` are the stretched outputs Y (64 bytes each), padded to an entry
    class, in the order of the entries.
    """

    keys: ReportKeys
    standing: Standing
    wishes: Wishes
    version: Version
    outputs: Sequence[SecretBytes]


def new_report_keys(*, randomness: Randomness = SYSTEM) -> ReportKeys:
    """Fresh secrets for a new report; draws 32 bytes three times."""
    return ReportKeys(*(SecretBytes(randomness(32)) for _ in range(3)))


def header_digest(payload: bytes) -> Digest:
    """The name of one version of one report."""
    return Digest(digest(Label.REPORT_HEADER, payload))


def quorum(deployment: Deployment) -> Quorum:
    """How many opening trustees are needed, of how many (t' of n')."""
    opening = deployment.roster.opening
    return Quorum(opening.trustee_threshold, len(opening.trustees))


def tag_binding(core: Core) -> tuple[bytes, bytes]:
    """To what the proofs of a report's encrypted tags are bound."""
    return core.manifest_digest, core.report_key


def box_context(
    deployment: Deployment, header: Digest, index: int
) -> tuple[bytes, bytes, bytes]:
    """The context of a trustee's box: a box moved elsewhere does not open."""
    return deployment.deployment_id, header, bytes([index])


def nudge_context(
    deployment: Deployment, case_id: Digest, header: Digest
) -> tuple[bytes, bytes, bytes]:
    """The context of a nudge letter; the trustee's index byte follows."""
    return deployment.deployment_id, case_id, header


def release_context(
    deployment: Deployment, case_id: Digest, giver: Digest, reader: Digest
) -> tuple[bytes, bytes, bytes, bytes]:
    """The context of a released share; the trustee's index byte follows."""
    return deployment.deployment_id, case_id, giver, reader


def contact_subkey(
    contact_key: SecretBytes, label: Label, key: PublicKey
) -> SecretBytes:
    """The key under CK (32 bytes) of the contact card or of the nudge."""
    return derive_key(contact_key, label, key)


def nudge_key(contact_key: SecretBytes, report_key: PublicKey) -> SecretBytes:
    """The key under CK of the nudge alone; it opens no contact card."""
    return contact_subkey(contact_key, Label.NUDGE_KEY, report_key)


def check_wishes(deployment: Deployment, wishes: Wishes) -> None:
    """Refuse a group size that the deployment does not offer.

    Raises:
        InputError: With the list of sizes; a witness has the smallest.
    """
    offered = deployment.group_sizes()
    if wishes.witness:
        offered = offered[:1]
    if wishes.match_threshold not in offered:
        listed = ", ".join(str(m) for m in offered)
        raise InputError("group", "this group size is not offered", f"One of {listed}.")


def open_contact(
    contact_key: SecretBytes, report_key: PublicKey, part: bytes
) -> ContactPart:
    """The contact part, from what its trustee lock held and CK.

    Raises:
        InvalidCiphertext: CK is not this report's.
    """
    key = contact_subkey(contact_key, Label.CONTACT_KEY, report_key)
    plaintext = aead.unseal(key, part, Label.CONTACT_KEY, report_key)
    return decode(plaintext, ContactPart)


def open_nudge(key: SecretBytes, report_key: PublicKey, part: bytes) -> NudgePart:
    """The nudge part, from what its trustee lock held and the nudge key.

    Raises:
        InvalidCiphertext: The key is not this report's.
    """
    plaintext = aead.unseal(key, part, Label.NUDGE_KEY, report_key)
    return decode(plaintext, NudgePart)


def box_key_digest(box_key: BoxKey) -> Digest:
    """The name of a box key."""
    return Digest(digest(Label.BOX_KEY, box_key.key))
