"""Holds: while one is in force, this trustee introduces nobody (§H).

An order is kept for ever and never overwritten; a later one is added to it.
"""

from collections.abc import Collection, Sequence
from typing import Literal

from msgspec.structs import replace

from blind_index.errors import InvalidIndex
from blind_index.labels import Label
from escrow.errors import InvalidCase
from escrow.messages.codec import Blob, Day, Digest, Message, Nonce, PublicKey, Signed
from escrow.messages.holds import HONOURED_DAYS, Hold, HoldNotice, HoldReason
from escrow.signing import open_signed, peek, sign
from escrow.trustee.case_files import CaseFile, JudgedCase
from escrow.trustee.context import Event, Step, Trustee
from escrow.trustee.order_numbers import Moment, ahead_of_time

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

    `number` is that of its own last one. As they were signed, to be shown to a
    fellow that lost them (§T6), it keeps in `signed` the last order of each trustee
    about each case, its own among them, and in `alarms` the members' alarms.
    """

    orders: tuple[Order, ...] = ()
    number: int = 0
    signed: tuple[Signed, ...] = ()
    alarms: tuple[Signed, ...] = ()

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


def held_case(notice: HoldNotice) -> Digest:
    """Which case a fellow's order says it is about; to load its file."""
    return peek(notice.hold, Hold, culprit="api").case_id


def keys_of(file: CaseFile | None) -> tuple[PublicKey, ...]:
    """The reports of a judged case; none while its members are unknown."""
    if not isinstance(file, JudgedCase):
        return ()
    return tuple(member.report_key for member in file.members)


def orders_of(holds: Holds, case_id: Digest, by: str) -> list[Order]:
    """What one trustee or member ordered about a case, oldest first."""
    return [o for o in holds.orders if (o.case_id, o.by) == (case_id, by)]


def order_hold(
    trustee: Trustee, holds: Holds, file: CaseFile, reason: HoldReason, when: Moment
) -> Step[Holds]:
    """This trustee holds a case, and tells its fellows why."""
    order = Order(
        case_id=file.case_id,
        by=str(trustee.index),
        report_keys=keys_of(file),
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
    state = keep_signed(replace(holds, number=hold.number), hold, notice.hold)
    return Step(state, (notice,), (event,))


def newest_number(holds: Holds, index: int, case_id: Digest) -> int:
    """The number of a trustee's last order about a case that is known; 0 if none is."""
    known = (peek(signed, Hold) for signed in holds.signed)
    return max((h.number for h in known if _about(h) == (index, case_id)), default=0)


def keep_signed(holds: Holds, hold: Hold, signed: Signed) -> Holds:
    """Keep an order as it was signed, in place of the one before it."""
    others = (one for one in holds.signed if _about(peek(one, Hold)) != _about(hold))
    return replace(holds, signed=(*others, signed))


def _about(hold: Hold) -> tuple[int, Digest]:
    return hold.index, hold.case_id


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
    if hold.index == trustee.index:
        raise InvalidIndex("one's own hold")
    if ahead_of_time(hold.number, day):
        raise InvalidCase("an order numbered ahead of time", culprit=hold.index)
    last = newest_number(holds, hold.index, hold.case_id)
    if hold.number <= last:
        return Step(holds, (), (_dropped(hold, last),))
    told = keep_signed(holds, hold, notice.hold)
    if not hold.held:
        told = end_orders(told, hold, day)
        text = f"trustee {hold.index}, {hold.reason}"
        event = Event(kind="resume", subject=Blob(hold.case_id), detail=text)
        return Step(told, (), (event,))
    return heed_fellow(told, hold, keys_of(file), (day, day))


def heed_fellow(
    holds: Holds, hold: Hold, report_keys: tuple[PublicKey, ...], days: tuple[Day, Day]
) -> Step[Holds]:
    """Heed a fellow's hold until so long after its first on this case.

    Args:
        holds: With the order as it was signed.
        hold: The order.
        report_keys: Of the case, as far as it is known.
        days: On which the hold counts as come, and today.
    """
    day, today = days
    by = str(hold.index)
    first = [order.day for order in orders_of(holds, hold.case_id, by)]
    order = Order(
        case_id=hold.case_id,
        by=by,
        report_keys=report_keys,
        reason=hold.reason,
        day=day,
        until_day=min([*first, day]) + HONOURED_DAYS,
    )
    text = f"trustee {hold.index}, {hold.reason}, heeded until day {order.until_day}"
    if not order.in_force(today):
        order = replace(order, ended_day=today)
    event = Event(kind="hold", subject=Blob(hold.case_id), detail=text)
    return Step(replace(holds, orders=(*holds.orders, order)), (), (event,))


def end_orders(holds: Holds, hold: Hold, day: int) -> Holds:
    """A trustee's resumption ends what it ordered about the case."""
    of = (hold.case_id, str(hold.index))
    orders = tuple(
        replace(order, ended_day=day)
        if (order.case_id, order.by) == of and order.in_force(day)
        else order
        for order in holds.orders
    )
    return replace(holds, orders=orders)


def _dropped(hold: Hold, last: int) -> Event:
    text = f"trustee {hold.index}, number {hold.number}, not above {last}"
    return Event(kind="old order", subject=Blob(hold.case_id), detail=text)


def check_hold(trustee: Trustee, signed: Signed) -> Hold:
    """Verify a trustee's order.

    Raises:
        InvalidCase: Of another deployment.
        InvalidIndex: No trustee of this index.
        InvalidSignature: That trustee did not sign it.
    """
    index = peek(signed, Hold).index
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
