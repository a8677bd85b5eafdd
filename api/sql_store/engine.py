"""The connection: one writer, durable before it answers, erasing what it deletes."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    # Deleted ciphertext is overwritten, not merely forgotten (§F11).
    "secure_delete=ON",
)


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
    """
    if engine.dialect.name != "sqlite":
        return
    raw = await engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        await cursor.close()
    finally:
        # Closing rolls back, which speaks to the driver's own thread.
        await greenlet_spawn(raw.close)
