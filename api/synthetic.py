"""Synthetic reports in a demonstration's store, and look-ups in it, timed.

For `alongside bench`. The reports are noise of nobody's: they match nothing, and
their parts are short, since no look-up reads them.
"""

import time
from collections.abc import AsyncIterator
from statistics import median

from api.handlers.desk import Desk, Office
from api.handlers.tag_search import rows_of
from api.ports import ReportContents, ReportEntry
from api.sql_store.store import SqlStore
from blind_index.errors import InputError
from blind_index.labels import Label
from escrow import aead
from escrow.messages.codec import (
    Blob,
    Digest,
    EncodedElement,
    PublicKey,
    Signature,
    Signed,
)
from escrow.server.filing import StoredReport
from escrow.server.tag_index import Buckets, TagKeys, TagRow, bucket_of, seal_row

_AT_ONCE = 1000
_PART_BYTES = 64
_GROUP = 3
_LASTING_MONTHS = 60

TagRows = list[tuple[bytes, int, bytes]]


async def load(office: Office, reports: int, entries: int) -> None:
    """Fill an empty store with this many reports of this many entries.

    Raises:
        InputError: No demonstration, or there are reports already.
    """
    desk, store = office.desk(), office.store
    if not desk.deployment.roster.demo or not isinstance(store, SqlStore):
        raise InputError("config", "only a demonstration takes synthetic reports")
    async with store.begin() as records:
        if (await records.tag_rows.buckets()).rows:
            raise InputError("config", "there are reports in this store already")
    buckets, keys = grown(reports * entries), desk.keys.tag_keys
    for first in range(0, reports, _AT_ONCE):
        some = [
            _report(desk, keys, buckets, entries)
            for _ in range(min(_AT_ONCE, reports - first))
        ]
        async with store.begin_bulk() as bulk:
            await bulk.add_reports([(e, c) for e, c, _ in some], desk.day)
            await bulk.add_tags([row for _, _, rows in some for row in rows])
    async with store.begin_bulk() as bulk:
        await bulk.count()
    async with store.begin() as records:
        await records.tag_rows.set_buckets(buckets)


def grown(rows: int) -> Buckets:
    """The buckets of an index into which so many rows came one by one."""
    buckets = Buckets(rows=rows)
    while buckets.full:
        buckets = buckets.after_split()
    return buckets


def _report(
    desk: Desk, keys: TagKeys, buckets: Buckets, entries: int
) -> tuple[ReportEntry, ReportContents, TagRows]:
    draw = desk.randomness
    key, rows = PublicKey(draw(32)), []
    for position in range(entries):
        row = TagRow(EncodedElement(draw(32)), key, position)
        sealed = seal_row(keys, row, randomness=draw)
        rows.append((draw(16), bucket_of(keys, row.tag, buckets), sealed))
    names = b"".join(name for name, _, _ in rows)
    store_key = desk.keys.store_key
    entry = ReportEntry(
        stored=StoredReport(
            report_key=key,
            version=1,
            witness=False,
            header_digest=Digest(draw(32)),
            withdrawn=False,
        ),
        match_threshold=_GROUP,
        expiry_month=desk.month + _LASTING_MONTHS,
        tag_rows=aead.seal(store_key, names, Label.STORED_TAG, key, randomness=draw),
    )
    part = Blob(draw(_PART_BYTES))
    header = Signed(payload=part, signature=Signature(draw(64)))
    return entry, ReportContents(header, (part, part, part, part)), rows


async def time_lookups(office: Office, tags: int, rounds: int) -> dict[str, float]:
    """Seconds of looking up so many tags that nobody holds.

    Returns:
        `median` and `most` by the clock, `processor` this process's own median: with
        SQLite inside, all of the work.
    """
    taken = [seconds async for seconds in _lookups(office, tags, rounds)]
    clock, processor = zip(*taken, strict=True)
    return {
        "median": median(clock),
        "most": max(clock),
        "processor": median(processor),
    }


async def _lookups(
    office: Office, tags: int, rounds: int
) -> AsyncIterator[tuple[float, float]]:
    """By the clock, and of this process's processor time."""
    desk = office.desk()
    for number in range(rounds + 1):
        wanted = [desk.randomness(32) for _ in range(tags)]
        async with office.store.read() as records:
            before = time.perf_counter(), time.process_time()
            await rows_of(desk, records, wanted)
            now = time.perf_counter(), time.process_time()
        # The first one prepares statements and connections.
        if number:
            yield now[0] - before[0], now[1] - before[1]
