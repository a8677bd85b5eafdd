"""A restored trustee takes up alarms and holds that it lost, its own among them (§T7).

Each is signed by whom it names; which reports it covers is the word of the fellow
that tells it where this trustee does not know the case any more. Told as it is,
nothing is ever lifted that its giver did not lift.
"""

from msgspec.structs import replace

from blind_index.labels import Label
from escrow.errors import InvalidCase
from escrow.messages.codec import Blob, PublicKey
from escrow.messages.holds import HONOURED_DAYS, Alarm, Hold
from escrow.messages.recovery import ToldOrder
from escrow.signing import open_signed, peek
from escrow.trustee.alarms import add_alarm, order_of
from escrow.trustee.case_files import CaseFile, JudgedCase
from escrow.trustee.context import Event, Step, Trustee
from escrow.trustee.holds import (
    Holds,
    Order,
    check_hold,
    end_orders,
    heed_fellow,
    keep_signed,
    keys_of,
    newest_number,
    orders_of,
)
from escrow.trustee.order_numbers import ahead_of_time


def recall_hold(
    trustee: Trustee, holds: Holds, told: ToldOrder, file: CaseFile | None, day: int
) -> Step[Holds]:
    """Heed an order that was given before, by a fellow or by this very trustee.

    A fellow's counts from the day that it bears: when it first came is not known.

    Raises:
        InvalidCase, InvalidIndex, InvalidSignature: No trustee's order.
    """
    hold = check_hold(trustee, told.signed)
    if ahead_of_time(hold.number, day):
        raise InvalidCase("an order numbered ahead of time", culprit=hold.index)
    keys = _keys(told, file)
    if hold.number <= newest_number(holds, hold.index, hold.case_id):
        return Step(_widen(holds, (hold.case_id, str(hold.index)), keys, file))
    kept = keep_signed(holds, hold, told.signed)
    if hold.index == trustee.index:
        return _recall_own(kept, hold, keys, day)
    if not hold.held:
        return _noted(end_orders(kept, hold, day), hold)
    return heed_fellow(kept, hold, keys, (min(hold.day, day), day))


def _recall_own(
    holds: Holds, hold: Hold, keys: tuple[PublicKey, ...], day: int
) -> Step[Holds]:
    holds = replace(holds, number=max(holds.number, hold.number))
    if not hold.held:
        return _noted(_lift_alarms(end_orders(holds, hold, day), hold, day), hold)
    order = Order(
        case_id=hold.case_id,
        by=str(hold.index),
        report_keys=keys,
        reason=hold.reason,
        day=hold.day,
        until_day=None,
    )
    return _noted(replace(holds, orders=(*holds.orders, order)), hold)


def _lift_alarms(holds: Holds, hold: Hold, day: int) -> Holds:
    """What this trustee lifted stays lifted; an alarm of the same day may be newer.

    Alarms are those orders that a key gave.
    """
    orders = tuple(
        replace(order, ended_day=day)
        if order.case_id == hold.case_id
        and order.in_force(day)
        and not order.by.isdecimal()
        and order.until_day is not None
        and order.until_day - HONOURED_DAYS < hold.day
        else order
        for order in holds.orders
    )
    return replace(holds, orders=orders)


def _noted(holds: Holds, hold: Hold) -> Step[Holds]:
    kind = "hold" if hold.held else "resume"
    text = f"trustee {hold.index}, {hold.reason}, told again"
    return Step(holds, (), (Event(kind=kind, subject=Blob(hold.case_id), detail=text),))


def recall_alarm(
    trustee: Trustee, holds: Holds, told: ToldOrder, file: CaseFile | None, day: int
) -> Step[Holds]:
    """Heed a member's alarm that came before; her introduction may be lost likewise.

    Raises:
        InvalidCase: From nobody in this case, or its days are not these.
        InvalidSignature: Not signed by the report key.
    """
    claimed = peek(told.signed, Alarm, culprit="client")
    alarm = open_signed(
        told.signed, Alarm, Label.ALARM, claimed.report_key, culprit="client"
    )
    if isinstance(file, JudgedCase) and alarm.report_key not in keys_of(file):
        raise InvalidCase("an alarm of nobody in this case", culprit="client")
    if not day - HONOURED_DAYS <= alarm.day <= day + 1:
        raise InvalidCase("an alarm of another day", culprit="client")
    of, keys = (alarm.case_id, alarm.report_key.hex()), _keys(told, file)
    if orders_of(holds, *of):
        return Step(_widen(holds, of, keys, file))
    order = order_of(alarm, keys, day)
    if _lifted(trustee, holds, alarm):
        order = replace(order, ended_day=day)
    text = f"by a member, heeded until day {order.until_day}, told again"
    event = Event(kind="alarm", subject=Blob(alarm.case_id), detail=text)
    return Step(add_alarm(holds, order, told.signed), (), (event,))


def _lifted(trustee: Trustee, holds: Holds, alarm: Alarm) -> bool:
    """Whether this trustee resumed the case on a day after the alarm's."""
    orders = (peek(signed, Hold) for signed in holds.signed)
    return any(
        (hold.index, hold.case_id) == (trustee.index, alarm.case_id)
        and not hold.held
        and hold.day > alarm.day
        for hold in orders
    )


def _keys(told: ToldOrder, file: CaseFile | None) -> tuple[PublicKey, ...]:
    """The case's reports: by the file, or else what the fellow says."""
    return keys_of(file) or told.report_keys


def _widen(
    holds: Holds,
    of: tuple[bytes, str],
    keys: tuple[PublicKey, ...],
    file: CaseFile | None,
) -> Holds:
    """Cover what a second fellow says of a case that this trustee does not know."""
    if isinstance(file, JudgedCase):
        return holds
    orders = tuple(
        replace(order, report_keys=tuple(dict.fromkeys((*order.report_keys, *keys))))
        if (order.case_id, order.by) == of
        else order
        for order in holds.orders
    )
    return replace(holds, orders=orders)
