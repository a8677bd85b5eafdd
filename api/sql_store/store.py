"""The store: one transaction at a time, everything of it on one connection."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.sql_store.beginnings import SqlBeginnings
from api.sql_store.cases import SqlCases
from api.sql_store.engine import empty_log, open_sqlite
from api.sql_store.evidence import SqlEvidence
from api.sql_store.notices import SqlNotices
from api.sql_store.openings import SqlOpenings
from api.sql_store.queue import SqlQueue
from api.sql_store.reports import SqlReports
from api.sql_store.tables import METADATA
from api.sql_store.tag_rows import SqlTagRows
from api.sql_store.tokens import SqlTokens
from api.sql_store.vaults import SqlVaults
from api.sql_store.withdrawals import SqlWithdrawals
from blind_index.randomness import SYSTEM, Randomness


class SqlRecords:
    """`api.ports.Records`: one transaction's view of everything."""

    def __init__(self, connection: AsyncConnection, randomness: Randomness) -> None:
        self._connection = connection
        self.vaults = SqlVaults(connection)
        self.reports = SqlReports(connection)
        self.evidence = SqlEvidence(connection)
        self.tag_rows = SqlTagRows(connection, randomness)
        self.queue = SqlQueue(connection, randomness)
        self.cases = SqlCases(connection)
        self.openings = SqlOpenings(connection)
        self.tokens = SqlTokens(connection)
        self.notices = SqlNotices(connection)
        self.beginnings = SqlBeginnings(connection)
        self.withdrawals = SqlWithdrawals(connection)

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        """What happens inside is undone alone if it raises."""
        return self._connection.begin_nested()


class SqlStore:
    """`api.ports.Store` on an engine; opened by `open_store`."""

    def __init__(self, engine: AsyncEngine, randomness: Randomness) -> None:
        self._engine = engine
        self._randomness = randomness

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlRecords]:
        """A transaction: committed at the end, undone if anything raises."""
        async with self._engine.begin() as connection:
            yield SqlRecords(connection, self._randomness)

    async def scrub(self) -> None:
        """Make deleted bytes leave the database's log too."""
        await empty_log(self._engine)

    async def close(self) -> None:
        """Close the database."""
        await self._engine.dispose()


async def open_store(path: Path, *, randomness: Randomness = SYSTEM) -> SqlStore:
    """Open the store, with its tables made if they are missing.

    Args:
        path: The SQLite file; its folder exists.
        randomness: Draws 16 bytes for every row under a random name.
    """
    engine = open_sqlite(path)
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    return SqlStore(engine, randomness)
