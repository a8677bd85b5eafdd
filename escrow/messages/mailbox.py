"""Between the API and a trustee: work pulled, letters posted (§T)."""

from escrow.messages.cases import (
    CaseClaim,
    NudgeLetter,
    Release,
    SealedLetter,
    SignedAnswerReceipt,
)
from escrow.messages.codec import Blob, Counter, Message, Nonce, Signed, TrusteeIndex
from escrow.messages.filing import Box, IndexAnswer
from escrow.messages.holds import AlarmNotice, HoldNotice, SignedAlarmReceipt
from escrow.messages.recovery import CasesWanted, RecordsWanted, SignedRecords


class BoxDelivery(Message, frozen=True, tag="box-delivery/1"):
    """API to trustee: a report's header and the trustee's own box (§F10)."""

    header: Signed
    box: Box


class WithdrawalNotice(Message, frozen=True, tag="withdrawal-notice/1"):
    """API to trustee: a survivor's signed withdrawal (§F11)."""

    withdrawal: Signed


class ConsentNotice(Message, frozen=True, tag="consent-notice/1"):
    """API to trustee: a member's signed answer (§C7); back to a restored API (§T8)."""

    consent: Signed


class LogHead(Message, frozen=True, tag="log-head/1"):
    """Size and last hash of a trustee's log; signed by its identity (§L2).

    `skipped` is how many of its entries it lost with backups (§L3).
    """

    deployment_id: Nonce
    index: TrusteeIndex
    size: Counter
    head: Blob
    skipped: Counter


class HeadNotice(Message, frozen=True, tag="head-notice/1"):
    """API to trustee: a fellow's signed log head, to be remembered (§L2)."""

    head: Signed


Work = (
    BoxDelivery
    | WithdrawalNotice
    | CaseClaim
    | SealedLetter
    | ConsentNotice
    | AlarmNotice
    | HoldNotice
    | HeadNotice
    | RecordsWanted
    | SignedRecords
    | CasesWanted
)


class SignedReceipt(Message, frozen=True, tag="signed-receipt/1"):
    """Trustee to API: a share receipt, signed for the survivor."""

    receipt: Signed


class SignedErasure(Message, frozen=True, tag="signed-erasure/1"):
    """Trustee to API: an erasure receipt, signed for the survivor."""

    receipt: Signed


class SignedVerdict(Message, frozen=True, tag="signed-verdict/1"):
    """Trustee to API: its verdict, signed for the members."""

    verdict: Signed


class Refusal(Message, frozen=True, tag="refusal/1"):
    """Trustee to API: why an item was not accepted; names no value (§T3)."""

    index: TrusteeIndex
    item: Nonce
    error: str


Letter = (
    SignedReceipt
    | IndexAnswer
    | SignedErasure
    | SealedLetter
    | SignedVerdict
    | NudgeLetter
    | Release
    | SignedAnswerReceipt
    | SignedAlarmReceipt
    | HoldNotice
    | HeadNotice
    | RecordsWanted
    | SignedRecords
    | ConsentNotice
    | Refusal
)


class PullRequest(Message, frozen=True, tag="pull-request/1"):
    """Trustee to API: what is there for me? Waits up to `wait_seconds`."""

    wait_seconds: Counter


class WorkItem(Message, frozen=True):
    """One encoded `Work` message under the queue's own random name."""

    item: Nonce
    body: Blob


class PullResponse(Message, frozen=True, tag="pull-response/1"):
    """Work in order of arrival; stays queued until acknowledged."""

    items: tuple[WorkItem, ...]


class PostRequest(Message, frozen=True, tag="post-request/1"):
    """Trustee to API: encoded `Letter`s, and what may leave the queue.

    Letters count before acknowledgements; repeating a post changes nothing.
    """

    letters: tuple[Blob, ...]
    acknowledged: tuple[Nonce, ...]
