"""What a survivor may know of her report (§S1 to §S3)."""

from collections.abc import Iterable
from dataclasses import replace

from api.handlers.desk import Desk
from api.ports import Records
from escrow.errors import InvalidCase, NotFound
from escrow.messages.cases import AnswerReceipt, CaseView, Connection, ReportStatus
from escrow.messages.codec import Digest, PublicKey, Signed
from escrow.messages.holds import AlarmReceipt
from escrow.server.cases import (
    CaseRecord,
    SignedForHer,
    overtaken,
    report_status,
    view_case,
)
from escrow.server.connections import GiverContents, make_connection, served_givers
from escrow.server.requests import check_connection_request, check_status_request
from escrow.trustee_lock import Part


async def report_status_for(desk: Desk, signed: Signed) -> ReportStatus:
    """Answer the holder of a report key."""
    request = check_status_request(desk.deployment, signed)
    async with desk.reading() as records:
        return await status_of(desk, records, request.report_key)


async def status_of(
    desk: Desk, records: Records, key: PublicKey, *, with_cases: bool = True
) -> ReportStatus:
    """Receipts and groups of a report.

    Raises:
        NotFound: No such report.
    """
    entry = await records.reports.get(key)
    if entry is None:
        raise NotFound("no report under this key", culprit="client")
    shown = with_cases and not entry.stored.withdrawn
    viewed = await _viewed(desk, records, key) if shown else []
    return report_status(
        await records.evidence.receipts(key),
        await records.evidence.erasures(key),
        overtaken(desk.deployment, viewed),
    )


async def _viewed(
    desk: Desk, records: Records, key: PublicKey
) -> list[tuple[CaseRecord, CaseView]]:
    """The cases that a report's holder may see, oldest first."""
    viewed = []
    for case_id in await records.cases.of_report(key):
        record = await records.cases.get(case_id, desk.month)
        if record is None:
            continue
        record = replace(record, day=desk.day)
        view = await view_for(desk, records, record, key)
        if view is not None:
            viewed.append((record, view))
    return viewed


def place_of(record: CaseRecord, key: PublicKey) -> int:
    """A report's place in a case.

    Raises:
        NotFound: It is not a member.
    """
    for place, member in enumerate(record.members):
        if member.report_key == key:
            return place
    raise NotFound("no such case of this report", culprit="client")


async def place_signed_for(
    desk: Desk, records: Records, sender: int, receipt: AnswerReceipt | AlarmReceipt
) -> int | None:
    """The place in the case of her for whom a trustee signed.

    None if she left: everything of hers was erased, and nothing is kept anew.

    Raises:
        InvalidCase: No such case.
        NotFound: Not of a member.
    """
    record = await records.cases.get(receipt.case_id, desk.month)
    if record is None:
        raise InvalidCase("no such case", culprit=sender)
    place = place_of(record, receipt.report_key)
    return place if record.members[place].live else None


async def view_for(
    desk: Desk, records: Records, record: CaseRecord, key: PublicKey
) -> CaseView | None:
    """What one member may see of a case."""
    place = place_of(record, key)
    met: set[int] = set()
    if record.witness is None:
        connected = place in await _introduced(desk, records, record.case_id, [place])
    else:
        everybody = range(len(record.members))
        met = await _introduced(desk, records, record.group_case_id, everybody)
        served = await _introduced(desk, records, record.case_id, everybody)
        connected = bool(served) if place == record.witness else place in served
    return view_case(
        desk.deployment,
        record,
        key,
        connected=connected,
        met=met,
        signed=SignedForHer(
            tuple(await records.openings.answer_receipts(record.case_id, place)),
            tuple(await records.openings.alarm_receipts(record.case_id, place)),
        ),
    )


async def _introduced(
    desk: Desk, records: Records, case_id: Digest, places: Iterable[int]
) -> set[int]:
    """Those to whom t' trustees released somebody in a case."""
    served = set()
    for place in places:
        releases = await records.openings.releases(case_id, place)
        if served_givers(desk.deployment, releases):
            served.add(place)
    return served


async def connect(desk: Desk, signed: Signed) -> Connection:
    """What was released to the asker in one case.

    Raises:
        NotFound: No such case of hers.
    """
    request = check_connection_request(desk.deployment, signed)
    async with desk.reading() as records:
        record = await records.cases.get(request.case_id, desk.month)
        if record is None:
            raise NotFound("no such case of this report", culprit="client")
        reader = place_of(record, request.report_key)
        if not record.members[reader].live:
            raise NotFound("no such case of this report", culprit="client")
        releases = await records.openings.releases(record.case_id, reader)
        givers = []
        for place in sorted({release.giver for release in releases}):
            member = record.members[place]
            contents = await records.reports.contents(member.report_key)
            # A giver who took her report back, or changed it, is gone from here.
            if member.live and contents is not None:
                contact = contents.parts[Part.CONTACT]
                givers.append(GiverContents(place, contents.header, contact))
        return make_connection(record.case_id, givers, releases)
