"""Notices that wait to be sent, their addresses sealed; one taker at a time."""

from sqlalchemy import Update, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from api.notice_ports import TakenNotice, WaitingNotice
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
                notice=notice.notice,
                sealed=notice.sealed,
                due=notice.due,
                locked_until=0,
                attempts=0,
            )
        )

    async def waiting(self) -> list[WaitingNotice]:
        """Everything in the outbox, in no telling order."""
        rows = await self._connection.execute(select(NOTICE).order_by(NOTICE.c.notice))
        return [WaitingNotice(Nonce(row.notice), row.sealed, row.due) for row in rows]

    async def count(self) -> int:
        """How many wait."""
        found = await self._connection.execute(select(func.count()).select_from(NOTICE))
        return int(found.scalar_one())

    async def take(self, now: int, lease: int) -> TakenNotice | None:
        """The notice that is due longest, for `lease` seconds nobody else's.

        Chosen and marked in one statement, so that two takers never get the same.
        """
        row = (await self._connection.execute(_take(now, lease))).one_or_none()
        if row is None:
            return None
        return TakenNotice(
            Nonce(row.notice), row.sealed, row.locked_until, row.attempts
        )

    async def hand_over(self, taken: TakenNotice) -> bool:
        """Erase a notice whose lease is still held: from now on it is never sent."""
        done = await self._connection.execute(
            delete(NOTICE).where(
                NOTICE.c.notice == taken.notice,
                NOTICE.c.locked_until == taken.locked_until,
            )
        )
        return done.rowcount == 1

    async def put_off(self, taken: TakenNotice, due: int) -> None:
        """Let a notice wait for another attempt, unless the lease was lost."""
        await self._connection.execute(
            update(NOTICE)
            .where(
                NOTICE.c.notice == taken.notice,
                NOTICE.c.locked_until == taken.locked_until,
            )
            .values(due=due, locked_until=0)
        )

    async def put_back(self, taken: TakenNotice, due: int) -> None:
        """A notice that was handed over, and for certain not accepted, waits again."""
        await self._connection.execute(
            insert(NOTICE).values(
                notice=taken.notice,
                sealed=taken.sealed,
                due=due,
                locked_until=0,
                attempts=taken.attempts,
            )
        )

    async def clear(self) -> None:
        """Forget everything that waits."""
        await self._connection.execute(delete(NOTICE))

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


def _take(now: int, lease: int) -> Update:
    due = (
        select(NOTICE.c.notice)
        .where(NOTICE.c.due <= now, NOTICE.c.locked_until <= now)
        .order_by(NOTICE.c.due)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return (
        update(NOTICE)
        .where(NOTICE.c.notice == due)
        .values(locked_until=now + lease, attempts=NOTICE.c.attempts + 1)
        .returning(
            NOTICE.c.notice, NOTICE.c.sealed, NOTICE.c.locked_until, NOTICE.c.attempts
        )
    )
