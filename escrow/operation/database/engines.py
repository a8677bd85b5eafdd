"""Engines on either database: one writer, durable before it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from escrow.operation.database.address import Database, Postgres
from escrow.operation.database.migrate import Schema, migrate
from escrow.operation.database.outages import StoreAway, in_words, transaction
from escrow.operation.database.owner import check_owner
from escrow.operation.database.postgres import open_reader, open_writer

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    # Deleted ciphertext is overwritten, not merely forgotten (§F11).
    "secure_delete=ON",
)


@dataclass(frozen=True)
class Engines:
    """For whoever may write, and for whoever only looks; one and the same on SQLite."""

    writer: AsyncEngine
    reader: AsyncEngine

    async def close(self) -> None:
        """Close every connection."""
        await self.reader.dispose()
        await self.writer.dispose()


async def open_engines(place: Database, schema: Schema, mark: bytes) -> Engines:
    """Open a database, with its tables made or brought up to date.

    Args:
        place: Where it is.
        schema: Whose tables.
        mark: Of whoever owns them; empty for whichever owner there is.

    Raises:
        InputError: It cannot be reached, is another deployment's, or newer than
            this program.
    """
    engines = _engines(place)

    def prepare(connection: Connection) -> None:
        migrate(connection, schema)
        if mark:
            check_owner(connection, schema.owner, mark)

    try:
        async with transaction(engines.writer) as connection:
            await connection.run_sync(prepare)
    except StoreAway as away:
        await engines.close()
        raise in_words(away) from None
    except BaseException:
        await engines.close()
        raise
    return engines


async def bring_up_to_date(place: Database, schema: Schema) -> bool:
    """Make the tables or bring them up to date; whether anything had to be done.

    Raises:
        InputError: The database cannot be reached, or is newer than this program.
    """
    engines = _engines(place)
    try:
        async with transaction(engines.writer) as connection:
            return await connection.run_sync(migrate, schema)
    except StoreAway as away:
        raise in_words(away) from None
    finally:
        await engines.close()


def _engines(place: Database) -> Engines:
    if isinstance(place, Postgres):
        return Engines(open_writer(place), open_reader(place))
    engine = open_sqlite(place)
    return Engines(engine, engine)


def open_sqlite(path: Path) -> AsyncEngine:
    """An engine on a SQLite file, made if it is not there.

    One connection: SQLite has one writer anyway, and a second one in the same
    process would only wait for it.
    """
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"timeout": 5},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    # The driver must not begin transactions of its own: `_begin` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # With a plain BEGIN a transaction that reads first and writes later fails as
    # soon as another one has written in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def empty_log(engine: AsyncEngine) -> None:
    """Write the log into the database and cut it to nothing.

    Until then it holds what was deleted. Databases other than SQLite have no
    such log within reach: nothing is done.

    Raises:
        StoreAway: Somebody, a backup perhaps, still reads what the log holds.
    """
    if engine.dialect.name != "sqlite":
        return
    # SQLite does not fail then: it says so in a row.
    ((busy, *_),) = await run_alone(engine, "PRAGMA wal_checkpoint(TRUNCATE)")
    if busy:
        raise StoreAway("LogInUse")


async def run_alone(engine: AsyncEngine, statement: str) -> Sequence[Sequence[Any]]:
    """Run a statement of SQLite's that may not stand in a transaction; its rows."""
    raw = await engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        cursor = await driver.execute(statement)
        rows: Sequence[Sequence[Any]] = await cursor.fetchall()
        await cursor.close()
    finally:
        # Closing rolls back, which speaks to the driver's own thread.
        await greenlet_spawn(raw.close)
    return rows
