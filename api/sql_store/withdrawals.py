"""Withdrawals as they were signed; what a restored server lost, and has caught up."""

from collections.abc import Collection

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import LOST_REPORT, RECOVERY, WITHDRAWAL
from escrow.messages.codec import PublicKey, Signed, decode, encode
from escrow.server.recovery import ServerRecovery

_ONLY = 1


class SqlWithdrawals:
    """`api.ports.Withdrawals` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, report_key: PublicKey) -> bool:
        """Whether the report of this key was ever withdrawn."""
        query = select(WITHDRAWAL.c.report_key).where(
            WITHDRAWAL.c.report_key == report_key
        )
        return (await self._connection.execute(query)).first() is not None

    async def add(self, report_key: PublicKey, signed: Signed) -> Signed:
        """Keep a withdrawal; the first of a report stays, and is returned."""
        query = select(WITHDRAWAL.c.body).where(WITHDRAWAL.c.report_key == report_key)
        body = (await self._connection.execute(query)).scalar_one_or_none()
        if body is not None:
            return decode(body, Signed)
        await self._connection.execute(
            insert(WITHDRAWAL).values(report_key=report_key, body=encode(signed))
        )
        return signed

    async def everyone(self) -> list[Signed]:
        """All that were ever kept, in no telling order."""
        query = select(WITHDRAWAL.c.body).order_by(WITHDRAWAL.c.report_key)
        rows = await self._connection.execute(query)
        return [decode(body, Signed) for body in rows.scalars()]

    async def add_lost(self, report_keys: Collection[PublicKey]) -> None:
        """Note reports that trustees hold, and this server does not."""
        for key in report_keys:
            if not await self.is_lost(key):
                await self._connection.execute(
                    insert(LOST_REPORT).values(report_key=key)
                )

    async def is_lost(self, report_key: PublicKey) -> bool:
        """Whether a trustee named this report when the server had lost it."""
        query = select(LOST_REPORT.c.report_key).where(
            LOST_REPORT.c.report_key == report_key
        )
        return (await self._connection.execute(query)).first() is not None

    async def recovery(self) -> ServerRecovery | None:
        """How far a restored server has caught up; None for one that is whole."""
        body = (
            await self._connection.execute(select(RECOVERY.c.body))
        ).scalar_one_or_none()
        return None if body is None else decode(body, ServerRecovery)

    async def set_recovery(self, recovery: ServerRecovery | None) -> None:
        """Note how far it is; None once it has caught up."""
        await self._connection.execute(delete(RECOVERY))
        if recovery is not None:
            await self._connection.execute(
                insert(RECOVERY).values(one=_ONLY, body=encode(recovery))
            )
