"""From equal tags to a case that is laid before the trustees (§C1)."""

from collections.abc import Mapping, Sequence

from api.handlers.desk import Desk
from api.handlers.stored_answers import read_answers
from api.handlers.tag_search import rows_of, tag_at
from api.ports import Records, ReportEntry
from escrow.errors import NotFound
from escrow.messages.codec import Digest, PublicKey, encode
from escrow.server.cases import CaseMember, CaseRecord
from escrow.server.claims import Evidence, make_claim
from escrow.server.matching import Candidate, Group, is_news, largest_group
from escrow.server.tag_index import TagRow
from escrow.trustee_lock import Part


async def match_tags(desk: Desk, records: Records, tags: Sequence[bytes]) -> None:
    """Open a case for every group that these tags form and that is news.

    The largest groups come first, so that no part of one becomes a case too.
    """
    found = await rows_of(desk, records, tags)
    keys = {row.report_key for rows in found.values() for row in rows}
    entries = await records.reports.several(keys)
    groups = []
    for rows in found.values():
        candidates = _candidates(desk, rows, entries)
        if group := largest_group(candidates, desk.deployment.levels):
            groups.append(group)
    for group in sorted(groups, key=lambda g: -len(g.members)):
        if is_news(group, await _known(desk, records, group)):
            await _open_case(desk, records, group)


def _candidates(
    desk: Desk, rows: Sequence[TagRow], entries: Mapping[PublicKey, ReportEntry]
) -> list[Candidate]:
    """The live reports among the rows' owners."""
    return [
        Candidate(
            row.report_key,
            entry.stored.header_digest,
            row.position,
            entry.match_threshold,
        )
        for row in rows
        if (entry := entries.get(row.report_key)) and entry.live(desk.month)
    ]


async def _known(desk: Desk, records: Records, group: Group) -> list[frozenset[Digest]]:
    """The cases of the group's first member in which everybody is live."""
    known = []
    for case_id in await records.cases.of_report(group.members[0].report_key):
        record = await records.cases.get(case_id, desk.month)
        if record and all(member.live for member in record.members):
            known.append(frozenset(m.header_digest for m in record.members))
    return known


async def _open_case(desk: Desk, records: Records, group: Group) -> None:
    """Store a case and lay its claim before every opening trustee."""
    evidence = [
        await _evidence(desk, records, member.report_key) for member in group.members
    ]
    box_keys = await records.beginnings.box_keys(desk.day)
    claim = make_claim(group, evidence, box_keys, desk.needed)
    members = tuple(
        CaseMember(
            m.report_key, m.header_digest, m.position, m.match_threshold, live=True
        )
        for m in group.members
    )
    await records.cases.add(claim, CaseRecord(claim.case_id, members, (), ()))
    body = encode(claim)
    for index in desk.trustees:
        await records.queue.add(index, "claim", claim.case_id, body)


async def _evidence(desk: Desk, records: Records, key: PublicKey) -> Evidence:
    contents = await records.reports.contents(key)
    entry = await records.reports.get(key)
    if contents is None or entry is None:
        raise NotFound("a report that is indexed but not stored")
    return Evidence(
        header=contents.header,
        standing=contents.parts[Part.STANDING],
        lock=contents.parts[Part.LOCK],
        answers=tuple(await read_answers(desk, records, entry)),
    )


async def shared_tags(
    desk: Desk, records: Records, case_ids: Sequence[Digest], *, without: PublicKey
) -> list[bytes]:
    """The tag that each case's remaining live members share."""
    tags = []
    for case_id in case_ids:
        record = await records.cases.get(case_id, desk.month)
        for member in record.members if record else ():
            if member.live and member.report_key != without:
                entry = await records.reports.get(member.report_key)
                if entry and (
                    tag := await tag_at(desk, records, entry, member.position)
                ):
                    tags.append(tag)
                break
    return list(dict.fromkeys(tags))
