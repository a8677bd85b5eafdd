"""The index of tags at rest: nothing links its rows, buckets split."""

import sqlite3
from collections import Counter
from contextlib import closing

from api.handlers.tag_search import put_tags, rows_of
from api.ports import ReportContents, ReportEntry
from blind_index.group import Element, Scalar
from escrow.messages.codec import Blob, Digest, PublicKey, Signature, Signed
from escrow.operation.database.look import look
from escrow.server.filing import StoredReport
from escrow.server.tag_index import ROWS_PER_BUCKET
from tests.databases import sqlite_file
from tests.world.stream import stream
from tests.world.world import X


def rows(world):
    return look(world.config.database, "SELECT name, bucket, sealed FROM tag_row")


def test_rows_of_equal_tags_have_nothing_in_common(world):
    for name in ("ana", "bea"):
        world.file(name, X)
    world.settle()
    stored = rows(world)
    assert len(stored) == 32
    assert len({len(sealed) for _, _, sealed in stored}) == 1
    assert len({sealed[:16] for _, _, sealed in stored}) == 32
    assert len({sealed[-16:] for _, _, sealed in stored}) == 32


def test_no_row_names_a_report_and_no_report_names_a_row(world):
    ana = world.file("ana", X)
    world.settle()
    key = bytes(ana.status("first").receipts[0].payload)
    del key
    names = [name for name, _, _ in rows(world)]
    found = look(world.config.database, "SELECT report_key, tag_rows FROM report")
    keys, lists = [key for key, _ in found], [listed for _, listed in found]
    assert all(key not in sealed for key in keys for _, _, sealed in rows(world))
    assert all(name not in listed for name in names for listed in lists)


def test_no_row_of_a_sqlite_file_has_a_number(world):
    file = sqlite_file(world.config.database)
    with closing(sqlite3.connect(file)) as connection:
        connection.text_factory = bytes
        schema = connection.execute("SELECT sql FROM sqlite_master").fetchall()
    tables = [sql for (sql,) in schema if sql and sql.startswith(b"CREATE TABLE")]
    assert tables
    # The one row that says which version the tables have may lie anywhere.
    stored = [sql for sql in tables if b"api_version" not in sql]
    assert all(b"WITHOUT ROWID" in sql for sql in stored)


def test_buckets_split_and_every_tag_is_still_found(world):
    draw = stream("tags")
    tags = [Element.base_multiple(Scalar.random(draw)) for _ in range(16)]
    reports = 2 * ROWS_PER_BUCKET // 16 + 1
    desk = world.desk()

    async def fill(records):
        for number in range(reports):
            key = PublicKey(number.to_bytes(32, "big"))
            stored = StoredReport(
                report_key=key,
                version=1,
                witness=False,
                header_digest=Digest(bytes(key)),
                withdrawn=False,
            )
            entry = ReportEntry(stored, 3, 99_999, None)
            signed = Signed(payload=Blob(b"{}"), signature=Signature(bytes(64)))
            empty = Blob(b"")
            contents = ReportContents(signed, (empty, empty, empty, empty))
            await records.reports.put(entry, contents, 1)
            mine = [Element.base_multiple(Scalar.random(draw)) for _ in range(15)]
            await put_tags(desk, records, entry, [tags[number % 16], *mine])
        return await records.tag_rows.buckets()

    async def find(records):
        return await rows_of(desk, records, [bytes(t.encode()) for t in tags])

    buckets = world.read(fill)
    assert buckets.rows == reports * 16
    assert buckets.count == 3
    found = world.read(find)
    counts = Counter(number % 16 for number in range(reports))
    expected = [counts[place] for place in range(16)]
    assert [len(found[bytes(tag.encode())]) for tag in tags] == expected
    used = {bucket for _, bucket, _ in rows(world)}
    assert used == {0, 1, 2}
