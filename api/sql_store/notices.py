"""Notices that wait to be sent, their addresses sealed."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.ports import WaitingNotice
from api.sql_store.tables import NOTICE, NOTIFIED
from escrow.messages.codec import Nonce, PublicKey


class SqlNotices:
    """`api.ports.Notices` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, notice: WaitingNotice) -> None:
        """Put a notice in the outbox."""
        await self._connection.execute(
            insert(NOTICE).values(
                notice=notice.notice, sealed=notice.sealed, day=notice.day
            )
        )

    async def due(self, day: int) -> list[WaitingNotice]:
        """What may be sent by now, in no telling order."""
        query = select(NOTICE).where(NOTICE.c.day <= day).order_by(NOTICE.c.notice)
        rows = await self._connection.execute(query)
        return [WaitingNotice(Nonce(row.notice), row.sealed, row.day) for row in rows]

    async def last_made(self, report_key: PublicKey) -> int | None:
        """The day on which a notice was last made for this report's holder."""
        query = select(NOTIFIED.c.day).where(NOTIFIED.c.report_key == report_key)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def note_made(self, report_key: PublicKey, day: int) -> None:
        """Remember that a notice was made."""
        await self._connection.execute(
            delete(NOTIFIED).where(NOTIFIED.c.report_key == report_key)
        )
        await self._connection.execute(
            insert(NOTIFIED).values(report_key=report_key, day=day)
        )

    async def remove(self, notice: Nonce) -> None:
        """Forget a notice once it was sent."""
        await self._connection.execute(delete(NOTICE).where(NOTICE.c.notice == notice))
