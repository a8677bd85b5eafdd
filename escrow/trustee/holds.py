"""Alarms and holds: while one is in force, this trustee introduces nobody (§H).

An order is kept for ever and never overwritten; a later one is added to it.
"""

from collections.abc import Collection, Sequence
from typing import Literal

from msgspec.structs import replace

from blind_index.errors import InvalidIndex
from blind_index.labels import Label
from escrow.errors import InvalidCase
from escrow.messages.codec import Blob, Day, Digest, Message, Nonce, PublicKey, Signed
from escrow.messages.holds import (
    Alarm,
    AlarmNotice,
    AlarmReceipt,
    Hold,
    HoldNotice,
    HoldReason,
    SignedAlarmReceipt,
)
from escrow.signing import open_signed, peek, sign
from escrow.trustee.case_files import CaseFile, JudgedCase
from escrow.trustee.context import Event, Step, Trustee
from escrow.trustee.order_numbers import Moment, ahead_of_time

# How long a member's alarm or a fellow's hold is honoured: one person or one
# trustee delays a group by so much, once, and in everybody's sight.
HONOURED_DAYS = 30
# A case is covered if so many of its reports are in the held one.
SHARED_REPORTS = 2


class Order(Message, frozen=True):
    """A hold as this trustee heeds it.

    `by` names who holds: an index, or a member's report key in hex. `report_keys`
    are the held case's, empty while its claim is unknown. `until_day` is the last
    day on which it is heeded; None for this trustee's own, until it resumes.
    `ended_day` is set once it was lifted.
    """

    case_id: Digest
    by: str
    report_keys: tuple[PublicKey, ...]
    reason: HoldReason
    day: Day
    until_day: Day | None
    ended_day: Day | None = None

    def in_force(self, day: int) -> bool:
        """Whether it is heeded on this day."""
        over = self.until_day is not None and self.until_day < day
        return self.ended_day is None and not over


class Holds(Message, frozen=True, tag="holds/1"):
    """Every order that this trustee ever knew, oldest first.

    `number` is that of its own last one; `heard` is the last number of each fellow's.
    """

    orders: tuple[Order, ...] = ()
    number: int = 0
    heard: tuple[tuple[int, int], ...] = ()

    def in_force(self, day: int) -> list[Order]:
        """The orders that are heeded on this day."""
        return [order for order in self.orders if order.in_force(day)]


NO_HOLDS = Holds()


def is_held(
    holds: Holds, case_id: Digest, report_keys: Collection[PublicKey], day: int
) -> bool:
    """Whether a case is held, itself or as one that extends a held one (§H3)."""
    return any(
        order.case_id == case_id
        or len(set(order.report_keys) & set(report_keys)) >= SHARED_REPORTS
        for order in holds.in_force(day)
    )


def alarmed_case(notice: AlarmNotice) -> Digest:
    """Which case an alarm says it is about; to load its file."""
    return peek(notice.alarm, Alarm, culprit="api").case_id


def held_case(notice: HoldNotice) -> Digest:
    """Which case a fellow's order says it is about; to load its file."""
    return peek(notice.hold, Hold, culprit="api").case_id


def receive_alarm(
    trustee: Trustee, holds: Holds, file: CaseFile | None, notice: AlarmNotice, day: int
) -> Step[Holds]:
    """Heed a member's alarm, and tell her so; her first about a case counts.

    Raises:
        InvalidCase: From nobody who was introduced in this case, or dated otherwise
            than in the days before.
        InvalidSignature: Not signed by the report key.
    """
    claimed = peek(notice.alarm, Alarm, culprit="client")
    alarm = open_signed(
        notice.alarm, Alarm, Label.ALARM, claimed.report_key, culprit="client"
    )
    if not isinstance(file, JudgedCase) or not _was_introduced(file, alarm):
        raise InvalidCase("an alarm of nobody who was introduced", culprit="client")
    if not day - HONOURED_DAYS <= alarm.day <= day + 1:
        raise InvalidCase("an alarm of another day", culprit="client")
    by = alarm.report_key.hex()
    known = _orders_of(holds, alarm.case_id, by)
    if known:
        return Step(holds, (_receipt(trustee, alarm, known[0]),))
    order = Order(
        case_id=alarm.case_id,
        by=by,
        report_keys=_keys_of(file),
        reason="alarm",
        day=day,
        until_day=alarm.day + HONOURED_DAYS,
    )
    place = [member.report_key for member in file.members].index(alarm.report_key)
    detail = f"by member {place}, heeded until day {order.until_day}"
    event = Event(kind="alarm", subject=Blob(alarm.case_id), detail=detail)
    state = replace(holds, orders=(*holds.orders, order))
    return Step(state, (_receipt(trustee, alarm, order),), (event,))


def _was_introduced(file: JudgedCase, alarm: Alarm) -> bool:
    keys = [member.report_key for member in file.members]
    return any(alarm.report_key in (keys[g], keys[r]) for g, r in file.released)


def _keys_of(file: CaseFile | None) -> tuple[PublicKey, ...]:
    if not isinstance(file, JudgedCase):
        return ()
    return tuple(member.report_key for member in file.members)


def _orders_of(holds: Holds, case_id: Digest, by: str) -> list[Order]:
    return [o for o in holds.orders if (o.case_id, o.by) == (case_id, by)]


def _receipt(trustee: Trustee, alarm: Alarm, order: Order) -> SignedAlarmReceipt:
    receipt = AlarmReceipt(
        deployment_id=Nonce(trustee.deployment.deployment_id),
        index=trustee.index,
        case_id=alarm.case_id,
        report_key=alarm.report_key,
        until_day=order.until_day or order.day,
    )
    signed = sign(trustee.identity_seed, Label.ALARM_RECEIPT, receipt)
    return SignedAlarmReceipt(receipt=signed)


def order_hold(
    trustee: Trustee, holds: Holds, file: CaseFile, reason: HoldReason, when: Moment
) -> Step[Holds]:
    """This trustee holds a case, and tells its fellows why."""
    order = Order(
        case_id=file.case_id,
        by=str(trustee.index),
        report_keys=_keys_of(file),
        reason=reason,
        day=when.day,
        until_day=None,
    )
    state = replace(holds, orders=(*holds.orders, order))
    return _tell(trustee, state, (file.case_id, 1, reason), when)


def order_resume(
    trustee: Trustee, holds: Holds, case_id: Digest, reason: HoldReason, when: Moment
) -> Step[Holds]:
    """Lift this trustee's own holds and members' alarms; never a fellow's hold."""
    fellows = {str(i) for i in range(1, trustee.deployment.opening_keys.size + 1)}
    mine = str(trustee.index)
    lifted = tuple(
        replace(order, ended_day=when.day)
        if order.case_id == case_id
        and order.in_force(when.day)
        and (order.by == mine or order.by not in fellows)
        else order
        for order in holds.orders
    )
    return _tell(trustee, replace(holds, orders=lifted), (case_id, 0, reason), when)


def _tell(
    trustee: Trustee,
    holds: Holds,
    what: tuple[Digest, Literal[0, 1], HoldReason],
    when: Moment,
) -> Step[Holds]:
    case_id, held, reason = what
    hold = Hold(
        deployment_id=Nonce(trustee.deployment.deployment_id),
        index=trustee.index,
        case_id=case_id,
        held=held,
        reason=reason,
        number=when.number_after(holds.number),
        day=when.day,
    )
    notice = HoldNotice(hold=sign(trustee.identity_seed, Label.HOLD, hold))
    kind = "hold" if held else "resume"
    event = Event(kind=kind, subject=Blob(case_id), detail=f"own, {reason}")
    return Step(replace(holds, number=hold.number), (notice,), (event,))


def receive_hold(
    trustee: Trustee, holds: Holds, file: CaseFile | None, notice: HoldNotice, day: int
) -> Step[Holds]:
    """Heed a fellow's hold for its days, or its resumption; an old one is only logged.

    The days of one fellow and one case count from its first hold, however often it
    holds again.

    Raises:
        InvalidCase: Of another deployment, or numbered ahead of time.
        InvalidIndex: No fellow of this index.
        InvalidSignature: The fellow did not sign it.
    """
    hold = check_hold(trustee, notice.hold)
    if ahead_of_time(hold.number, day):
        raise InvalidCase("an order numbered ahead of time", culprit=hold.index)
    heard = dict(holds.heard)
    last = heard.get(hold.index, 0)
    if hold.number <= last:
        return Step(holds, (), (_dropped(hold, last),))
    heard[hold.index] = hold.number
    told = replace(holds, heard=tuple(sorted(heard.items())))
    kind = "hold" if hold.held else "resume"
    text = f"trustee {hold.index}, {hold.reason}"
    by = str(hold.index)
    if not hold.held:
        orders = tuple(
            replace(order, ended_day=day)
            if (order.case_id, order.by) == (hold.case_id, by) and order.in_force(day)
            else order
            for order in told.orders
        )
        told = replace(told, orders=orders)
    else:
        first = [order.day for order in _orders_of(told, hold.case_id, by)]
        order = Order(
            case_id=hold.case_id,
            by=by,
            report_keys=_keys_of(file),
            reason=hold.reason,
            day=day,
            until_day=min([*first, day]) + HONOURED_DAYS,
        )
        told = replace(told, orders=(*told.orders, order))
        text += f", heeded until day {order.until_day}"
    event = Event(kind=kind, subject=Blob(hold.case_id), detail=text)
    return Step(told, (), (event,))


def _dropped(hold: Hold, last: int) -> Event:
    text = f"trustee {hold.index}, number {hold.number}, not above {last}"
    return Event(kind="old order", subject=Blob(hold.case_id), detail=text)


def check_hold(trustee: Trustee, signed: Signed) -> Hold:
    """Verify a fellow's order.

    Raises:
        InvalidCase: Of another deployment.
        InvalidIndex: No fellow of this index.
        InvalidSignature: The fellow did not sign it.
    """
    index = peek(signed, Hold).index
    if index == trustee.index:
        raise InvalidIndex("one's own hold")
    identity = trustee.deployment.trustee("opening", index).identity_key
    hold = open_signed(signed, Hold, Label.HOLD, identity, culprit=index)
    if hold.deployment_id != trustee.deployment.deployment_id:
        raise InvalidCase("a hold of another deployment", culprit=index)
    return hold


def end_expired(holds: Holds, day: int) -> tuple[Holds, Sequence[Order]]:
    """Note the end of what is over, and say what it was, so that cases go on."""
    over = [
        order
        for order in holds.orders
        if order.ended_day is None and not order.in_force(day)
    ]
    orders = tuple(
        replace(order, ended_day=day) if order in over else order
        for order in holds.orders
    )
    return replace(holds, orders=orders), over
