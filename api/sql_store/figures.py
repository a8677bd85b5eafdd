"""Counts for an operator's metrics; nothing about anybody."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import CASE, NOTICE, QUEUE, REPORT, VERDICT, WITHDRAWAL


class SqlFigures:
    """`api.ports.Figures` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def reports(self) -> Mapping[str, int]:
        """How many reports are stored, how many were withdrawn."""
        query = select(func.count()).where(REPORT.c.withdrawn.is_(False))
        return {
            "stored": (await self._connection.execute(query)).scalar_one(),
            "withdrawn": await self._count(
                select(func.count()).select_from(WITHDRAWAL)
            ),
        }

    async def _count(self, query: object) -> int:
        found: int = (await self._connection.execute(query)).scalar_one()  # type: ignore[call-overload]
        return found

    async def cases(self, needed: int) -> Mapping[str, int]:
        """How many cases t' trustees have judged, and how many not yet."""
        total = await self._count(select(func.count()).select_from(CASE))
        judged = (
            select(VERDICT.c.case_id)
            .group_by(VERDICT.c.case_id)
            .having(func.count() >= needed)
            .subquery()
        )
        done = await self._count(select(func.count()).select_from(judged))
        return {"judged": done, "open": total - done}

    async def verdicts(self) -> Mapping[int, int]:
        """How many verdicts each trustee has given."""
        query = select(VERDICT.c.trustee, func.count()).group_by(VERDICT.c.trustee)
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def oldest(self) -> Mapping[int, int]:
        """The lowest number in each trustee's queue, to tell whether it moves."""
        query = select(QUEUE.c.trustee, func.min(QUEUE.c.sequence)).group_by(
            QUEUE.c.trustee
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def notices(self) -> int:
        """How many notices wait to be sent."""
        return await self._count(select(func.count()).select_from(NOTICE))
