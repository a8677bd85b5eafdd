"""PostgreSQL by URL: what is refused, and that nothing secret is repeated."""

import asyncio
from ssl import CERT_REQUIRED

import pytest

from api.config import read_config
from api.sql_store.store import open_store
from api.sql_store.tables import SPENT
from blind_index.errors import InputError
from escrow.messages.codec import Digest
from escrow.operation.database.address import Postgres, check_url
from escrow.operation.database.outages import StoreAway
from escrow.operation.database.postgres import driver_arguments

TOML = 'data_dir = "data"\norigin = "http://127.0.0.1:1"\n'
GOOD = "postgresql+asyncpg://alongside@localhost/alongside"


def test_a_url_in_the_configuration_names_the_database(tmp_path):
    file = tmp_path / "api.toml"
    file.write_text(
        f'{TOML}database = "{GOOD}"\ndatabase_password_file = "secret"\n', "utf-8"
    )
    place = read_config(file).database
    assert place == Postgres(GOOD, tmp_path / "secret")
    assert place.local


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://a@localhost/b", "not a postgresql"),
        ("postgresql://a:hunter2secret@localhost/b", "must not hold the password"),
        ("postgresql://a@localhost/b?sslmode=disable", "no options"),
        ("postgresql://a@localhost/b?password=hunter2secret", "no options"),
        ("postgresql://a@localhost/b?host=x&host=y", "no options"),
        ("postgresql:///b", "names no host"),
        ("postgresql://a@localhost/", "names no host or no database"),
        ("postgresql://a@[::1/b", "not a URL"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_and_not_repeated(url, reason):
    with pytest.raises(InputError, match=reason) as refusal:
        check_url(url)
    assert "hunter2secret" not in f"{refusal.value} {refusal.value.advice}"


@pytest.mark.parametrize(
    ("url", "local"),
    [
        (GOOD, True),
        ("postgresql://a@127.0.0.1:5433/b", True),
        ("postgresql://a@/b?host=/run/postgresql", True),
        ("postgresql://a@db.example.org/b", False),
        ("postgresql://a@localhost/b?host=db.example.org", False),
    ],
)
def test_what_leaves_this_machine_is_known(url, local):
    check_url(url)
    assert Postgres(url).local is local


def test_beyond_this_machine_the_server_must_prove_its_name():
    tls = driver_arguments(Postgres("postgresql://a@db.example.org/b"))["ssl"]
    assert tls.verify_mode is CERT_REQUIRED
    assert tls.check_hostname
    assert "ssl" not in driver_arguments(Postgres(GOOD))


def opened(place, mark=b""):
    async def run():
        await (await open_store(place, mark)).close()

    asyncio.run(run())


def test_a_password_that_others_may_read_is_refused(tmp_path):
    file = tmp_path / "password"
    file.write_text("hunter2secret")
    file.chmod(0o644)
    with pytest.raises(InputError, match="may be read by others"):
        opened(Postgres(GOOD, file))
    with pytest.raises(InputError, match="is missing"):
        opened(Postgres(GOOD, tmp_path / "none"))


def test_a_server_that_is_away_is_said_to_be_away(tmp_path):
    with pytest.raises(InputError, match="cannot be reached"):
        opened(Postgres(f"postgresql://a@/b?host={tmp_path}"))


def test_a_database_that_does_not_exist_is_said_not_to_exist(postgres_server):
    with pytest.raises(InputError, match="does not exist"):
        opened(Postgres(postgres_server.url("nobody_made_this")))


def test_a_wrong_password_is_refused_and_not_repeated(postgres_server, tmp_path):
    postgres_server.sql("CREATE ROLE guarded LOGIN PASSWORD 'right'")
    rules = postgres_server.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"local all guarded scram-sha-256\n{before}")
    postgres_server.sql("SELECT pg_reload_conf()")
    file = tmp_path / "password"
    file.touch(0o600)
    file.write_text("hunter2secret\n")
    url = f"postgresql://guarded@/postgres?host={postgres_server.folder}"
    try:
        with pytest.raises(InputError, match="does not accept the user") as refusal:
            opened(Postgres(url, file))
        assert "hunter2secret" not in f"{refusal.value!r} {refusal.value.advice}"
        assert refusal.value.__cause__ is None
    finally:
        rules.write_text(before)
        postgres_server.sql("SELECT pg_reload_conf()")
        postgres_server.sql("DROP ROLE guarded")


def test_a_missing_driver_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "asyncpg", None)
    with pytest.raises(InputError, match="asyncpg") as refusal:
        opened(Postgres(GOOD))
    assert "alongside[postgres]" in refusal.value.advice


def test_another_deployments_database_is_refused(database_url, tmp_path):
    place = Postgres(database_url) if database_url else tmp_path / "api.sqlite3"
    opened(place, b"one")
    opened(place, b"one")
    with pytest.raises(InputError, match="another deployment"):
        opened(place, b"other")
    opened(place)


def test_a_failing_statement_repeats_no_value(database_url, tmp_path):
    place = Postgres(database_url) if database_url else tmp_path / "api.sqlite3"

    async def spend_twice():
        store = await open_store(place)
        try:
            async with store.begin() as records:
                row = {"name": Digest(b"n" * 32), "header_digest": b"hunter2secret"}
                for _ in range(2):
                    await records._connection.execute(SPENT.insert().values(row))
        finally:
            await store.close()

    with pytest.raises(Exception, match="spent_token") as fault:
        asyncio.run(spend_twice())
    assert "hunter2secret" not in str(fault.value)
    assert b"hunter2secret".hex() not in str(fault.value)


def test_a_dropped_connection_is_an_outage_and_the_next_one_works(postgres_url):
    async def drop_and_go_on():
        store = await open_store(Postgres(postgres_url))
        try:
            with pytest.raises(StoreAway):
                async with store.begin() as records:
                    await records._connection.exec_driver_sql(
                        "SELECT pg_terminate_backend(pg_backend_pid())"
                    )
            async with store.begin() as records:
                await records.runs.begin(b"x" * 16)
            async with store.read() as records:
                return await records.runs.boot()
        finally:
            await store.close()

    assert asyncio.run(drop_and_go_on()) == b"x" * 16


def test_whoever_only_looks_cannot_write_on_postgresql(postgres_url):
    async def write():
        store = await open_store(Postgres(postgres_url))
        try:
            async with store.read() as records:
                await records.runs.begin(b"x" * 16)
        finally:
            await store.close()

    with pytest.raises(Exception, match="read-only"):
        asyncio.run(write())
