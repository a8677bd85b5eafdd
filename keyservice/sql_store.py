"""A trustee's store: one SQLite file, one writer, everything secret sealed.

Records and log entries are sealed under the storage key and bound to their
place; names are keyed digests, so that the file alone names no report or case.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.transcript import derive_key
from escrow.aead import seal, unseal
from escrow.errors import InvalidCiphertext, MalformedMessage
from escrow.messages.codec import Blob, Nonce, decode, encode
from escrow.messages.mailbox import Letter
from keyservice.audit import (
    RESTORED,
    BrokenLog,
    Head,
    LogEntry,
    append,
    empty_head,
    head_of,
)
from keyservice.ports import DamagedStore, Drawer, Outgoing

V = TypeVar("V")

_METADATA: Final = MetaData()
_RECORD: Final = Table(
    "record",
    _METADATA,
    Column("name", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
_LOG: Final = Table(
    "log_entry",
    _METADATA,
    Column("position", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
_TALLY: Final = Table(
    "tally",
    _METADATA,
    Column("day", Integer, primary_key=True),
    Column("name", String, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)
_OUTBOX: Final = Table(
    "outbox",
    _METADATA,
    Column("position", Integer, primary_key=True),
    Column("letter", LargeBinary),
    Column("acknowledged", LargeBinary),
)
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "busy_timeout=5000",
)


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
        where = _RECORD.c.name == self._name(drawer.name, name)
        query = select(_RECORD.c.sealed).where(where)
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
        await self.erase(drawer, *name)
        row = {
            "name": self._name(drawer.name, name),
            "sealed": self._seal(encode(record), drawer.name, *name),
        }
        await self._connection.execute(insert(_RECORD).values(row))

    async def erase(self, drawer: Drawer[V], *name: bytes) -> None:
        """Remove a record, if there is one."""
        where = _RECORD.c.name == self._name(drawer.name, name)
        await self._connection.execute(delete(_RECORD).where(where))

    async def count(self, name: str, day: int, by: int = 0) -> int:
        """A tally of a day after adding `by`."""
        where = (_TALLY.c.name == name) & (_TALLY.c.day == day)
        query = select(_TALLY.c.count).where(where)
        known = (await self._connection.execute(query)).scalar_one_or_none()
        total = (known or 0) + by
        if by:
            await self._connection.execute(delete(_TALLY).where(where))
            row = {"name": name, "day": day, "count": total}
            await self._connection.execute(insert(_TALLY).values(row))
        return total

    async def tallies(self, before: int) -> Sequence[tuple[str, int, int]]:
        """Name, day and count of every tally of a day before, in order."""
        query = (
            select(_TALLY.c.name, _TALLY.c.day, _TALLY.c.count)
            .where((_TALLY.c.day > 0) & (_TALLY.c.day < before))
            .order_by(_TALLY.c.day, _TALLY.c.name)
        )
        rows = await self._connection.execute(query)
        return [(row.name, row.day, row[2]) for row in rows]

    async def head(self) -> Head:
        """Size and last hash of the log."""
        query = select(_LOG).order_by(_LOG.c.position.desc()).limit(1)
        last = (await self._connection.execute(query)).one_or_none()
        if last is None:
            return empty_head()
        return head_of(self._entry(last.position, last.sealed))

    async def log(self, day: int, kind: str, subject: bytes, detail: str) -> Head:
        """Append to the log."""
        return await self._append(append(await self.head(), day, kind, subject, detail))

    async def resume_log(self, head: Head, day: int, detail: str) -> Head:
        """Append `RESTORED`, after a head that others remember if it is higher."""
        own = await self.head()
        newest = head if head.size > own.size else own
        return await self._append(append(newest, day, RESTORED, own.hash, detail))

    async def _append(self, entry: LogEntry) -> Head:
        sealed = self._seal(encode(entry), _LOG.name, _bytes(entry.position))
        row = {"position": entry.position, "sealed": sealed}
        await self._connection.execute(insert(_LOG).values(row))
        return head_of(entry)

    async def entries(self) -> AsyncIterator[LogEntry]:
        """The log from its first entry on."""
        query = select(_LOG).order_by(_LOG.c.position)
        for row in await self._connection.execute(query):
            yield self._entry(row.position, row.sealed)

    def _entry(self, position: int, sealed: bytes) -> LogEntry:
        try:
            body = self._unseal(sealed, _LOG.name, _bytes(position))
            entry = decode(body, LogEntry)
        except (InvalidCiphertext, MalformedMessage):
            raise BrokenLog(f"the log is broken at entry {position}") from None
        if entry.position != position:
            raise BrokenLog(f"the log is broken at entry {position}")
        return entry

    async def enqueue(self, letters: Sequence[Letter]) -> None:
        """Put letters into the outbox."""
        for letter in letters:
            row = {"letter": encode(letter)}
            await self._connection.execute(insert(_OUTBOX).values(row))

    async def enqueue_acknowledgement(self, item: Nonce) -> None:
        """Put an acknowledgement into the outbox, after its letters."""
        row = {"acknowledged": bytes(item)}
        await self._connection.execute(insert(_OUTBOX).values(row))

    async def outbox(self, rows: int) -> Sequence[Outgoing]:
        """The oldest rows of the outbox."""
        query = select(_OUTBOX).order_by(_OUTBOX.c.position).limit(rows)
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
        where = _OUTBOX.c.position.in_(positions)
        await self._connection.execute(delete(_OUTBOX).where(where))


def _bytes(position: int) -> bytes:
    return position.to_bytes(8, "big")


class SqlStore:
    """The trustee's SQLite file; see `ports.Store`."""

    def __init__(self, engine: AsyncEngine, storage_key: SecretBytes) -> None:
        self._engine = engine
        self._key = storage_key

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[SqlLedger]:
        """Begin; commits at the end, rolls back on any exception."""
        async with self._engine.begin() as connection:
            yield SqlLedger(connection, self._key)

    async def scrub(self) -> None:
        """Empty the write-ahead log, so that nothing erased is left in it."""
        async with self._engine.connect() as connection:
            raw = await connection.get_raw_connection()
            driver: Any = raw.driver_connection
            await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")


@asynccontextmanager
async def open_store(path: Path, storage_key: SecretBytes) -> AsyncGenerator[SqlStore]:
    """Open a trustee's store, making its tables if it is new."""
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"timeout": 5},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_METADATA.create_all)
        yield SqlStore(engine, storage_key)
    finally:
        await engine.dispose()


def _prepare(driver: Any, _record: object) -> None:  # noqa: ANN401
    # SQLAlchemy's driver would begin lazily and fail on upgrading a read
    # transaction; we say BEGIN IMMEDIATE ourselves.
    driver.isolation_level = None
    cursor = driver.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:  # noqa: ANN401
    connection.exec_driver_sql("BEGIN IMMEDIATE")
