"""The index of tags: put a report's tags in, find who holds the same (§I3)."""

from collections.abc import Sequence
from dataclasses import replace

from api.handlers.desk import Desk
from api.ports import Records, ReportEntry
from blind_index.group import Element
from blind_index.labels import Label
from escrow import aead
from escrow.messages.codec import EncodedElement, Nonce
from escrow.server.tag_index import (
    Buckets,
    TagRow,
    bucket_of,
    open_row,
    rows_with,
    seal_row,
)


async def put_tags(
    desk: Desk, records: Records, entry: ReportEntry, tags: Sequence[Element | None]
) -> list[bytes]:
    """Store the tags of a report; returns them encoded, each once."""
    key, keys = entry.stored.report_key, desk.keys.tag_keys
    rows = [
        TagRow(EncodedElement(tag.encode()), key, position)
        for position, tag in enumerate(tags)
        if tag is not None
    ]
    buckets = await records.tag_rows.buckets()
    names = await records.tag_rows.add(
        [
            (
                bucket_of(keys, row.tag, buckets),
                seal_row(keys, row, randomness=desk.randomness),
            )
            for row in rows
        ]
    )
    await _grow(desk, records, replace(buckets, rows=buckets.rows + len(rows)))
    # Which rows are this report's must not be visible at rest either.
    sealed = aead.seal(
        desk.keys.store_key,
        b"".join(names),
        Label.STORED_TAG,
        key,
        randomness=desk.randomness,
    )
    await records.reports.set_tag_rows(key, sealed)
    return list(dict.fromkeys(bytes(row.tag) for row in rows))


async def _grow(desk: Desk, records: Records, buckets: Buckets) -> None:
    """Split as many buckets as so many rows ask for, and note it."""
    keys = desk.keys.tag_keys
    while buckets.full:
        split, buckets = buckets.split, buckets.after_split()
        leaving = [
            name
            for name, body in (await records.tag_rows.in_bucket(split)).items()
            if bucket_of(keys, open_row(keys, body).tag, buckets) != split
        ]
        # A bucket is split in two: whatever leaves it goes to the newest.
        await records.tag_rows.move(leaving, buckets.count - 1)
    await records.tag_rows.set_buckets(buckets)


def _names(desk: Desk, entry: ReportEntry) -> list[Nonce]:
    """The names of a report's rows; none while it is not indexed."""
    if entry.tag_rows is None:
        return []
    joined = aead.unseal(
        desk.keys.store_key, entry.tag_rows, Label.STORED_TAG, entry.stored.report_key
    )
    size = Nonce.size or 1
    return [Nonce(joined[i : i + size]) for i in range(0, len(joined), size)]


async def drop_tags(desk: Desk, records: Records, entry: ReportEntry) -> None:
    """Take a report out of the index."""
    names = _names(desk, entry)
    await records.tag_rows.remove(names)
    buckets = await records.tag_rows.buckets()
    left = max(buckets.rows - len(names), 0)
    await records.tag_rows.set_buckets(replace(buckets, rows=left))
    await records.reports.set_tag_rows(entry.stored.report_key, None)


async def tag_at(
    desk: Desk, records: Records, entry: ReportEntry, position: int
) -> bytes | None:
    """The tag that a report holds at a position, if it is indexed."""
    rows = await records.tag_rows.named(_names(desk, entry))
    opened = (open_row(desk.keys.tag_keys, sealed) for sealed in rows)
    return next((bytes(row.tag) for row in opened if row.position == position), None)


async def rows_of(
    desk: Desk, records: Records, tags: Sequence[bytes]
) -> dict[bytes, list[TagRow]]:
    """Every row that holds one of these tags, by tag."""
    keys, buckets = desk.keys.tag_keys, await records.tag_rows.buckets()
    by_bucket: dict[int, list[bytes]] = {}
    for tag in tags:
        by_bucket.setdefault(bucket_of(keys, tag, buckets), []).append(tag)
    found: dict[bytes, list[TagRow]] = {tag: [] for tag in tags}
    rows = await records.tag_rows.in_buckets(list(by_bucket))
    for row in rows_with(keys, by_bucket, rows):
        found[bytes(row.tag)].append(row)
    return found
