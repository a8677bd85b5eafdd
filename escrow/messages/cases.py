"""A claimed match, its judgement, consent and release (§C)."""

from typing import Final, Literal

from escrow.messages.codec import (
    Blob,
    Counter,
    Day,
    Digest,
    EncodedElement,
    EncodedScalar,
    Level,
    Message,
    Nonce,
    Place,
    Proof,
    PublicKey,
    Signed,
    TrusteeIndex,
)
from escrow.messages.filing import IndexAnswer

Answer = Literal["yes", "later", "no"]

#: For so many days an answer may be used.
ANSWER_DAYS: Final = 60
#: By how many days the clock of who answers may be ahead of its reader's.
CLOCKS_APART: Final = 2


class CaseMember(Message, frozen=True):
    """One report of a claimed match and the evidence that its tag is equal.

    `position` is the entry whose tag is shared; `answers` are the index
    answers of t' opening trustees.
    """

    header: Signed
    standing: Blob
    lock: Blob
    position: Place
    answers: tuple[IndexAnswer, ...]


class CaseClaim(Message, frozen=True, tag="case-claim/1"):
    """API to opening trustees: these reports share a tag at this level (§C1).

    Members stand in the order of their header digests, a witness after them
    (§B2); `case_id` is the hash of those. `box_keys` are the fellows' current
    keys for letters.
    """

    case_id: Digest
    level: Level
    members: tuple[CaseMember, ...]
    box_keys: tuple[Signed, ...]


class StandingShares(Message, frozen=True, tag="standing-shares/1"):
    """Trustee to fellow: shares of the standing keys, in member order (§C2).

    None for a member whose shares the sender does not hold.
    """

    case_id: Digest
    sender: TrusteeIndex
    shares: tuple[EncodedScalar | None, ...]


class MemberEvaluation(Message, frozen=True):
    """s-evaluations of one member's self tags, with proof."""

    member: Place
    evaluated_elements: tuple[EncodedElement, ...]
    proof: Proof


class SelfEvaluations(Message, frozen=True, tag="self-evaluations/1"):
    """Trustee to fellow: the members' self tags under its share of s (§C3)."""

    case_id: Digest
    sender: TrusteeIndex
    evaluations: tuple[MemberEvaluation, ...]


class LockShares(Message, frozen=True, tag="lock-shares/1"):
    """Trustee to fellow: shares of the lock keys of these members (§C4)."""

    case_id: Digest
    sender: TrusteeIndex
    members: tuple[Place, ...]
    shares: tuple[EncodedScalar, ...]


FellowLetter = StandingShares | SelfEvaluations | LockShares


class SealedLetter(Message, frozen=True, tag="sealed-letter/1"):
    """A fellow letter, signed by its sender and sealed to one recipient."""

    case_id: Digest
    sender: TrusteeIndex
    recipient: TrusteeIndex
    box_key: Digest
    ciphertext: Blob


class Verdict(Message, frozen=True, tag="verdict/1"):
    """What one trustee found: the level that opened and who stands (§C5).

    Level 0 and no members: no group. Reasons stay in the trustee's log.
    """

    case_id: Digest
    index: TrusteeIndex
    level: Level
    standing: tuple[Place, ...]


class NudgeShares(Message, frozen=True, tag="nudge-shares/1"):
    """What the notice service needs from one trustee to read one nudge."""

    share: EncodedScalar
    nudge_key: Digest


class NudgeLetter(Message, frozen=True, tag="nudge-letter/1"):
    """Trustee to API: nudge shares sealed to the notice key (§C6)."""

    case_id: Digest
    index: TrusteeIndex
    member: Place
    ciphertext: Blob


class Consent(Message, frozen=True, tag="consent/1"):
    """A survivor's answer for one case and exactly these members (§C7).

    The highest counter wins. `last_day` is the last day on which the answer
    may be used.
    """

    case_id: Digest
    report_key: PublicKey
    header_digests: tuple[Digest, ...]
    answer: Answer
    counter: Counter
    last_day: Day


class AnswerReceipt(Message, frozen=True, tag="answer-receipt/1"):
    """A trustee's word which answer of a member is the newest that it has (§C10)."""

    deployment_id: Nonce
    index: TrusteeIndex
    case_id: Digest
    report_key: PublicKey
    counter: Counter
    answer: Answer


class SignedAnswerReceipt(Message, frozen=True, tag="signed-answer-receipt/1"):
    """Trustee to API: an answer receipt, signed for the member."""

    receipt: Signed


class AnswerReceipts(Message, frozen=True, tag="answer-receipts/1"):
    """API to a member who answered: what trustees signed of it so far (§C10)."""

    receipts: tuple[Signed, ...]


class ReleasedShare(Message, frozen=True, tag="released-share/1"):
    """One trustee's share of the giver's contact key, and the giver's wrap."""

    share: EncodedScalar
    wrap: Blob


class Release(Message, frozen=True, tag="release/1"):
    """Trustee to one reader: a released share, sealed to her reader key (§C8)."""

    case_id: Digest
    index: TrusteeIndex
    giver: Place
    reader: Place
    ciphertext: Blob


class StatusRequest(Message, frozen=True, tag="status-request/1"):
    """The holder of a report key asks for her report's status (§S1)."""

    manifest_digest: Digest
    report_key: PublicKey
    request_id: Nonce


class CaseView(Message, frozen=True):
    """A formed group as its member may see it; verdicts by t' trustees.

    `answer` is her own latest with its counter; `settled` says that everybody
    answered and too few said yes; `connected` that something was released to
    her. In a case of a `witness`, who stands last, her yes invites, and for the
    witness `connected` says that her own card was released (§B5). `heard` are
    trustees' receipts for her own answer (§C10), `alarms` those for her own alarm
    (§H1).
    """

    case_id: Digest
    witness: bool
    header_digests: tuple[Digest, ...]
    member: Place
    positions: tuple[Place, ...]
    verdicts: tuple[Signed, ...]
    answer: Answer | None
    counter: Counter
    heard: tuple[Signed, ...]
    settled: bool
    connected: bool
    alarms: tuple[Signed, ...]


class ReportStatus(Message, frozen=True, tag="report-status/1"):
    """Receipts and groups of one report, always of one size (§S2)."""

    receipts: tuple[Signed, ...]
    erasures: tuple[Signed, ...]
    cases: tuple[CaseView, ...]
    padding: str


class ConnectionRequest(Message, frozen=True, tag="connection-request/1"):
    """The holder of a report key asks for what was released to her (§S3)."""

    manifest_digest: Digest
    report_key: PublicKey
    case_id: Digest
    request_id: Nonce


class Giver(Message, frozen=True):
    """One other member's header, contact ciphertext and released shares."""

    member: Place
    header: Signed
    contact: Blob
    releases: tuple[Release, ...]


class Connection(Message, frozen=True, tag="connection/1"):
    """Everything released to one reader in one case."""

    case_id: Digest
    givers: tuple[Giver, ...]
