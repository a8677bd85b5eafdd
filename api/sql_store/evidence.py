"""What trustees said about a report: receipts, erasures, index answers."""

from collections.abc import Mapping

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import ANSWER, ERASURE, RECEIPT
from escrow.messages.codec import PublicKey, Signed, decode, encode


class SqlEvidence:
    """`api.ports.Evidence` on one transaction; of most the first of a trustee stays."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def _signed(self, table: Table, report_key: PublicKey) -> list[Signed]:
        query = (
            select(table.c.body)
            .where(table.c.report_key == report_key)
            .order_by(table.c.trustee)
        )
        rows = await self._connection.execute(query)
        return [decode(body, Signed) for body in rows.scalars()]

    async def _known(self, table: Table, report_key: PublicKey, index: int) -> bool:
        query = select(table.c.trustee).where(
            table.c.report_key == report_key, table.c.trustee == index
        )
        return (await self._connection.execute(query)).first() is not None

    async def _add_signed(
        self, table: Table, report_key: PublicKey, index: int, signed: Signed
    ) -> None:
        if not await self._known(table, report_key, index):
            await self._connection.execute(
                insert(table).values(
                    report_key=report_key, trustee=index, body=encode(signed)
                )
            )

    async def receipts(self, report_key: PublicKey) -> list[Signed]:
        """Share receipts for the current version or one in its place, by trustee."""
        return await self._signed(RECEIPT, report_key)

    async def add_receipt(
        self, report_key: PublicKey, index: int, signed: Signed
    ) -> None:
        """Keep a trustee's share receipt; the newest stays, it holds one version."""
        await self._connection.execute(
            delete(RECEIPT).where(
                RECEIPT.c.report_key == report_key, RECEIPT.c.trustee == index
            )
        )
        await self._add_signed(RECEIPT, report_key, index, signed)

    async def erasures(self, report_key: PublicKey) -> list[Signed]:
        """Erasure receipts, by trustee."""
        return await self._signed(ERASURE, report_key)

    async def add_erasure(
        self, report_key: PublicKey, index: int, signed: Signed
    ) -> None:
        """Keep a trustee's erasure receipt."""
        await self._add_signed(ERASURE, report_key, index, signed)

    async def answers(self, report_key: PublicKey) -> Mapping[int, bytes]:
        """Sealed index answers for the current version, by trustee."""
        query = (
            select(ANSWER.c.trustee, ANSWER.c.sealed)
            .where(ANSWER.c.report_key == report_key)
            .order_by(ANSWER.c.trustee)
        )
        rows = await self._connection.execute(query)
        return {row.trustee: row.sealed for row in rows}

    async def add_answer(
        self, report_key: PublicKey, index: int, sealed: bytes
    ) -> None:
        """Keep a trustee's sealed index answer."""
        if not await self._known(ANSWER, report_key, index):
            await self._connection.execute(
                insert(ANSWER).values(
                    report_key=report_key, trustee=index, sealed=sealed
                )
            )

    async def clear(self, report_key: PublicKey) -> None:
        """Forget receipts and answers: they were about an older version."""
        for table in (RECEIPT, ANSWER):
            await self._connection.execute(
                delete(table).where(table.c.report_key == report_key)
            )
