"""The store: everything of a transaction on one connection, whatever the database."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.beginnings import SqlBeginnings
from api.sql_store.bulk import SqlBulk
from api.sql_store.cases import SqlCases
from api.sql_store.evidence import SqlEvidence
from api.sql_store.figures import SqlFigures
from api.sql_store.letterboxes import SqlLetterboxes
from api.sql_store.notices import SqlNotices
from api.sql_store.openings import SqlOpenings
from api.sql_store.orders import SqlOrders
from api.sql_store.queue import SqlQueue
from api.sql_store.reports import SqlReports
from api.sql_store.runs import SqlRuns
from api.sql_store.schema import SCHEMA
from api.sql_store.tables import METADATA, REWRITING
from api.sql_store.tag_rows import SqlTagRows
from api.sql_store.tokens import SqlTokens
from api.sql_store.vaults import SqlVaults
from api.sql_store.withdrawals import SqlWithdrawals
from blind_index.randomness import SYSTEM, Randomness
from escrow.operation.database.address import Database
from escrow.operation.database.daily_rewriting import DailyRewriting
from escrow.operation.database.engines import Engines, empty_log, open_engines
from escrow.operation.database.line import announce
from escrow.operation.database.outages import StoreAway, transaction

LOG: Final = structlog.stdlib.get_logger("database")


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
        self.orders = SqlOrders(connection)
        self.tokens = SqlTokens(connection)
        self.notices = SqlNotices(connection)
        self.letterboxes = SqlLetterboxes(connection)
        self.beginnings = SqlBeginnings(connection)
        self.withdrawals = SqlWithdrawals(connection)
        self.figures = SqlFigures(connection)
        self.runs = SqlRuns(connection)

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        """What happens inside is undone alone if it raises."""
        return self._connection.begin_nested()


class SqlStore:
    """`api.ports.Store` on its engines; opened by `open_store`."""

    def __init__(self, engines: Engines, randomness: Randomness) -> None:
        self._engines = engines
        self._randomness = randomness
        tables = METADATA.sorted_tables
        self.rewriting = DailyRewriting(engines.writer, REWRITING, tables)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlRecords]:
        """A transaction, alone: committed at the end, undone if anything raises.

        Raises:
            StoreAway: The database cannot be reached.
        """
        async with transaction(self._engines.writer) as connection:
            records = SqlRecords(connection, self._randomness)
            yield records
            if records.queue.addressed:
                words = ",".join(map(str, sorted(records.queue.addressed)))
                await announce(connection, words)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlRecords]:
        """The database as it is at one moment; nothing may be written.

        Raises:
            StoreAway: The database cannot be reached.
        """
        async with transaction(self._engines.reader) as connection:
            yield SqlRecords(connection, self._randomness)

    @asynccontextmanager
    async def begin_bulk(self) -> AsyncIterator[SqlBulk]:
        """A transaction of many rows: for measurements."""
        async with transaction(self._engines.writer) as connection:
            yield SqlBulk(connection)

    async def scrub(self) -> None:
        """Make deleted bytes leave the database's log too.

        While a backup is being made they cannot; then the next one does it, within
        the hour.
        """
        try:
            await empty_log(self._engines.writer)
        except StoreAway as away:
            LOG.warning("the log stays for now", error=str(away))

    async def close(self) -> None:
        """Close the database."""
        await self._engines.close()


async def open_store(
    place: Database, mark: bytes = b"", *, randomness: Randomness = SYSTEM
) -> SqlStore:
    """Open the store, with its tables made or brought up to date.

    Args:
        place: A SQLite file whose folder exists, or a PostgreSQL database.
        mark: Tells this deployment's database from another's; empty for whichever
            is there.
        randomness: Draws 16 bytes for every row under a random name.

    Raises:
        InputError: It cannot be reached, is another deployment's, or newer than
            this program.
    """
    return SqlStore(await open_engines(place, SCHEMA, mark), randomness)
