"""A member's answer, on its way to the trustees (§C7)."""

from api.handlers.desk import Desk
from api.handlers.status import view_for
from api.ports import Records
from escrow.case import check_consent
from escrow.errors import InvalidCase, NotFound
from escrow.messages.cases import Consent
from escrow.messages.codec import Signed, encode
from escrow.messages.mailbox import ConsentNotice
from escrow.server.cases import admit_consent, is_newest, member_digests
from escrow.signing import peek


async def give_consent(desk: Desk, signed: Signed) -> None:
    """Store an answer and hand it to every opening trustee.

    Raises:
        NotFound: No such case that she may see.
        InvalidConsent: Not about this case, expired, or older than what is stored.
    """
    claimed = peek(signed, Consent, culprit="client")
    async with desk.transaction() as records:
        record = await records.cases.get(claimed.case_id, desk.month)
        if record is None:
            raise NotFound("no such case of this report", culprit="client")
        members = member_digests(record)
        consent = check_consent(signed, record.case_id, members, day=desk.day)
        if await view_for(desk, records, record, consent.report_key) is None:
            raise NotFound("no such case of this report", culprit="client")
        if admit_consent(record.consents, signed):
            key = consent.report_key
            await records.cases.put_consent(record.case_id, key, signed)
            body = encode(ConsentNotice(consent=signed))
            await records.queue.add("consent", record.case_id, desk.to_all(body))


async def keep_shown_answer(
    desk: Desk, records: Records, sender: int, notice: ConsentNotice
) -> None:
    """A trustee shows an answer that this server may have lost (§T8).

    The members signed them, so the newest counts whoever shows it, one that has run
    out among them: the next must have a higher number. Fellows may have missed it.

    Raises:
        InvalidCase: No such case.
        InvalidConsent: Not about this case.
        InvalidSignature: Not signed by the report key.
    """
    claimed = peek(notice.consent, Consent, culprit=sender)
    record = await records.cases.get(claimed.case_id, desk.month)
    if record is None:
        raise InvalidCase("no such case", culprit=sender)
    members = member_digests(record)
    consent = check_consent(notice.consent, record.case_id, members, day=0)
    if is_newest(record.consents, consent):
        key = consent.report_key
        await records.cases.put_consent(record.case_id, key, notice.consent)
        fellows = desk.to_all(encode(notice), but=sender)
        await records.queue.add("consent", record.case_id, fellows)
