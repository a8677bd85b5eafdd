"""A backup of a server on PostgreSQL: dumped, checked, restored, marked."""

import asyncio
import shutil
import subprocess

import pytest

from api import backup
from api.app import open_office
from escrow.operation.backup import check, make_backup, restore
from escrow.operation.backup_file import UnusableBackup
from escrow.operation.database.address import Postgres
from escrow.operation.database.dump import check_dump, dump
from tests.api.running import lay_out
from tests.operation.test_backup_file import KEY, SEED
from tests.private_postgres import fresh_database
from tests.world.dealt import Plan


@pytest.fixture(autouse=True)
def programs(postgres_server, monkeypatch):
    """pg_dump and pg_restore beside the server's own programs, if not elsewhere."""
    if shutil.which("pg_dump") is None:
        monkeypatch.setenv("PATH", f"{postgres_server.programs}:/usr/bin:/bin")


@pytest.fixture
def made(tmp_path, postgres_url):
    config = lay_out(tmp_path / "data", Plan(), database=postgres_url)
    out = tmp_path / "backup"
    manifest = make_backup(backup.holdings(config), KEY, out)
    return config, out, manifest


def test_a_dump_takes_the_place_of_the_file(made, tmp_path):
    config, out, manifest = made
    assert {entry.name for entry in manifest.entries} == {"api.pgdump", "roster.json"}
    lines = check(
        out, "api", SEED, lambda folder, m: backup.look_into(config, folder, m)
    )
    assert any("a dump of" in line for line in lines)
    assert not list((tmp_path / "data").glob("*.snapshot"))


def test_a_restored_dump_is_marked_when_the_server_opens_it(
    made, tmp_path, postgres_server
):
    config, out, _ = made
    folder = tmp_path / "new"
    restore(out, "api", SEED, folder, backup.declare)
    with fresh_database(postgres_server) as url:
        into = url.replace("postgresql+asyncpg", "postgresql")
        subprocess.run(
            ["pg_restore", "--no-owner", "--dbname", into, folder / "api.pgdump"],
            check=True,
        )
        (folder / "keys").symlink_to(config.keys)
        again = lay_out(folder, Plan(), database=url, with_manifest=False)
        # The mark is in the database from then on: a second start finds it there.
        assert [asyncio.run(opened(again)) for _ in range(2)] == [True, True]
        assert not (folder / "restored").exists()


async def opened(config):
    office = await open_office(config)
    await office.store.close()
    return office.restored


def test_what_cannot_be_dumped_or_read_is_said_in_words(tmp_path, postgres_url):
    nowhere = Postgres(postgres_url.rsplit("/", 2)[0] + "/none?host=/nowhere")
    with pytest.raises(UnusableBackup, match="pg_dump"):
        dump(nowhere, tmp_path / "dump")
    with pytest.raises(UnusableBackup, match="pg_restore"):
        check_dump(tmp_path / "dump")
