"""The run of the server that trustees sign for, shared by all its processes."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import RUN, TRUSTEE_COUNTER

_ONLY = 1


class SqlRuns:
    """`api.ports.Runs` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(self, boot: bytes) -> None:
        """A process starts: what was signed before is worth nothing any more."""
        await self._connection.execute(delete(RUN))
        await self._connection.execute(delete(TRUSTEE_COUNTER))
        await self._connection.execute(insert(RUN).values(one=_ONLY, boot=boot))

    async def boot(self) -> bytes:
        """The random value of the run; empty before the first."""
        found = (
            await self._connection.execute(select(RUN.c.boot))
        ).scalar_one_or_none()
        return found or b""

    async def admit(self, boot: bytes, trustee: int, counter: int) -> bool:
        """Whether a trustee's counter rose in this run; it is remembered then."""
        if boot != await self.boot():
            return False
        where = TRUSTEE_COUNTER.c.trustee == trustee
        raised = await self._connection.execute(
            update(TRUSTEE_COUNTER)
            .where(where, TRUSTEE_COUNTER.c.counter < counter)
            .values(counter=counter)
        )
        if raised.rowcount:
            return True
        known = await self._connection.execute(
            select(TRUSTEE_COUNTER.c.counter).where(where)
        )
        if known.first() is not None:
            return False
        await self._connection.execute(
            insert(TRUSTEE_COUNTER).values(trustee=trustee, counter=counter)
        )
        return True
