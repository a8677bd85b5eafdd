"""From equal tags to a case that is laid before the trustees (§C1)."""

from collections.abc import Mapping, Sequence

from api.handlers.desk import Desk
from api.handlers.stored_answers import read_answers
from api.handlers.tag_search import rows_of, tag_at
from api.ports import Records, ReportEntry
from escrow.errors import NotFound
from escrow.messages.codec import Digest, PublicKey, encode
from escrow.server.cases import CaseMember, CaseRecord, standing_members
from escrow.server.claims import Evidence, group_case_id, make_claim
from escrow.server.matching import (
    Candidate,
    Group,
    is_news,
    largest_group,
    with_witnesses,
)
from escrow.server.tag_index import TagRow
from escrow.trustee_lock import Part


async def match_tags(desk: Desk, records: Records, tags: Sequence[bytes]) -> None:
    """Open a case for every group that these tags form and that is news.

    The largest groups come first, so that no part of one becomes a case too; then
    the cases of witnesses of groups that stand.
    """
    holders = await holders_of(desk, records, tags)
    groups = [largest_group(found, desk.deployment.levels) for found in holders]
    for group in sorted(filter(None, groups), key=lambda g: -len(g.members)):
        if is_news(group, await _known(desk, records, group)):
            await open_case(desk, records, group)
    await match_witnesses(desk, records, holders)


async def holders_of(
    desk: Desk, records: Records, tags: Sequence[bytes]
) -> list[list[Candidate]]:
    """For each tag the live reports that hold it."""
    found = await rows_of(desk, records, tags)
    keys = {row.report_key for rows in found.values() for row in rows}
    entries = await records.reports.several(keys)
    return [_candidates(desk, rows, entries) for rows in found.values()]


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
            entry.stored.witness,
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


async def open_case(desk: Desk, records: Records, group: Group) -> None:
    """Store a case and lay its claim before every opening trustee."""
    evidence = [await _evidence(desk, records, m.report_key) for m in group.everybody]
    box_keys = await records.beginnings.box_keys(desk.day)
    claim = make_claim(group, evidence, box_keys, desk.needed)
    members = tuple(
        CaseMember(
            report_key=m.report_key,
            header_digest=m.header_digest,
            position=m.position,
            match_threshold=m.match_threshold,
            live=True,
            witness=m.witness,
        )
        for m in group.everybody
    )
    await records.cases.add(claim, CaseRecord(claim.case_id, members, (), ()))
    body = encode(claim)
    await records.queue.add("claim", claim.case_id, desk.to_all(body))


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


async def match_witnesses(
    desk: Desk, records: Records, holders: Sequence[Sequence[Candidate]]
) -> None:
    """Open a case for each witness and each group under her tag that stands (§B2)."""
    for found in holders:
        if any(holder.witness for holder in found):
            for group in await _standing_groups(desk, records, found):
                for pair in with_witnesses(group, found):
                    if not await records.cases.get(group_case_id(pair), desk.month):
                        await open_case(desk, records, pair)


async def _standing_groups(
    desk: Desk, records: Records, holders: Sequence[Candidate]
) -> list[Group]:
    """The groups of these holders of a tag that t' trustees found to stand."""
    groups = []
    for case_id in await _cases_of(records, holders):
        record = await records.cases.get(case_id, desk.month)
        if record is None or record.witness is not None:
            continue
        members = [_holder(holders, member) for member in record.members]
        group = largest_group(list(filter(None, members)), desk.deployment.levels)
        if (
            group is not None
            and group_case_id(group) == case_id
            and standing_members(desk.deployment, record)[0]
        ):
            groups.append(group)
    return groups


async def _cases_of(records: Records, holders: Sequence[Candidate]) -> list[Digest]:
    found: dict[Digest, None] = {}
    for holder in holders:
        if not holder.witness:
            found |= dict.fromkeys(await records.cases.of_report(holder.report_key))
    return list(found)


def _holder(holders: Sequence[Candidate], member: CaseMember) -> Candidate | None:
    """The holder of the tag that this member is, in this version and position."""
    for holder in holders:
        if (holder.header_digest, holder.position) == (
            member.header_digest,
            member.position,
        ):
            return holder
    return None


async def verdict_given(desk: Desk, records: Records, record: CaseRecord) -> None:
    """A group may stand now: see whether witnesses share its tag."""
    first = record.members[0]
    entry = await records.reports.get(first.report_key)
    if record.witness is None and first.live and entry is not None:
        tag = await tag_at(desk, records, entry, first.position)
        if tag is not None:
            holders = await holders_of(desk, records, [tag])
            await match_witnesses(desk, records, holders)


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
