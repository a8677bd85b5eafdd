"""The signed deployment: who guards it, under which keys and numbers (§M)."""

from typing import Literal

from escrow.messages.codec import (
    Attempt,
    Blob,
    Counter,
    Day,
    Digest,
    EncodedElement,
    Level,
    Message,
    Nonce,
    PublicKey,
    SealingKey,
    Signature,
    Signed,
    TrusteeIndex,
)

Role = Literal["index", "opening"]


class TrusteeCard(Message, frozen=True, tag="trustee-card/1"):
    """What a trustee enrols with; signed by its own identity key (§K1)."""

    role: Role
    name: str
    url: str
    identity_key: PublicKey
    ceremony_key: EncodedElement


class RegistrarEntry(Message, frozen=True):
    """A registrar and its assurance levels that count as one per human."""

    name: str
    url: str
    key: PublicKey
    counting_levels: tuple[str, ...]


class StretchSettings(Message, frozen=True):
    """Argon2id over every OPRF output: KiB of memory, passes; parallelism 1."""

    memory_kib: Counter
    passes: Counter


class Committee(Message, frozen=True):
    """n trustees in index order, t of whom are needed."""

    trustee_threshold: Level
    trustees: tuple[TrusteeCard, ...]


class Roster(Message, frozen=True, tag="roster/1"):
    """Everything of the manifest that exists before the keys do (§K2)."""

    deployment_id: Nonce
    demo: bool
    epoch: Counter
    normalisation_version: Counter
    origin: str
    index: Committee
    opening: Committee
    registrars: tuple[RegistrarEntry, ...]
    token_key: EncodedElement
    notice_key: SealingKey
    weaknesses: tuple[str, ...]
    levels: tuple[Level, ...]
    smallest_group: Level
    stretch: StretchSettings


class CommitteeKeys(Message, frozen=True):
    """What a ceremony yields in public: P = pG and one share of it a trustee."""

    public_key: EncodedElement
    verification_shares: tuple[EncodedElement, ...]


class Manifest(Message, frozen=True, tag="manifest/1"):
    """The deployment that everyone pins by digest (§M1)."""

    roster: Roster
    index_keys: CommitteeKeys
    opening_keys: CommitteeKeys


class TrusteeSignature(Message, frozen=True):
    """One trustee's signature over the manifest's bytes."""

    role: Role
    index: TrusteeIndex
    signature: Signature


class SignedManifest(Message, frozen=True, tag="signed-manifest/1"):
    """The manifest as signed by every trustee of both committees (§M2)."""

    payload: Blob
    signatures: tuple[TrusteeSignature, ...]


class BoxKey(Message, frozen=True, tag="box-key/1"):
    """A trustee's short-lived key for boxes and letters (§T4).

    Days are days since 1970-01-01; the key is used from `first_day` to
    `last_day` inclusive.
    """

    deployment_id: Nonce
    index: TrusteeIndex
    key: SealingKey
    first_day: Day
    last_day: Day


class BoxKeys(Message, frozen=True, tag="box-keys/1"):
    """The current box key of each opening trustee that published one."""

    keys: tuple[Signed, ...]


class CeremonyPost(Message, frozen=True, tag="ceremony-post/1"):
    """One trustee's entry on the ceremony's bulletin board (§K4)."""

    roster_digest: Digest
    role: Role
    index: TrusteeIndex
    attempt: Attempt
    step: Literal["confirm", "round-one", "certificate", "manifest", "abort"]
    body: Blob


class CeremonyBoard(Message, frozen=True, tag="ceremony-board/1"):
    """Everything posted so far, for every trustee to judge by itself."""

    roster: Blob
    attempt: Attempt
    posts: tuple[Signed, ...]


class CeremonyAbort(Message, frozen=True, tag="ceremony-abort/1"):
    """Why a trustee stopped an attempt, and whom it holds responsible."""

    culprit: str
    reason: str


class CertificateShare(Message, frozen=True, tag="certificate-share/1"):
    """A trustee's signature over its committee's ceremony transcript (§K6)."""

    transcript: Blob
    signature: Signature
