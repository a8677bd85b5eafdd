"""A report on its way in: evaluation, header, parts, boxes, receipts (§F)."""

from escrow.messages.codec import (
    Blob,
    Counter,
    Digest,
    EncodedElement,
    EncodedScalar,
    Flag,
    Level,
    Message,
    Month,
    Nonce,
    Proof,
    PublicKey,
    SealingKey,
    Signed,
    TokenOutput,
    TrusteeIndex,
)


class EncryptedTag(Message, frozen=True):
    """c1 = r S, c2 = M + r G, with a proof of knowledge of r (§F8)."""

    c1: EncodedElement
    c2: EncodedElement
    proof: Proof


class EvaluationRequest(Message, frozen=True, tag="evaluation-request/1"):
    """Client to index trustees: evaluate these (§F2); credential inside."""

    manifest_digest: Digest
    credential: Signed
    request_id: Nonce
    blinded_elements: tuple[EncodedElement, ...]


class EvaluationResponse(Message, frozen=True, tag="evaluation-response/1"):
    """One trustee's evaluations with one batched proof (§F3)."""

    index: TrusteeIndex
    evaluated_elements: tuple[EncodedElement, ...]
    proof: Proof


class Core(Message, frozen=True, tag="report-core/1"):
    """What the report is about; the standing credential signs it (§F6).

    `witness` is 1 for somebody who saw or heard something: her report has no
    share of any level, and never counts (§B1).
    """

    manifest_digest: Digest
    report_key: PublicKey
    version: Counter
    previous: Digest | None
    reader_key: SealingKey
    match_threshold: Level
    witness: Flag
    expiry_month: Month
    encrypted_tags: tuple[EncryptedTag, ...]


class PartDigests(Message, frozen=True):
    """A part's ciphertext and its key, each by digest."""

    ciphertext: Digest
    key: Digest


class Header(Message, frozen=True, tag="report-header/1"):
    """Core, digests of the four parts, hashes of every share (§F9).

    `core` holds the encoded `Core`, as signed. `share_hashes[i][p]` is for
    trustee i+1 and part p, parts in the order standing, lock, contact, nudge.
    """

    core: Blob
    parts: tuple[PartDigests, PartDigests, PartDigests, PartDigests]
    share_hashes: tuple[tuple[Digest, Digest, Digest, Digest], ...]


class StandingPart(Message, frozen=True, tag="standing-part/1"):
    """Who stands behind the report: credential, self tags, signature (§F7)."""

    credential: Signed
    self_tags: Blob
    core_signature: Signed


class LockEntry(Message, frozen=True):
    """One match key's shares at each level >= h, and its wrap (§F4, §F5).

    A witness has no shares; her wrap is under the smallest group's level (§B1).
    """

    shares: tuple[EncodedScalar, ...]
    wrap: Blob


class LockPart(Message, frozen=True, tag="lock-part/1"):
    """All entries of the match lock, in the order of the encrypted tags."""

    entries: tuple[LockEntry, ...]


class ContactCard(Message, frozen=True, tag="contact-card/1"):
    """What the group may see of a person who said yes; every field hers."""

    name: str = ""
    email: str = ""
    phone: str = ""
    channel: str = ""
    wishes: str = ""


class ContactPart(Message, frozen=True, tag="contact-part/1"):
    """The card and what lets its reader check who it is (§F7)."""

    card: ContactCard
    credential: Signed
    core_signature: Signed
    opening: Blob


class NudgePart(Message, frozen=True, tag="nudge-part/1"):
    """Where one neutral note may go, and in which words (§N1); empty for nowhere."""

    channel: str
    address: str
    plant: str = ""
    language: str = ""


class BoxedShares(Message, frozen=True, tag="boxed-shares/1"):
    """One trustee's shares of the four part keys (§F7)."""

    header_digest: Digest
    shares: tuple[EncodedScalar, EncodedScalar, EncodedScalar, EncodedScalar]


class Box(Message, frozen=True):
    """Boxed shares, sealed to the trustee's box key of that digest."""

    index: TrusteeIndex
    box_key: Digest
    ciphertext: Blob


class Token(Message, frozen=True):
    """One unlinkable right to file: VOPRF input and output (§R7)."""

    private_input: Digest
    output: TokenOutput


class ReportSubmission(Message, frozen=True, tag="report-submission/1"):
    """A new report or a new version of one (§F9).

    `token` pays for a first version; a later one is authorised by the report
    key alone.
    """

    header: Signed
    parts: tuple[Blob, Blob, Blob, Blob]
    boxes: tuple[Box, ...]
    token: Token | None


class ShareReceipt(Message, frozen=True, tag="share-receipt/1"):
    """A trustee's word that it holds its shares of this version (§F10)."""

    deployment_id: Nonce
    index: TrusteeIndex
    report_key: PublicKey
    version: Counter
    header_digest: Digest


class IndexAnswer(Message, frozen=True, tag="index-answer/1"):
    """An opening trustee's evaluations of every c2 of a report (§I1)."""

    index: TrusteeIndex
    header_digest: Digest
    evaluated_elements: tuple[EncodedElement, ...]
    proof: Proof


class Withdrawal(Message, frozen=True, tag="withdrawal/1"):
    """The survivor takes her report back; signed by the report key (§F11)."""

    deployment_id: Nonce
    report_key: PublicKey
    version: Counter


class ErasureReceipt(Message, frozen=True, tag="erasure-receipt/1"):
    """A trustee's word that the shares of this report are gone (§F11)."""

    deployment_id: Nonce
    index: TrusteeIndex
    report_key: PublicKey
    version: Counter
