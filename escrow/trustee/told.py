"""What a trustee tells one that was restored of answers, alarms and holds (§T6).

Everything is shown as its author signed it, so that a lying trustee can leave
something out but not make anything up.
"""

from dataclasses import dataclass

from escrow.messages.cases import Consent
from escrow.messages.codec import Digest, Signed
from escrow.messages.holds import HONOURED_DAYS, Alarm, Hold
from escrow.messages.recovery import (
    MAX_ANSWERS,
    MAX_KEYS,
    MAX_ORDERS,
    TOLD_DAYS,
    ToldOrder,
)
from escrow.signing import peek
from escrow.trustee.holds import Holds


@dataclass(frozen=True)
class Told:
    """Answers, alarms and holds, to be told in parts."""

    answers: tuple[Signed, ...] = ()
    alarms: tuple[ToldOrder, ...] = ()
    orders: tuple[ToldOrder, ...] = ()

    @property
    def parts(self) -> int:
        """How many parts it takes."""
        orders = max(len(self.alarms), len(self.orders))
        return max(-(-len(self.answers) // MAX_ANSWERS), -(-orders // MAX_ORDERS))

    def part(self, number: int) -> "Told":
        """One part, counted from 0; empty beyond the last one."""
        first, start = number * MAX_ANSWERS, number * MAX_ORDERS
        return Told(
            self.answers[first : first + MAX_ANSWERS],
            self.alarms[start : start + MAX_ORDERS],
            self.orders[start : start + MAX_ORDERS],
        )


NOTHING_TOLD = Told()


def is_told(signed: Signed, day: int) -> bool:
    """Whether an answer may still matter to somebody who has an older one."""
    return peek(signed, Consent).last_day + TOLD_DAYS >= day


def told_alarms(holds: Holds, day: int) -> tuple[ToldOrder, ...]:
    """Members' alarms whose days are not over, lifted here or not."""
    alarms = ((peek(signed, Alarm), signed) for signed in holds.alarms)
    return tuple(
        _with_keys(holds, signed, (alarm.case_id, alarm.report_key.hex()))
        for alarm, signed in alarms
        if alarm.day + HONOURED_DAYS >= day
    )


def told_orders(holds: Holds, asker: int, day: int) -> tuple[ToldOrder, ...]:
    """Each trustee's last order about each case, while it may be heeded.

    The asker's own hold it heeds until it resumes, so its orders are never too old.
    """
    orders = ((peek(signed, Hold), signed) for signed in holds.signed)
    return tuple(
        _with_keys(holds, signed, (hold.case_id, str(hold.index)))
        for hold, signed in orders
        if hold.index == asker or hold.day + HONOURED_DAYS >= day
    )


def _with_keys(holds: Holds, signed: Signed, of: tuple[Digest, str]) -> ToldOrder:
    keys = [o.report_keys for o in holds.orders if (o.case_id, o.by) == of]
    return ToldOrder(signed=signed, report_keys=keys[-1][:MAX_KEYS] if keys else ())
