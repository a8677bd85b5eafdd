"""A line of its own to PostgreSQL: who is there, and who is called.

While it is held, the database knows that this process is there: a process that must
be the only one is refused beside any other. And it hears what other processes say: a
transaction that gives somebody work says so, and the database passes it on at the
moment of its commit (LISTEN and NOTIFY), never before, never after a rollback.

It must lead to the database itself: a pooler in between that lends connections by the
transaction would let go of both.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from blind_index.errors import InputError
from escrow.operation.database.address import Database, Postgres
from escrow.operation.database.outages import StoreAway, in_words
from escrow.operation.database.postgres import PROJECT, driver_arguments, plain_url

_CHANNEL: Final = "alongside"
_THERE: Final = 2
_PATIENCE_SECONDS: Final = 10.0
_PAUSE_SECONDS: Final = 0.5


async def announce(connection: AsyncConnection, words: str) -> None:
    """Say something to every process, if and when this transaction commits."""
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql("SELECT pg_notify($1, $2)", (_CHANNEL, words))


class Line:
    """The line of one process; opened, then kept until it is closed.

    Args:
        place: The database.
        alone: Whether no other process may be there.
        heard: Told what others say; and "" when something may have been missed.
    """

    def __init__(
        self, place: Postgres, *, alone: bool, heard: Callable[[str], None]
    ) -> None:
        self._place = place
        self._alone = alone
        self._heard = heard
        self._driver: Any = None
        self._lost = asyncio.Event()

    async def open(self) -> None:
        """Be there.

        Raises:
            InputError: Another process is there and one of both must be alone; or
                the database cannot be reached.
        """
        loop = asyncio.get_running_loop()
        # One that was killed a moment ago is still there for a moment.
        deadline = loop.time() + _PATIENCE_SECONDS
        try:
            while not await self._connect():
                if loop.time() > deadline:
                    raise InputError(
                        "database",
                        "is in use by another process, and one of both must be alone",
                        "A registrar and a trustee are one process each, on a database "
                        "of their own; so is a server with a registrar inside.",
                    )
                await asyncio.sleep(_PAUSE_SECONDS)
        except StoreAway as away:
            raise in_words(away) from None

    async def keep(self) -> None:
        """Be there again whenever the line was lost; ends when cancelled."""
        while True:
            await self._lost.wait()
            with suppress(StoreAway):
                if await self._connect():
                    # What was said meanwhile nobody heard.
                    self._heard("")
                    continue
            await asyncio.sleep(_PAUSE_SECONDS)

    async def close(self) -> None:
        """Be there no more."""
        if self._driver is not None:
            driver, self._driver = self._driver, None
            # A server that is gone needs no farewell.
            with suppress(Exception):
                await driver.close(timeout=1)

    async def _connect(self) -> bool:
        """Connect, be there, listen; False if somebody else is in the way."""
        await self.close()
        arguments = driver_arguments(self._place)
        import asyncpg  # noqa: PLC0415 - `driver_arguments` found it

        try:
            driver = await asyncpg.connect(plain_url(self._place), **arguments)
            shared = "" if self._alone else "_shared"
            question = f"SELECT pg_try_advisory_lock{shared}($1, $2)"
            if not await driver.fetchval(question, PROJECT, _THERE):
                await driver.close()
                return False
            await driver.add_listener(_CHANNEL, self._hear)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise StoreAway(type(error).__name__) from None
        self._lost.clear()
        driver.add_termination_listener(lambda _: self._lost.set())
        self._driver = driver
        return True

    def _hear(self, _driver: object, _process: int, _channel: str, words: str) -> None:
        self._heard(words)


@asynccontextmanager
async def only_one(place: Database) -> AsyncIterator[None]:
    """Be the only process on a PostgreSQL database, whichever machine it runs on.

    Raises:
        InputError: Another process is there.
    """
    if not isinstance(place, Postgres):
        yield
        return
    line = Line(place, alone=True, heard=lambda _: None)
    await line.open()
    keeping = asyncio.create_task(line.keep())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
        await line.close()
