"""The registrar's database: keyed tags, pseudonyms, months. No identity."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from api.registrar.ports import PendingDeletion
from api.registrar.sql_vouchers import SqlVouchers
from api.registrar.tables import (
    DEDUPE,
    METADATA,
    PENDING,
    PERSON,
    REWRITING,
    SCHEMA,
)
from escrow.messages.codec import Digest, Nonce
from escrow.operation.database.address import Database
from escrow.operation.database.daily_rewriting import DailyRewriting
from escrow.operation.database.engines import Engines, open_engines
from escrow.operation.database.outages import transaction
from escrow.registrar.issue import Person


class SqlPersons:
    """`api.registrar.ports.Persons` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.vouchers = SqlVouchers(connection)

    async def known(self, tags: Sequence[Digest]) -> Mapping[Digest, Person]:
        """The persons to whom these tags belong."""
        query = (
            select(DEDUPE.c.tag, PERSON.c.person, PERSON.c.pseudonym, PERSON.c.level)
            .join_from(DEDUPE, PERSON, DEDUPE.c.person == PERSON.c.person)
            .where(DEDUPE.c.tag.in_(tags))
        )
        rows = await self._connection.execute(query)
        return {
            Digest(row.tag): Person(Nonce(row.person), Nonce(row.pseudonym), row.level)
            for row in rows
        }

    async def add(self, person: Person, month: int) -> None:
        """Remember a person, or the month and level of her newest check."""
        gone = await self._connection.execute(
            update(PERSON)
            .where(PERSON.c.person == person.person)
            .values(month=month, level=person.level)
        )
        if not gone.rowcount:
            await self._connection.execute(
                insert(PERSON).values(
                    person=person.person,
                    pseudonym=person.pseudonym,
                    month=month,
                    level=person.level,
                )
            )

    async def link(self, tag: Digest, person: Nonce) -> None:
        """Let a tag point to a person."""
        await self._connection.execute(delete(DEDUPE).where(DEDUPE.c.tag == tag))
        await self._connection.execute(insert(DEDUPE).values(tag=tag, person=person))

    async def add_pending(self, pending: PendingDeletion) -> None:
        """Remember that a provider has to erase something, before it begins."""
        await self._connection.execute(
            insert(PENDING).values(
                reference=pending.reference,
                provider=pending.provider,
                day=pending.day,
            )
        )

    async def pending(self) -> list[PendingDeletion]:
        """What is not confirmed to be erased, the oldest first."""
        query = select(PENDING).order_by(PENDING.c.day, PENDING.c.reference)
        return [
            PendingDeletion(Nonce(row.reference), row.provider, row.day)
            for row in await self._connection.execute(query)
        ]

    async def remove_pending(self, reference: Nonce) -> None:
        """It is erased."""
        await self._connection.execute(
            delete(PENDING).where(PENDING.c.reference == reference)
        )


class SqlPersonStore:
    """`api.registrar.ports.PersonStore` on its engines."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        tables = METADATA.sorted_tables
        self.rewriting = DailyRewriting(engines.writer, REWRITING, tables)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlPersons]:
        """A transaction: committed at the end, undone if anything raises."""
        async with transaction(self._engines.writer) as connection:
            yield SqlPersons(connection)

    async def close(self) -> None:
        """Close the database."""
        await self._engines.close()


async def open_person_store(place: Database, mark: bytes = b"") -> SqlPersonStore:
    """Open the store, with its tables made or brought up to date.

    Args:
        place: A SQLite file whose folder exists, or a PostgreSQL database.
        mark: The registrar's public key; empty for whichever registrar it is of.

    Raises:
        InputError: It cannot be reached, is another registrar's, or newer than this
            program.
    """
    return SqlPersonStore(await open_engines(place, SCHEMA, mark))
