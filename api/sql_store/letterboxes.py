"""Letterboxes: sealed addresses under their own keys, tied to no report."""

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import LETTERBOX
from escrow.messages.codec import Blob, PublicKey
from escrow.server.letterboxes import Letterbox


class SqlLetterboxes:
    """`api.ports.Letterboxes` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, key: PublicKey) -> Letterbox | None:
        """The letterbox under this key, an emptied one included."""
        query = select(LETTERBOX).where(LETTERBOX.c.letterbox_key == key)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _letterbox(row)

    async def due(self, key: PublicKey) -> int | None:
        """The second at which its next letter goes; None for an emptied one."""
        query = select(LETTERBOX.c.due).where(LETTERBOX.c.letterbox_key == key)
        found: int | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def put(self, letterbox: Letterbox, due: int | None) -> None:
        """Store a letterbox in the place of its former self."""
        await self._connection.execute(
            delete(LETTERBOX).where(LETTERBOX.c.letterbox_key == letterbox.key)
        )
        await self._connection.execute(
            insert(LETTERBOX).values(
                letterbox_key=letterbox.key,
                counter=letterbox.counter,
                expiry_month=letterbox.expiry_month,
                sealed=letterbox.sealed,
                due=due,
            )
        )

    async def next_due(self, now: int) -> Letterbox | None:
        """The one whose letter is due longest; no other process gets it meanwhile."""
        query = (
            select(LETTERBOX)
            .where(LETTERBOX.c.due <= now)
            .order_by(LETTERBOX.c.due)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _letterbox(row)

    async def set_due(self, key: PublicKey, due: int) -> None:
        """When its next letter goes."""
        await self._connection.execute(
            update(LETTERBOX).where(LETTERBOX.c.letterbox_key == key).values(due=due)
        )

    async def erase_expired(self, month: int) -> int:
        """Erase every letterbox whose last month is over; returns how many."""
        done = await self._connection.execute(
            delete(LETTERBOX).where(LETTERBOX.c.expiry_month < month)
        )
        return done.rowcount


def _letterbox(row: "Row[tuple[object, ...]]") -> Letterbox:
    return Letterbox(
        key=PublicKey(row.letterbox_key),
        counter=row.counter,
        expiry_month=row.expiry_month,
        sealed=None if row.sealed is None else Blob(row.sealed),
    )
