"""A member's answer, on its way to the trustees (§C7)."""

from api.handlers.desk import Desk
from api.handlers.status import view_for
from escrow.case import check_consent
from escrow.errors import NotFound
from escrow.messages.cases import Consent
from escrow.messages.codec import Signed, encode
from escrow.messages.mailbox import ConsentNotice
from escrow.server.cases import admit_consent, member_digests
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
