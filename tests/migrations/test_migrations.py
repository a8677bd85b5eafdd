"""Tables and migrations say the same; what was begun and not ended left nothing."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text

import api.__main__
import api.registrar.__main__
import keyservice.__main__
from blind_index.errors import InputError
from escrow.operation.database.address import Postgres
from escrow.operation.database.engines import _engines, bring_up_to_date, open_engines
from escrow.operation.database.migrate import migrate
from tests.migrations.generate import render
from tests.migrations.schemas import PARTITIONS, SCHEMAS

pytestmark = pytest.mark.anyio
PROGRAMS = {
    "api": api.__main__.main,
    "registrar": api.registrar.__main__.main,
    "keyservice": keyservice.__main__.main,
}
CONFIGS = {
    "api": "origin = 'http://127.0.0.1:1'\n",
    "registrar": "api_url = 'http://127.0.0.1:1'\n",
    "keyservice": "role = 'index'\nname = 'N'\nurl = 'http://127.0.0.1:2'\n"
    "api_url = 'http://127.0.0.1:1'\n",
}
by_schema = pytest.mark.parametrize("schema", SCHEMAS, ids=lambda s: s.name)


@pytest.fixture
def place(database_url, tmp_path):
    return Postgres(database_url) if database_url else tmp_path / "db.sqlite3"


def is_whole(name, kind, _parents):
    """Whether it is no part of a partitioned table."""
    parts = tuple(f"{table}_" for table in PARTITIONS)
    return kind != "table" or name is None or not name.startswith(parts)


async def looked_at(place, schema, look):
    engines = await open_engines(place, schema, b"")
    try:
        async with engines.writer.begin() as connection:
            return await connection.run_sync(look)
    finally:
        await engines.close()


@by_schema
async def test_the_migrations_make_the_tables_that_the_code_wants(place, schema):
    def differences(connection):
        options = {
            "version_table": schema.version_table,
            "include_name": is_whole,
            "compare_type": True,
        }
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, schema.metadata)

    assert await looked_at(place, schema, differences) == []


@by_schema
def test_the_head_is_the_newest_step_and_there_is_one_line_of_them(schema):
    script = ScriptDirectory(
        str(schema.migrations), version_locations=[str(schema.migrations)]
    )
    assert script.get_heads() == [schema.head]


@by_schema
def test_the_initial_step_is_what_the_generator_writes(schema):
    def normal(source):
        return "".join(source.replace("'", '"').replace(",", "").split())

    written = (schema.migrations / "initial.py").read_text("utf-8")
    assert normal(written) == normal(render(schema)), "run `make migrations`"


@by_schema
async def test_bringing_up_to_date_twice_does_nothing_the_second_time(place, schema):
    assert await bring_up_to_date(place, schema)
    assert not await bring_up_to_date(place, schema)


@by_schema
async def test_a_database_of_a_newer_program_is_refused_untouched(place, schema):
    def make_newer(connection):
        newer = f"UPDATE {schema.version_table} SET version_num = '9'"  # noqa: S608
        connection.execute(text(newer))

    await looked_at(place, schema, make_newer)
    for _ in range(2):
        with pytest.raises(InputError, match="newer version"):
            await open_engines(place, schema, b"")


class _Kill(BaseException):
    """What a statement meets when its process is killed: nothing after it runs."""


@by_schema
async def test_stopped_at_any_statement_it_leaves_nothing_and_begins_anew(
    place, schema
):
    at, ended = 0, False
    while not ended:
        at += 1
        ended = await stopped_at(place, schema, at)
        if not ended:
            assert await names_of_tables(place) == []
    assert at > len(schema.metadata.tables)
    assert await names_of_tables(place) != []


async def stopped_at(place, schema, at):
    """Migrate, stopped before a statement; True if there were not so many."""
    engines, count = _engines(place), 0

    def stop(*_):
        nonlocal count
        count += 1
        if count == at:
            raise _Kill

    try:
        async with engines.writer.connect() as connection:
            await connection.begin()
            event.listen(engines.writer.sync_engine, "before_cursor_execute", stop)
            await connection.run_sync(migrate, schema)
            await connection.commit()
    except _Kill:
        return False
    finally:
        await engines.close()
    return True


async def names_of_tables(place):
    engines = _engines(place)
    try:
        async with engines.writer.connect() as connection:
            return await connection.run_sync(lambda c: inspect(c).get_table_names())
    finally:
        await engines.close()


@pytest.mark.parametrize("program", ["api", "registrar", "keyservice"])
def test_an_operator_can_migrate_before_the_start(
    program, database_url, tmp_path, capsys
):
    config = tmp_path / "config.toml"
    config.write_text(
        f"{CONFIGS[program]}data_dir = '{tmp_path}'\ndatabase = '{database_url}'\n",
        "utf-8",
    )
    for words in ("were brought up to date", "are up to date"):
        assert PROGRAMS[program](["migrate", "--config", str(config)]) == 0
        assert words in capsys.readouterr().out
