"""Something is not right: a member's alarm, a trustee's hold (§H)."""

from typing import Final, Literal

from escrow.messages.codec import (
    Counter,
    Day,
    Digest,
    Flag,
    Message,
    Nonce,
    PublicKey,
    Signed,
    TrusteeIndex,
)

#: How long a member's alarm or a fellow's hold is honoured: one person or one
#: trustee delays a group by so much, once, and in everybody's sight (§H4).
HONOURED_DAYS: Final = 30

HoldReason = Literal[
    "alarm", "doubt", "legal", "log", "technical", "checked", "mistake"
]


class Alarm(Message, frozen=True, tag="alarm/1"):
    """A member who was introduced says that something is not right; no details."""

    case_id: Digest
    report_key: PublicKey
    day: Day


class AlarmNotice(Message, frozen=True, tag="alarm-notice/1"):
    """API to trustee: a member's signed alarm (§H1)."""

    alarm: Signed


class AlarmReceipt(Message, frozen=True, tag="alarm-receipt/1"):
    """A trustee's word that it got the alarm, and until when it releases nothing."""

    deployment_id: Nonce
    index: TrusteeIndex
    case_id: Digest
    report_key: PublicKey
    until_day: Day


class SignedAlarmReceipt(Message, frozen=True, tag="signed-alarm-receipt/1"):
    """Trustee to API: an alarm receipt, signed for the member."""

    receipt: Signed


class Hold(Message, frozen=True, tag="hold/1"):
    """A trustee holds a case (`held` 1) or resumes it (0), and why (§H2).

    `number` rises with every order of this trustee.
    """

    deployment_id: Nonce
    index: TrusteeIndex
    case_id: Digest
    held: Flag
    reason: HoldReason
    number: Counter
    day: Day


class HoldNotice(Message, frozen=True, tag="hold-notice/1"):
    """Trustee to its fellows, through the API: a signed hold or resumption."""

    hold: Signed
