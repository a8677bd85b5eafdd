"""Work for opening trustees, first in first out; gone once acknowledged."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import case, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.ports import WorkKind
from api.sql_store.tables import QUEUE
from blind_index.randomness import Randomness
from escrow.messages.codec import Blob, Nonce
from escrow.messages.mailbox import WorkItem


class SqlQueue:
    """`api.ports.Queue` on one transaction."""

    def __init__(self, connection: AsyncConnection, randomness: Randomness) -> None:
        self._connection = connection
        self._randomness = randomness
        self._addressed: set[int] = set()

    @property
    def addressed(self) -> Collection[int]:
        """The trustees for whom this transaction queued something."""
        return self._addressed

    async def add(
        self, trustee: int, kind: WorkKind, subject: bytes, body: bytes
    ) -> None:
        """Queue an item, unless the very same still waits.

        Args:
            trustee: For whom.
            kind: What it is, so that it can be dropped.
            subject: What it is about: report key, case id, or sender.
            body: The encoded `Work`.
        """
        same = select(QUEUE.c.item).where(
            QUEUE.c.trustee == trustee, QUEUE.c.subject == subject, QUEUE.c.body == body
        )
        if (await self._connection.execute(same)).first() is not None:
            return
        last = select(func.max(QUEUE.c.sequence)).where(QUEUE.c.trustee == trustee)
        newest = (await self._connection.execute(last)).scalar_one()
        await self._connection.execute(
            insert(QUEUE).values(
                item=Nonce(self._randomness(16)),
                trustee=trustee,
                sequence=(newest or 0) + 1,
                kind=kind,
                subject=subject,
                body=body,
            )
        )
        self._addressed.add(trustee)

    async def pending(self, trustee: int, most_bytes: int) -> list[WorkItem]:
        """The oldest items of a trustee, up to a size; at least one if any.

        What a restored trustee must know before it does anything else comes
        first, whatever waits before it.
        """
        urgent = case((QUEUE.c.kind.in_(("withdrawal", "records")), 0), else_=1)
        query = (
            select(QUEUE.c.item, func.length(QUEUE.c.body))
            .where(QUEUE.c.trustee == trustee)
            .order_by(urgent, QUEUE.c.sequence)
        )
        items: list[WorkItem] = []
        total = 0
        for item, size in await self._connection.execute(query):
            total += size
            if items and total > most_bytes:
                break
            items.append(await self._read(item))
        return items

    async def _read(self, item: bytes) -> WorkItem:
        query = select(QUEUE.c.body).where(QUEUE.c.item == item)
        body = (await self._connection.execute(query)).scalar_one()
        return WorkItem(item=Nonce(item), body=Blob(body))

    async def acknowledge(self, trustee: int, items: Sequence[Nonce]) -> int:
        """Delete what this trustee has done; returns how many there were."""
        gone = await self._connection.execute(
            delete(QUEUE).where(QUEUE.c.trustee == trustee, QUEUE.c.item.in_(items))
        )
        return gone.rowcount

    async def drop(self, kind: WorkKind, subject: bytes) -> None:
        """Delete what still waits of a kind about a subject, for everybody."""
        await self._connection.execute(
            delete(QUEUE).where(QUEUE.c.kind == kind, QUEUE.c.subject == subject)
        )

    async def counts(self) -> Mapping[int, int]:
        """How many items wait, by trustee."""
        query = select(QUEUE.c.trustee, func.count()).group_by(QUEUE.c.trustee)
        rows = await self._connection.execute(query)
        return {row[0]: row[1] for row in rows}
