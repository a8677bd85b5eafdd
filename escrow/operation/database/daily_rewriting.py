"""The daily rewriting of a database: by one process, again on the same day if it fails.

A table of one row says on which day it was last done, how often it was tried since
then, and when it may be tried next. Whoever takes it writes the next attempt down
before anything else: one that fails, or dies in the middle, is followed by another
after a quarter of an hour, then after twice as long each time, four hours at most.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import structlog
from sqlalchemy import (
    BigInteger,
    Column,
    MetaData,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from escrow.operation.database.address import Database
from escrow.operation.database.look import look
from escrow.operation.database.outages import transaction
from escrow.operation.database.rewriting import rewrite
from escrow.operation.doctor import Finding, good, judge
from escrow.operation.faults import place_of

LOG: Final = structlog.stdlib.get_logger("database")
_LOOK_SECONDS: Final = 300
_FIRST_PAUSE: Final = 900
_LONGEST_PAUSE: Final = 4 * 3600
_LATE_DAYS: Final = 2
_ONLY: Final = 1


def rewriting_table(name: str, metadata: MetaData) -> Table:
    """The table of one program's daily rewriting."""
    return Table(
        name,
        metadata,
        Column("one", BigInteger, primary_key=True, autoincrement=False),
        Column("done_day", BigInteger, nullable=False),
        Column("attempts", BigInteger, nullable=False),
        Column("next_attempt", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


class DailyRewriting:
    """One program's: when it is due, and how long ago it was done.

    Args:
        writer: An engine whose transactions are alone.
        state: Made by `rewriting_table`.
        tables: What is to be written anew.
    """

    def __init__(
        self, writer: AsyncEngine, state: Table, tables: Iterable[Table]
    ) -> None:
        self._writer = writer
        self._state = state
        self._tables = tuple(tables)

    async def rewrite_if_due(self, day: int, now: int) -> bool:
        """Write everything anew unless that was done today; whether it was now.

        Args:
            day: Today.
            now: Seconds since 1970.

        Raises:
            StoreAway: It failed; another attempt is due later.
        """
        async with transaction(self._writer) as connection:
            if not await self._take(connection, day, now):
                return False
        await self.rewrite()
        done = {"done_day": day, "attempts": 0, "next_attempt": 0}
        async with transaction(self._writer) as connection:
            await connection.execute(update(self._state).values(done))
        return True

    async def rewrite(self) -> None:
        """Write everything anew.

        Raises:
            StoreAway: It failed.
        """
        await rewrite(self._writer, self._tables)

    async def _take(self, connection: AsyncConnection, day: int, now: int) -> bool:
        row = (await connection.execute(select(self._state))).one_or_none()
        if row is None:
            # As if yesterday's had been done: from now on it can be late.
            first = {
                "one": _ONLY,
                "done_day": day - 1,
                "attempts": 0,
                "next_attempt": 0,
            }
            await connection.execute(insert(self._state).values(first))
            row = (await connection.execute(select(self._state))).one()
        if row.done_day >= day or now < row.next_attempt:
            return False
        pause = min(_FIRST_PAUSE << min(row.attempts, 8), _LONGEST_PAUSE)
        taken = {"attempts": row.attempts + 1, "next_attempt": now + pause}
        await connection.execute(update(self._state).values(taken))
        return True

    async def days_since(self, day: int) -> int:
        """Days since it was last done; 0 before its first turn."""
        query = select(self._state.c.done_day)
        async with transaction(self._writer) as connection:
            done = (await connection.execute(query)).scalar_one_or_none()
        return 0 if done is None else max(day - done, 0)


async def keep_rewriting(attempt: Callable[[], Awaitable[object]]) -> None:
    """Look again and again whether it is due; ends when cancelled.

    Args:
        attempt: `rewrite_if_due`, now.
    """
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        try:
            await attempt()
        except Exception as error:  # noqa: BLE001 - its turn comes again today
            LOG.warning("rewriting failed", error=place_of(error))


def rewriting_checks(place: Database, state: Table, day: int) -> Iterable[Finding]:
    """For the doctor: whether the files were written anew lately."""
    rows = look(place, f"SELECT done_day, attempts FROM {state.name}")  # noqa: S608 - fixed
    if not rows:
        yield good("rewriting", "its first turn is still to come")
        return
    ((done, attempts),) = rows
    days = max(day - done, 0)
    found = f"{days} days ago" + (f", {attempts} attempts since" if attempts else "")
    fix = "make room for a second copy, look for `rewriting` in the logs"
    yield judge("rewriting", found, fix, bad=days > _LATE_DAYS)
