"""A member's answer, on its way to the trustees, and their receipts (§C7, §C10)."""

from collections.abc import Sequence

from api.handlers.desk import Desk
from api.handlers.status import place_of, place_signed_for, view_for
from api.ports import Records
from blind_index.labels import Label
from escrow.case import check_consent, check_last_day
from escrow.errors import InvalidCase, NotFound
from escrow.messages.cases import (
    AnswerReceipt,
    AnswerReceipts,
    Consent,
    SignedAnswerReceipt,
)
from escrow.messages.codec import Signed, encode
from escrow.messages.mailbox import ConsentNotice
from escrow.server.answers import admit_consent, is_newest, lacking, takes_back
from escrow.server.cases import CaseRecord, member_digests
from escrow.server.receipts import open_from_trustee
from escrow.signing import peek


async def give_consent(desk: Desk, signed: Signed) -> AnswerReceipts:
    """Store an answer, hand it to every opening trustee; who signed for it so far.

    The same again goes once more to those that have not signed (§C10).

    Raises:
        NotFound: No such case that she may see, or answered before.
        InvalidConsent: Not about this case, expired, or older than what is stored.
    """
    claimed = peek(signed, Consent, culprit="client")
    async with desk.transaction() as records:
        record = await records.cases.get(claimed.case_id, desk.month)
        if record is None:
            raise NotFound("no such case of this report", culprit="client")
        members = member_digests(record)
        consent = check_consent(signed, record.case_id, members, day=desk.day)
        if not takes_back(record.consents, consent):
            await _check_shown(desk, records, record, consent)
        if admit_consent(record.consents, signed):
            key = consent.report_key
            await records.cases.put_consent(record.case_id, key, signed)
        place = place_of(record, consent.report_key)
        receipts = await records.openings.answer_receipts(record.case_id, place)
        await _hand_on(records, signed, lacking(receipts, desk.trustees, consent))
        return AnswerReceipts(receipts=tuple(receipts))


async def _check_shown(
    desk: Desk, records: Records, record: CaseRecord, consent: Consent
) -> None:
    if await view_for(desk, records, record, consent.report_key) is None:
        raise NotFound("no such case of this report", culprit="client")


async def _hand_on(records: Records, signed: Signed, trustees: Sequence[int]) -> None:
    """Queue her newest answer in a case; an older one that waits gives way."""
    consent = peek(signed, Consent)
    subject = consent.case_id + consent.report_key
    body = encode(ConsentNotice(consent=signed))
    await records.queue.drop("consent", subject)
    await records.queue.add("consent", subject, dict.fromkeys(trustees, body))


async def take_answer(
    desk: Desk,
    records: Records,
    sender: int,
    letter: ConsentNotice | SignedAnswerReceipt,
) -> None:
    """What a trustee shows of an answer: that it has it, or the answer itself."""
    if isinstance(letter, ConsentNotice):
        await keep_shown_answer(desk, records, sender, letter)
    else:
        await _take_receipt(desk, records, sender, letter)


async def _take_receipt(
    desk: Desk, records: Records, sender: int, letter: SignedAnswerReceipt
) -> None:
    """Keep a trustee's receipt for her whose answer it has (§C10).

    Raises:
        InvalidCase: No such case, or in another trustee's name.
        NotFound: Not of a member.
    """
    label = Label.ANSWER_RECEIPT
    receipt = open_from_trustee(
        desk.deployment, sender, letter.receipt, AnswerReceipt, label
    )
    place = await place_signed_for(desk, records, sender, receipt)
    if place is not None:
        await records.openings.add_answer_receipt(
            receipt.case_id, place, letter.receipt
        )


async def keep_shown_answer(
    desk: Desk, records: Records, sender: int, notice: ConsentNotice
) -> None:
    """A trustee shows an answer that this server may have lost (§T8).

    The members signed them, so the newest counts whoever shows it, one that has run
    out among them: the next must have a higher number. Fellows may have missed it.

    Raises:
        InvalidCase: No such case.
        InvalidConsent: Not about this case, or to hold for too long.
        InvalidSignature: Not signed by the report key.
    """
    claimed = peek(notice.consent, Consent, culprit=sender)
    record = await records.cases.get(claimed.case_id, desk.month)
    if record is None:
        raise InvalidCase("no such case", culprit=sender)
    members = member_digests(record)
    consent = check_consent(notice.consent, record.case_id, members, day=0)
    check_last_day(consent, desk.day)
    if is_newest(record.consents, consent):
        key = consent.report_key
        await records.cases.put_consent(record.case_id, key, notice.consent)
        fellows = desk.to_all(encode(notice), but=sender)
        await records.queue.add("consent", record.case_id, fellows)
