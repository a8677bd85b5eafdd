"""A trustee's store: one database, one writer, everything secret sealed.

Records and log entries are sealed under the storage key and bound to their
place; names are keyed digests, so that the database alone names no report or case.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.transcript import derive_key
from escrow.aead import seal, unseal
from escrow.errors import InvalidCiphertext, MalformedMessage
from escrow.messages.codec import Blob, Nonce, decode, encode
from escrow.messages.mailbox import Letter
from escrow.operation.database.address import Database
from escrow.operation.database.daily_rewriting import DailyRewriting
from escrow.operation.database.engines import Engines, empty_log, open_engines
from escrow.operation.database.outages import transaction
from keyservice.audit import (
    BrokenLog,
    Head,
    LogEntry,
    append,
    empty_head,
    head_of,
    resume,
)
from keyservice.ports import DamagedStore, Drawer, Outgoing
from keyservice.tables import LOG, OUTBOX, RECORD, REWRITING, SCHEMA, TALLY

V = TypeVar("V")


class SqlLedger:
    """One transaction; see `ports.Ledger`."""

    def __init__(self, connection: AsyncConnection, storage_key: SecretBytes) -> None:
        self._connection = connection
        self._key = storage_key

    def _name(self, drawer: str, name: tuple[bytes, ...]) -> bytes:
        place = (drawer.encode(), *name)
        return derive_key(self._key, Label.STORED_SHARE, *place).reveal()

    def _seal(self, plaintext: bytes, drawer: str, *name: bytes) -> bytes:
        place = (drawer.encode(), *name)
        return seal(self._key, plaintext, Label.STORED_SHARE, *place)

    def _unseal(self, sealed: bytes, drawer: str, *name: bytes) -> bytes:
        place = (drawer.encode(), *name)
        return unseal(self._key, sealed, Label.STORED_SHARE, *place)

    async def load(self, drawer: Drawer[V], *name: bytes) -> V | None:
        """A record, unsealed; None if there is none."""
        where = RECORD.c.name == self._name(drawer.name, name)
        query = select(RECORD.c.sealed).where(where)
        sealed = (await self._connection.execute(query)).scalar_one_or_none()
        if sealed is None:
            return None
        try:
            record: V = decode(self._unseal(sealed, drawer.name, *name), drawer.kind)
        except (InvalidCiphertext, MalformedMessage):
            raise DamagedStore(f"a record is damaged: {drawer.name}") from None
        return record

    async def save(self, drawer: Drawer[V], record: V, *name: bytes) -> None:
        """Keep a record in place of the one of that name."""
        place = self._name(drawer.name, name)
        sealed = self._seal(encode(record), drawer.name, *name)
        anew = update(RECORD).where(RECORD.c.name == place).values(sealed=sealed)
        if not (await self._connection.execute(anew)).rowcount:
            row = {"name": place, "sealed": sealed}
            await self._connection.execute(insert(RECORD).values(row))

    async def erase(self, drawer: Drawer[V], *name: bytes) -> None:
        """Remove a record, if there is one."""
        where = RECORD.c.name == self._name(drawer.name, name)
        await self._connection.execute(delete(RECORD).where(where))

    async def count(self, name: str, day: int, by: int = 0) -> int:
        """A tally of a day after adding `by`."""
        where = (TALLY.c.name == name) & (TALLY.c.day == day)
        if not by:
            query = select(TALLY.c.count).where(where)
            return (await self._connection.execute(query)).scalar_one_or_none() or 0
        more = update(TALLY).where(where).values(count=TALLY.c.count + by)
        changed = await self._connection.execute(more.returning(TALLY.c.count))
        total: int | None = changed.scalar_one_or_none()
        if total is not None:
            return total
        row = {"name": name, "day": day, "count": by}
        await self._connection.execute(insert(TALLY).values(row))
        return by

    async def tallies(self, before: int) -> Sequence[tuple[str, int, int]]:
        """Name, day and count of every tally of a day before, in order."""
        query = (
            select(TALLY.c.name, TALLY.c.day, TALLY.c.count)
            .where((TALLY.c.day > 0) & (TALLY.c.day < before))
            .order_by(TALLY.c.day, TALLY.c.name)
        )
        rows = await self._connection.execute(query)
        return [(row.name, row.day, row[2]) for row in rows]

    async def head(self) -> Head:
        """Size and last hash of the log."""
        query = select(LOG).order_by(LOG.c.position.desc()).limit(1)
        last = (await self._connection.execute(query)).one_or_none()
        if last is None:
            return empty_head()
        return head_of(self._entry(last.position, last.sealed))

    async def log(self, day: int, kind: str, subject: bytes, detail: str) -> Head:
        """Append to the log."""
        return await self._append(append(await self.head(), day, kind, subject, detail))

    async def resume_log(self, head: Head, day: int, detail: str) -> Head:
        """Append `RESTORED`, after a head that others remember if it is higher."""
        return await self._append(resume(await self.head(), head, day, detail))

    async def _append(self, entry: LogEntry) -> Head:
        sealed = self._seal(encode(entry), LOG.name, _bytes(entry.position))
        row = {"position": entry.position, "sealed": sealed}
        await self._connection.execute(insert(LOG).values(row))
        return head_of(entry)

    async def entries(self) -> AsyncIterator[LogEntry]:
        """The log from its first entry on."""
        query = select(LOG).order_by(LOG.c.position)
        for row in await self._connection.execute(query):
            yield self._entry(row.position, row.sealed)

    def _entry(self, position: int, sealed: bytes) -> LogEntry:
        try:
            body = self._unseal(sealed, LOG.name, _bytes(position))
            entry = decode(body, LogEntry)
        except (InvalidCiphertext, MalformedMessage):
            raise BrokenLog(f"the log is broken at entry {position}") from None
        if entry.position != position:
            raise BrokenLog(f"the log is broken at entry {position}")
        return entry

    async def enqueue(self, letters: Sequence[Letter]) -> None:
        """Put letters into the outbox."""
        rows = [{"letter": encode(letter)} for letter in letters]
        if rows:
            await self._connection.execute(insert(OUTBOX), rows)

    async def enqueue_acknowledgement(self, item: Nonce) -> None:
        """Put an acknowledgement into the outbox, after its letters."""
        row = {"acknowledged": bytes(item)}
        await self._connection.execute(insert(OUTBOX).values(row))

    async def outbox(self, rows: int) -> Sequence[Outgoing]:
        """The oldest rows of the outbox."""
        query = select(OUTBOX).order_by(OUTBOX.c.position).limit(rows)
        return [
            Outgoing(
                row.position,
                None if row.letter is None else Blob(row.letter),
                None if row.acknowledged is None else Nonce(row.acknowledged),
            )
            for row in await self._connection.execute(query)
        ]

    async def dequeue(self, rows: Sequence[Outgoing]) -> None:
        """Remove rows that were posted."""
        positions = [row.position for row in rows]
        where = OUTBOX.c.position.in_(positions)
        await self._connection.execute(delete(OUTBOX).where(where))


def _bytes(position: int) -> bytes:
    return position.to_bytes(8, "big")


class SqlStore:
    """The trustee's database; see `ports.Store`."""

    def __init__(self, engines: Engines, storage_key: SecretBytes) -> None:
        self._engines = engines
        self._key = storage_key
        # PostgreSQL's log stays as it is: it only grows, its order is no secret.
        tables = (RECORD, OUTBOX, TALLY)
        self.rewriting = DailyRewriting(engines.writer, REWRITING, tables)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[SqlLedger]:
        """Begin; commits at the end, rolls back on any exception.

        Raises:
            StoreAway: The database cannot be reached.
        """
        async with transaction(self._engines.writer) as connection:
            yield SqlLedger(connection, self._key)

    async def scrub(self) -> None:
        """Empty the write-ahead log, so that nothing erased is left in it.

        Raises:
            StoreAway: Somebody, a backup perhaps, still reads what it holds.
        """
        await empty_log(self._engines.writer)


@asynccontextmanager
async def open_store(
    place: Database, storage_key: SecretBytes
) -> AsyncGenerator[SqlStore]:
    """Open a trustee's store, its tables made or brought up to date.

    Raises:
        InputError: It cannot be reached, is another trustee's, or newer than this
            program.
    """
    mark = derive_key(storage_key, Label.STORED_SHARE, b"owner").reveal()
    engines = await open_engines(place, SCHEMA, mark)
    try:
        yield SqlStore(engines, storage_key)
    finally:
        await engines.close()
