"""A backup of a server on PostgreSQL: dumped, checked, restored, marked."""

import asyncio
import re
import sqlite3
from contextlib import closing
from functools import partial

import pytest
from msgspec.structs import replace

from api import backup
from api.app import open_office
from api.sql_store.schema import SCHEMA
from api.sql_store.store import open_store
from escrow.operation.backup import check, make_backup, restore
from escrow.operation.backup_file import UnusableBackup
from escrow.operation.database.address import Postgres
from escrow.operation.database.dump import check_dump, dump
from escrow.operation.database.dump_rows import _text, dump_into_sqlite
from escrow.operation.database.engines import bring_up_to_date
from escrow.operation.database.look import look
from tests.api.running import lay_out, running
from tests.operation.test_backup_file import KEY, SEED
from tests.private_postgres import fresh_database
from tests.world.dealt import Plan

pytestmark = pytest.mark.usefixtures("dump_programs")
COLUMNS = "SELECT bucket, name, sealed FROM tag_row ORDER BY bucket, name"
REPORTS = "SELECT report_key, day, header, witness, withdrawn, nudge FROM report"


@pytest.fixture
def made(tmp_path, postgres_url):
    config = lay_out(tmp_path / "data", Plan(), database=postgres_url)
    out = tmp_path / "backup"
    manifest = make_backup(backup.holdings(config), KEY, out)
    return config, out, manifest


@pytest.fixture
def other(postgres_server, made):
    """The same configuration with an empty database."""
    with fresh_database(postgres_server) as url:
        yield replace(made[0], database_url=url)


def put_back(out, config, folder):
    restore(out, "api", SEED, folder, partial(backup.declare, config))


def test_a_dump_takes_the_place_of_the_file(made, tmp_path):
    config, out, manifest = made
    assert {entry.name for entry in manifest.entries} == {"api.pgdump", "roster.json"}
    lines = check(
        out, "api", SEED, lambda folder, m: backup.look_into(config, folder, m)
    )
    assert any("a dump of" in line for line in lines)
    assert "reports: 0" in lines
    assert not list((tmp_path / "data").glob("*.snapshot"))


def test_every_row_of_a_dump_is_looked_into(tmp_path, postgres_url):
    with running(tmp_path / "data", database=postgres_url) as world:
        world.file_all("ana", "bea", "cleo")
        world.withdraw("bea")
        place = world.config.database
        dump(place, tmp_path / "dump")
        dump_into_sqlite(tmp_path / "dump", SCHEMA, tmp_path / "rows.sqlite3")
        with closing(sqlite3.connect(tmp_path / "rows.sqlite3")) as rows:
            for name in SCHEMA.metadata.tables:
                counted = f"SELECT count(*) FROM {name}"  # noqa: S608
                assert rows.execute(counted).fetchall() == list(look(place, counted))
            assert rows.execute(COLUMNS).fetchall() == list(look(place, COLUMNS))
            assert sorted(rows.execute(REPORTS)) == sorted(look(place, REPORTS))
        (tags,) = look(place, "SELECT count(*) FROM tag_row")[0]
        make_backup(backup.holdings(world.config), KEY, tmp_path / "backup")
        lines = check(
            *(tmp_path / "backup", "api", SEED),
            lambda folder, m: backup.look_into(world.config, folder, m),
        )
    assert tags > 0
    assert f"{tags} stored tags opened with store.key" in lines


def test_what_a_dump_must_not_write_is_read_again():
    for text in ("plain", "tab\tnew\nline", "back\\slash", "\\N", "\\\\", "a\\tb"):
        written = text.replace("\\", "\\\\")
        written = written.replace("\t", "\\t").replace("\n", "\\n")
        assert _text(written) == text


def test_a_dump_of_another_version_is_refused(made, tmp_path, postgres_server):
    config = made[0]
    name = config.database_url.split("/")[3].split("?")[0]
    postgres_server.sql("UPDATE api_version SET version_num = '0'", name)
    dump(config.database, tmp_path / "dump")
    with pytest.raises(UnusableBackup, match="another version"):
        dump_into_sqlite(tmp_path / "dump", SCHEMA, tmp_path / "rows.sqlite3")


def test_a_restored_dump_is_in_the_database_marked_and_gone(made, other, tmp_path):
    _, out, _ = made
    folder = tmp_path / "new"
    put_back(out, other, folder)
    assert {path.name for path in folder.iterdir()} == {"roster.json"}
    # The mark is in the database: every start finds it there.
    assert [asyncio.run(opened(other)) for _ in range(2)] == [True, True]


def test_a_restore_that_was_cut_off_is_marked_when_the_server_starts(
    made, other, tmp_path
):
    _, out, _ = made
    folder = tmp_path / "new"
    put_back(out, other, folder)
    unmark(other)
    (folder / "restored").touch()
    (folder / "keys").symlink_to(made[0].keys)
    again = replace(other, data_dir=str(folder))
    assert [asyncio.run(opened(again)) for _ in range(2)] == [True, True]
    assert not (folder / "restored").exists()


def unmark(config):
    async def forget():
        store = await open_store(config.database)
        async with store.begin() as records:
            await records.withdrawals.set_recovery(None)
        await store.close()

    asyncio.run(forget())
    assert not asyncio.run(opened(config))


async def opened(config):
    office = await open_office(config)
    await office.store.close()
    return office.restored


def test_a_dump_goes_into_an_empty_database_only(made, other, tmp_path):
    config, out, _ = made
    folder = tmp_path / "new"
    with pytest.raises(UnusableBackup, match="not empty"):
        put_back(out, config, folder)
    asyncio.run(bring_up_to_date(other.database, SCHEMA))
    with pytest.raises(UnusableBackup, match="not empty"):
        put_back(out, other, folder)
    with pytest.raises(UnusableBackup, match="name an empty database"):
        put_back(out, replace(config, database_url=""), folder)
    assert list(folder.iterdir()) == []


def test_a_file_is_not_restored_beside_a_configured_database(tmp_path, postgres_url):
    config = lay_out(tmp_path / "data", Plan())
    make_backup(backup.holdings(config), KEY, tmp_path / "backup")
    there = replace(config, database_url=postgres_url)
    with pytest.raises(UnusableBackup, match="of a SQLite file"):
        put_back(tmp_path / "backup", there, tmp_path / "new")


def test_what_cannot_be_dumped_or_read_is_said_in_words(tmp_path, postgres_url):
    nowhere = Postgres(postgres_url.rsplit("/", 2)[0] + "/none?host=/nowhere")
    with pytest.raises(UnusableBackup, match="pg_dump"):
        dump(nowhere, tmp_path / "dump")
    with pytest.raises(UnusableBackup, match="pg_restore"):
        check_dump(tmp_path / "dump")
    damaged = tmp_path / "damaged"
    dump(Postgres(postgres_url), damaged)
    damaged.write_bytes(re.sub(rb"\A.{9}", b"\0" * 9, damaged.read_bytes()))
    with pytest.raises(UnusableBackup, match="pg_restore"):
        dump_into_sqlite(damaged, SCHEMA, tmp_path / "rows.sqlite3")
