"""A member's alarm and trustees' holds, carried to the trustees (§H)."""

from api.handlers.desk import Desk
from api.handlers.status import place_signed_for, view_for
from api.ports import Records
from blind_index.labels import Label
from escrow.errors import NotFound
from escrow.messages.codec import Signed, encode
from escrow.messages.holds import (
    AlarmNotice,
    AlarmReceipt,
    Hold,
    HoldNotice,
    SignedAlarmReceipt,
)
from escrow.server.alarms import check_alarm
from escrow.server.receipts import open_from_trustee


async def raise_alarm(desk: Desk, signed: Signed) -> None:
    """Hand a member's alarm to every opening trustee; the same again is fine.

    Raises:
        NotFound: No case in which she was introduced.
    """
    alarm = check_alarm(signed)
    async with desk.transaction() as records:
        record = await records.cases.get(alarm.case_id, desk.month)
        if record is None:
            raise NotFound("no such case of this report", culprit="client")
        view = await view_for(desk, records, record, alarm.report_key)
        if view is None or not view.connected:
            raise NotFound("no such case of this report", culprit="client")
        # Also to those that signed: one may have lost it with a backup since.
        await records.orders.put_alarm(alarm, signed)
        body = encode(AlarmNotice(alarm=signed))
        # One about another case of hers that still waits stays.
        subject = alarm.case_id + alarm.report_key
        await records.queue.drop("alarm", subject)
        await records.queue.add("alarm", subject, desk.to_all(body))


async def take_order(
    desk: Desk, records: Records, sender: int, letter: SignedAlarmReceipt | HoldNotice
) -> None:
    """Keep a receipt for her who raised the alarm; pass a hold on to fellows."""
    if isinstance(letter, SignedAlarmReceipt):
        label = Label.ALARM_RECEIPT
        receipt = open_from_trustee(
            desk.deployment, sender, letter.receipt, AlarmReceipt, label
        )
        place = await place_signed_for(desk, records, sender, receipt)
        if place is not None:
            await records.openings.add_alarm_receipt(
                receipt.case_id, place, sender, letter.receipt
            )
        return
    hold = open_from_trustee(desk.deployment, sender, letter.hold, Hold, Label.HOLD)
    await records.orders.put_hold(hold, letter.hold)
    fellows = desk.to_all(encode(letter), but=sender)
    await records.queue.add("hold", bytes([sender]), fellows)
