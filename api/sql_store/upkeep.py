"""What is to be done once a day, by one process only."""

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import UPKEEP


class SqlUpkeep:
    """`api.ports.Upkeep` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, task: str, day: int) -> bool:
        """Whether a task is still to be done on this day; it is the asker's then.

        One who takes it and dies leaves it undone until the next day.
        """
        where = UPKEEP.c.task == task
        taken = await self._connection.execute(
            update(UPKEEP).where(where, UPKEEP.c.day < day).values(day=day)
        )
        if taken.rowcount:
            return True
        known = await self._connection.execute(select(UPKEEP.c.day).where(where))
        if known.first() is not None:
            return False
        await self._connection.execute(insert(UPKEEP).values(task=task, day=day))
        return True
