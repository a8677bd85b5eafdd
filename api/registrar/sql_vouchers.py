"""Vouchers at rest: a digest and a sealed identity; once used, a digest and a month."""

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from api.registrar.ports import OpenVoucher, VoucherTally
from api.registrar.tables import VOUCHER, VOUCHER_COUNT
from escrow.messages.codec import Blob, Digest, Nonce, PublicKey


class SqlVouchers:
    """`api.registrar.ports.Vouchers` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def made(self, referee: PublicKey, year: int) -> int:
        """How many vouchers this referee handed in in a year."""
        query = select(VOUCHER_COUNT.c.made).where(
            VOUCHER_COUNT.c.referee == referee, VOUCHER_COUNT.c.year == year
        )
        return (await self._connection.execute(query)).scalar_one_or_none() or 0

    async def add(self, name: Digest, voucher: OpenVoucher, year: int) -> bool:
        """Keep a new voucher and count it; False if its digest was there before."""
        known = select(VOUCHER.c.voucher).where(VOUCHER.c.voucher == name)
        if (await self._connection.execute(known)).first() is not None:
            return False
        await self._connection.execute(
            insert(VOUCHER).values(
                voucher=name,
                referee=voucher.referee,
                last_day=voucher.last_day,
                sealed=voucher.sealed,
            )
        )
        made = await self.made(voucher.referee, year)
        row = {"referee": voucher.referee, "year": year}
        await self._connection.execute(delete(VOUCHER_COUNT).filter_by(**row))
        await self._connection.execute(
            insert(VOUCHER_COUNT).values(**row, made=made + 1)
        )
        return True

    async def claim(self, name: Digest, reference: Nonce) -> OpenVoucher | None:
        """Take an unused voucher for a check; None if there is none, or it is taken."""
        row = (
            await self._connection.execute(
                select(VOUCHER).where(VOUCHER.c.voucher == name)
            )
        ).first()
        if row is None or row.sealed is None:
            return None
        if row.reference not in (None, bytes(reference)):
            return None
        await self._connection.execute(
            update(VOUCHER).where(VOUCHER.c.voucher == name).values(reference=reference)
        )
        return OpenVoucher(PublicKey(row.referee), row.last_day, Blob(row.sealed))

    async def spend(self, reference: Nonce, month: int) -> None:
        """What a check took is used: its digest and the month stay."""
        await self._connection.execute(
            update(VOUCHER)
            .where(VOUCHER.c.reference == reference)
            .values(
                month=month, referee=None, last_day=None, sealed=None, reference=None
            )
        )

    async def release(self, reference: Nonce) -> None:
        """A check ended without credentials: what it took can be used again."""
        await self._connection.execute(
            update(VOUCHER)
            .where(VOUCHER.c.reference == reference)
            .values(reference=None)
        )

    async def remove(
        self, *, referee: PublicKey | None = None, expired_on: int | None = None
    ) -> int:
        """Erase unused vouchers of a referee, or those whose last day is over."""
        query = delete(VOUCHER).where(VOUCHER.c.sealed.is_not(None))
        if referee is not None:
            query = query.where(VOUCHER.c.referee == referee)
        if expired_on is not None:
            query = query.where(VOUCHER.c.last_day < expired_on)
        return int((await self._connection.execute(query)).rowcount)

    async def tally(self) -> Sequence[VoucherTally]:
        """How many unused vouchers each referee has, and how many were used when."""
        unused = (
            select(VOUCHER.c.referee, VOUCHER.c.month, func.count().label("number"))
            .group_by(VOUCHER.c.referee, VOUCHER.c.month)
            .order_by(VOUCHER.c.month, VOUCHER.c.referee)
        )
        return [
            VoucherTally(
                None if row.referee is None else PublicKey(row.referee),
                row.month,
                row.number,
            )
            for row in await self._connection.execute(unused)
        ]
