"""Synthetic reports for measurements: as the index would be, and of nobody."""

import asyncio
import json

import pytest

from api.__main__ import main
from api.app import open_office
from api.handlers.tag_search import rows_of
from api.synthetic import grown, load
from blind_index.errors import InputError
from escrow.server.tag_index import ROWS_PER_BUCKET, open_row


def with_office(world, work):
    async def run():
        office = await open_office(world.config, clock=lambda: world.day)
        try:
            return await work(office)
        finally:
            await office.store.close()

    return asyncio.run(run())


def test_every_synthetic_tag_is_found_where_it_would_be_looked_for(world):
    async def fill_and_find(office):
        await load(office, 40, 16)
        desk = office.desk()
        async with office.store.read() as records:
            buckets = await records.tag_rows.buckets()
            stored = await records.tag_rows.in_buckets(range(buckets.count))
            tags = [bytes(open_row(desk.keys.tag_keys, s).tag) for _, s in stored]
            return buckets, tags, await rows_of(desk, records, tags)

    buckets, tags, found = with_office(world, fill_and_find)
    assert buckets == grown(640)
    assert len(set(tags)) == 640
    assert all(len(rows) == 1 for rows in found.values())
    assert buckets.count == -(-640 // ROWS_PER_BUCKET)


def test_a_store_with_reports_takes_no_synthetic_ones(world):
    world.file("ana")
    world.settle()
    with pytest.raises(InputError, match="reports in this store"):
        with_office(world, lambda office: load(office, 1, 16))


def test_the_commands_fill_a_store_and_time_look_ups_in_it(world, tmp_path, capsys):
    table = tmp_path / "api.toml"
    table.write_text(
        f"data_dir = {json.dumps(world.config.data_dir)}\n"
        f"roster = {json.dumps(world.config.roster)}\n"
        f"origin = {json.dumps(world.config.origin)}\n"
        f"database = {json.dumps(world.config.database_url)}\n",
        "utf-8",
    )
    config = ("--config", str(table))
    assert main(["load-synthetic", *config, "--reports", "20"]) == 0
    assert main(["time-lookups", *config, "--tags", "4", "--rounds", "2"]) == 0
    shown = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert 0 < shown["median"] <= shown["most"]
    assert shown["processor"] > 0
