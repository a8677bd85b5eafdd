"""Work for opening trustees, first in first out; gone once acknowledged."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import case, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.ports import WorkKind
from api.sql_store.tables import QUEUE
from blind_index.randomness import Randomness
from escrow.messages.codec import Blob, Nonce
from escrow.messages.mailbox import WorkItem

# SQLite takes some thousand parameters at most.
_AT_ONCE = 500


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
        self, kind: WorkKind, subject: bytes, bodies: Mapping[int, bytes]
    ) -> None:
        """Queue an item for each trustee for whom the very same does not wait yet.

        Args:
            kind: What they are, so that they can be dropped.
            subject: What they are about: report key, case id, or sender.
            bodies: The encoded `Work`, by trustee.
        """
        waiting = await self._waiting(subject, bodies)
        wanted = {
            who: what for who, what in bodies.items() if (who, what) not in waiting
        }
        if wanted:
            await self.add_new(kind, [(subject, wanted)])

    async def add_new(
        self, kind: WorkKind, works: Sequence[tuple[bytes, Mapping[int, bytes]]]
    ) -> None:
        """Queue many items at once, each a subject and its bodies by trustee.

        Nobody looks whether the same waits already.
        """
        last = await self._newest({who for _, bodies in works for who in bodies})
        rows = []
        for subject, bodies in works:
            for trustee, body in bodies.items():
                last[trustee] = last.get(trustee, 0) + 1
                rows.append(
                    {
                        "item": Nonce(self._randomness(16)),
                        "trustee": trustee,
                        "sequence": last[trustee],
                        "kind": kind,
                        "subject": subject,
                        "body": body,
                    }
                )
        if rows:
            await self._connection.execute(insert(QUEUE), rows)
        self._addressed |= last.keys()

    async def add_all(
        self, kind: WorkKind, subject: bytes, trustee: int, bodies: Sequence[bytes]
    ) -> None:
        """Queue many items about one subject for one trustee, but none that waits."""
        query = select(QUEUE.c.body).where(
            QUEUE.c.subject == subject, QUEUE.c.trustee == trustee
        )
        waiting = set((await self._connection.execute(query)).scalars())
        fresh = [(subject, {trustee: body}) for body in bodies if body not in waiting]
        if fresh:
            await self.add_new(kind, fresh)

    async def _waiting(
        self, subject: bytes, bodies: Mapping[int, bytes]
    ) -> set[tuple[int, bytes]]:
        query = select(QUEUE.c.trustee, QUEUE.c.body).where(
            QUEUE.c.subject == subject, QUEUE.c.body.in_(set(bodies.values()))
        )
        rows = await self._connection.execute(query)
        return {(row.trustee, row.body) for row in rows}

    async def _newest(self, trustees: Collection[int]) -> dict[int, int]:
        query = (
            select(QUEUE.c.trustee, func.max(QUEUE.c.sequence))
            .where(QUEUE.c.trustee.in_(trustees))
            .group_by(QUEUE.c.trustee)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

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
        names: list[bytes] = []
        total = 0
        for item, size in await self._connection.execute(query):
            total += size
            if names and (total > most_bytes or len(names) == _AT_ONCE):
                break
            names.append(item)
        return await self._read(names)

    async def _read(self, names: Sequence[bytes]) -> list[WorkItem]:
        query = select(QUEUE.c.item, QUEUE.c.body).where(QUEUE.c.item.in_(names))
        bodies = {row.item: row.body for row in await self._connection.execute(query)}
        return [WorkItem(item=Nonce(name), body=Blob(bodies[name])) for name in names]

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
