"""A database's files say no more than the rows do: every table is written anew.

PostgreSQL keeps a row where there was room when it came, with the number of the
transaction that wrote it, and keeps what was deleted until the room is needed again.
Whoever copies the files could read from it which rows were written together: the
tags of one report, and beside them the report; or the granting of tokens shortly
before the filing they paid for. Freezing does not help, it leaves the number in its
place. So once a day each table is written anew: its rows are taken out and put back by
one transaction, in the order of their random keys, and `VACUUM FULL` then writes a
new file that holds these rows alone. Afterwards all rows of a table have one number and
their order is their keys'; what was deleted is in no file of the table any more.

What this does not reach: the rows of the time since; the write-ahead log until the
server reuses it, and wherever it is archived; copies of the disk; what the file system
keeps of deleted files. The partitions of a table are written one at a time, so nobody
waits for long.

SQLite keeps rows in the order of their keys, but not their bytes: within a page a row
stands below the one that came before it, what is too long for a page goes to the next
free ones, and the log holds page after page as they were written. `VACUUM` writes
everything in the order of the keys; then the log is emptied. Everybody waits meanwhile:
some ten to sixty seconds a gigabyte, and a second copy needs room.
"""

import sqlite3
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncEngine

from escrow.operation.database.engines import empty_log, run_alone
from escrow.operation.database.outages import StoreAway, transaction

_PARTS: Final = (
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
    "WHERE i.inhparent = CAST(:name AS regclass) ORDER BY c.relname"
)


async def rewrite(writer: AsyncEngine, tables: Iterable[Table]) -> int:
    """Write tables anew, one after another; how many files that were.

    On SQLite the whole file is written anew, whichever tables are named.

    Args:
        writer: An engine whose transactions are alone.
        tables: With a primary key each.

    Raises:
        StoreAway: The database cannot be reached, a table is in use too long, or no
            room is left for a second file.
    """
    if writer.dialect.name != "postgresql":
        await _rewrite_file(writer)
        return 1
    count = 0
    for table in tables:
        keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
        for name in await _parts(writer, table.name):
            await _put_back(writer, name, keys)
            await _vacuum(writer, name)
            count += 1
    return count


async def _rewrite_file(writer: AsyncEngine) -> None:
    """Have SQLite write its file anew; until its log is emptied it is in there."""
    try:
        await run_alone(writer, "VACUUM")
        await empty_log(writer)
    except sqlite3.Error as error:
        raise StoreAway(type(error).__name__) from None


async def _parts(writer: AsyncEngine, name: str) -> list[str]:
    """A table's partitions, or the table itself."""
    async with transaction(writer) as connection:
        found = await connection.execute(text(_PARTS), {"name": name})
        return list(found.scalars()) or [name]


async def _put_back(writer: AsyncEngine, name: str, keys: str) -> None:
    """Take every row out and put it back: they are of one transaction now.

    Whoever looks meanwhile sees the rows as they were.
    """
    taken = f'WITH taken AS (DELETE FROM "{name}" RETURNING *) '  # noqa: S608
    put = f'INSERT INTO "{name}" SELECT * FROM taken ORDER BY {keys}'  # noqa: S608
    async with transaction(writer) as connection:
        await connection.execute(text(taken + put))


async def _vacuum(writer: AsyncEngine, name: str) -> None:
    """Have a new file written; the old one goes, with all that was deleted in it."""
    alone = writer.execution_options(isolation_level="AUTOCOMMIT")
    async with transaction(alone) as connection:
        await connection.execute(text(f'VACUUM (FULL, ANALYZE) "{name}"'))
