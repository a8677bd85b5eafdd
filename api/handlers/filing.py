"""Reports come in, change, and are taken back (§F9, §F11)."""

from api.handlers.desk import Desk
from api.handlers.matching import match_tags, shared_tags
from api.handlers.status import status_of
from api.handlers.tag_search import drop_tags
from api.handlers.tokens import redeem_token, token_name
from api.ports import Records, ReportContents, ReportEntry
from escrow.errors import ConflictingReport, NotFound
from escrow.messages.cases import ReportStatus
from escrow.messages.codec import Digest, PublicKey, Signed, decode, encode
from escrow.messages.filing import Core, Header, ReportSubmission, Withdrawal
from escrow.messages.mailbox import BoxDelivery, WithdrawalNotice
from escrow.report.check import CheckedReport, check_submission
from escrow.server.filing import StoredReport, admit_version, check_withdrawal
from escrow.server.receipts import held_digests
from escrow.signing import peek


async def file_report(desk: Desk, submission: ReportSubmission) -> ReportStatus:
    """Store a report or a new version of one; queue a box for every trustee.

    Sending the same again is answered again.
    """
    await _check_price(desk, submission)
    report = check_submission(desk.deployment, submission, day=desk.day)
    key = report.core.report_key
    async with desk.transaction() as records:
        entry = await records.reports.get(key)
        held = held_digests(await records.evidence.receipts(key))
        kind = admit_version(entry.stored if entry else None, report, held)
        if kind == "first":
            await redeem_token(desk, records, submission.token, report.digest)
        if kind != "same":
            tags = await _retire(desk, records, entry) if entry else []
            await _store(desk, records, report, submission)
            await match_tags(desk, records, tags)
        status = await status_of(desk, records, key, with_cases=False)
    if kind == "next":
        await desk.store.scrub()
    return status


async def _check_price(desk: Desk, submission: ReportSubmission) -> None:
    """Refuse a new report without a good token before its many proofs are checked.

    Raises:
        ConflictingReport: It was withdrawn.
        InvalidToken: None, or never issued.
    """
    header = peek(submission.header, Header, culprit="client")
    core = decode(header.core, Core, culprit="client")
    async with desk.reading() as records:
        known = await records.reports.get(core.report_key)
        withdrawn = await records.withdrawals.known(core.report_key)
    if withdrawn:
        # Also one of which a restored backup knows nothing else.
        raise ConflictingReport("the report was withdrawn")
    if known is None:
        token_name(desk, submission.token)


async def _store(
    desk: Desk, records: Records, report: CheckedReport, submission: ReportSubmission
) -> None:
    core = report.core
    entry = ReportEntry(
        stored=StoredReport(
            report_key=core.report_key,
            version=core.version,
            witness=core.witness == 1,
            header_digest=report.digest,
            withdrawn=False,
        ),
        match_threshold=core.match_threshold,
        expiry_month=core.expiry_month,
        tag_rows=None,
    )
    contents = ReportContents(submission.header, submission.parts)
    await records.reports.put(entry, contents, desk.day)
    deliveries = {
        box.index: encode(BoxDelivery(header=submission.header, box=box))
        for box in submission.boxes
    }
    await records.queue.add("box", core.report_key, deliveries)


async def withdraw_report(desk: Desk, signed: Signed) -> ReportStatus:
    """Erase a report here, and have every trustee erase its shares.

    Once this returns, no byte of the ciphertext is in a SQLite database or its log;
    PostgreSQL's files lose it when they are rewritten (§X).

    One that this server lost after a backup is withdrawn too, since trustees hold it.
    No other key is heeded: anybody can make keys, and a tombstone stays for ever.

    Raises:
        ConflictingReport: From another deployment.
        NotFound: No such report, and no trustee named it after a backup.
    """
    withdrawal = check_withdrawal(desk.deployment, signed)
    key = withdrawal.report_key
    async with desk.transaction() as records:
        known = await records.reports.get(key) is not None
        if not known and not await records.withdrawals.is_lost(key):
            raise NotFound("no report under this key", culprit="client")
        await take_back(desk, records, withdrawal, signed)
        status = await status_of(desk, records, key)
    await desk.store.scrub()
    return status


async def take_back(
    desk: Desk, records: Records, withdrawal: Withdrawal, signed: Signed
) -> None:
    """Erase a report that may be stored, remember that it was withdrawn, say so.

    Trustees are told whatever is stored here: one that ended has no tombstone yet,
    and of one that came after a backup they may hold what is not known here.
    """
    key = withdrawal.report_key
    entry = await records.reports.get(key)
    kept = await records.withdrawals.add(key, signed)
    version = peek(kept, Withdrawal).version
    tags: list[bytes] = []
    if entry is None:
        await records.reports.bury(key, version, desk.day)
    else:
        if not entry.stored.withdrawn:
            tags = await _retire(desk, records, entry)
            await _forget_openings(desk, records, key)
        # Trustees sign that they erased for this withdrawal's version.
        await records.reports.erase(key, version)
    await _announce(desk, records, key, kept)
    await match_tags(desk, records, tags)


async def forget_version(desk: Desk, records: Records, entry: ReportEntry) -> None:
    """Erase a version that is no longer in force; the newer one is not here (§T8).

    Its author can send that again, so nothing says that it was withdrawn.
    """
    key = entry.stored.report_key
    tags = await _retire(desk, records, entry)
    await _forget_openings(desk, records, key)
    await records.reports.forget(key)
    await records.withdrawals.add_lost([key])
    await match_tags(desk, records, tags)


async def _announce(
    desk: Desk, records: Records, key: PublicKey, signed: Signed
) -> None:
    body = encode(WithdrawalNotice(withdrawal=signed))
    # It may be sent again and again, and waits for each trustee once.
    await records.queue.drop("withdrawal", key)
    await records.queue.add("withdrawal", key, desk.to_all(body))


async def _retire(desk: Desk, records: Records, entry: ReportEntry) -> list[bytes]:
    """Take a version out of index, evidence and queue.

    Returns:
        The tags that the rest of its cases share, to be matched again.
    """
    key = entry.stored.report_key
    await records.queue.drop("box", key)
    case_ids = await records.cases.of_report(key)
    for case_id in case_ids:
        # A claim holds the ciphertext; without this member it is about nothing.
        await _drop_claim(desk, records, case_id, key)
    tags = await shared_tags(desk, records, case_ids, without=key)
    await drop_tags(desk, records, entry)
    await records.evidence.clear(key)
    return tags


async def _drop_claim(
    desk: Desk, records: Records, case_id: Digest, key: PublicKey
) -> None:
    record = await records.cases.get(case_id, desk.month)
    if record and any(m.report_key == key and m.live for m in record.members):
        await records.queue.drop("claim", case_id)


async def _forget_openings(desk: Desk, records: Records, key: PublicKey) -> None:
    """Erase what trustees handed over of a report in any of its cases."""
    for case_id in await records.cases.of_report(key):
        record = await records.cases.get(case_id, desk.month)
        for place, member in enumerate(record.members if record else ()):
            if member.report_key == key:
                await records.openings.forget_member(case_id, place)
                await records.orders.forget_alarm(case_id, key)


async def erase_expired(desk: Desk) -> int:
    """Erase every report whose last month is over; returns how many."""
    async with desk.transaction() as records:
        keys = await records.reports.expired(desk.month)
        tags: dict[bytes, None] = {}
        for key in keys:
            entry = await records.reports.get(key)
            if entry is not None:
                tags |= dict.fromkeys(await _retire(desk, records, entry))
                await _forget_openings(desk, records, key)
                await records.reports.erase(key, entry.stored.version)
        # What is left of a group may be one of its own.
        await match_tags(desk, records, list(tags))
        emptied = await records.letterboxes.erase_expired(desk.month)
    if keys or emptied:
        await desk.store.scrub()
    return len(keys)
