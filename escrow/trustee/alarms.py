"""A member says that something is not right: heeded, and receipted (§H1)."""

from msgspec.structs import replace

from blind_index.labels import Label
from escrow.errors import InvalidCase
from escrow.messages.codec import Blob, Digest, Nonce, PublicKey, Signed
from escrow.messages.holds import (
    HONOURED_DAYS,
    Alarm,
    AlarmNotice,
    AlarmReceipt,
    SignedAlarmReceipt,
)
from escrow.signing import open_signed, peek, sign
from escrow.trustee.case_files import CaseFile, JudgedCase
from escrow.trustee.context import Event, Step, Trustee
from escrow.trustee.holds import Holds, Order, keys_of, orders_of


def alarmed_case(notice: AlarmNotice) -> Digest:
    """Which case an alarm says it is about; to load its file."""
    return peek(notice.alarm, Alarm, culprit="api").case_id


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
    # Also one that fellows told of, where the introduction was lost with a backup.
    known = orders_of(holds, alarm.case_id, alarm.report_key.hex())
    if known:
        return Step(holds, (_receipt(trustee, alarm, known[0]),))
    if not isinstance(file, JudgedCase) or not _was_introduced(file, alarm):
        raise InvalidCase("an alarm of nobody who was introduced", culprit="client")
    if not day - HONOURED_DAYS <= alarm.day <= day + 1:
        raise InvalidCase("an alarm of another day", culprit="client")
    order = order_of(alarm, keys_of(file), day)
    place = [member.report_key for member in file.members].index(alarm.report_key)
    detail = f"by member {place}, heeded until day {order.until_day}"
    event = Event(kind="alarm", subject=Blob(alarm.case_id), detail=detail)
    state = add_alarm(holds, order, notice.alarm)
    return Step(state, (_receipt(trustee, alarm, order),), (event,))


def order_of(alarm: Alarm, report_keys: tuple[PublicKey, ...], day: int) -> Order:
    """An alarm as it is heeded, from this day on."""
    return Order(
        case_id=alarm.case_id,
        by=alarm.report_key.hex(),
        report_keys=report_keys,
        reason="alarm",
        day=day,
        until_day=alarm.day + HONOURED_DAYS,
    )


def add_alarm(holds: Holds, order: Order, signed: Signed) -> Holds:
    """Heed an alarm, and keep it as it was signed while it may be shown (§T6)."""
    young = (s for s in holds.alarms if peek(s, Alarm).day + HONOURED_DAYS >= order.day)
    return replace(holds, orders=(*holds.orders, order), alarms=(*young, signed))


def _was_introduced(file: JudgedCase, alarm: Alarm) -> bool:
    keys = [member.report_key for member in file.members]
    return any(alarm.report_key in (keys[g], keys[r]) for g, r in file.released)


def receipts_again(
    trustee: Trustee, holds: Holds, case_id: Digest
) -> tuple[SignedAlarmReceipt, ...]:
    """For each alarm about a case that is kept as it was signed (§T1)."""
    alarms = [peek(signed, Alarm) for signed in holds.alarms]
    return tuple(
        _receipt(trustee, alarm, order)
        for alarm in alarms
        if alarm.case_id == case_id
        for order in orders_of(holds, case_id, alarm.report_key.hex())[:1]
    )


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
