"""A transaction on an engine; a database that is away is said to be away."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from blind_index.errors import AlongsideError, InputError

#: SQLSTATE classes of what passes: connection, resources, operator's intervention,
#: a lock not got in time, a transaction that idled too long.
_PASSING: Final = ("08", "53", "55", "57", "25P03")
_WORDS: Final = (
    ("InvalidPasswordError", "does not accept the user or the password"),
    ("InvalidAuthorizationSpecificationError", "does not accept the user"),
    ("InvalidCatalogNameError", "does not exist on its server"),
    ("SSLCertVerificationError", "shows no certificate that this machine trusts"),
    ("SSLError", "shows no certificate that this machine trusts"),
)


class StoreAway(AlongsideError):
    """The database cannot be reached now; the text names the driver's error only."""


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Committed at the end, undone if anything raises.

    Raises:
        StoreAway: The database cannot be reached, or dropped the connection.
    """
    connection = engine.connect()
    try:
        await connection.start()
    except (OSError, SQLAlchemyError) as error:
        raise StoreAway(_name(error)) from None
    except Exception as error:
        if not _of_driver(error):
            raise
        raise StoreAway(_name(error)) from None
    try:
        async with AsyncExitStack() as stack:
            stack.push_async_exit(connection)
            await stack.enter_async_context(connection.begin())
            yield connection
    except DBAPIError as error:
        if not _passes(error):
            raise
        raise StoreAway(_name(error)) from None


def _of_driver(error: Exception) -> bool:
    return type(error).__module__.split(".")[0] == "asyncpg"


def _name(error: BaseException) -> str:
    """The class of what the driver itself raised, below what wraps it."""
    origin = getattr(error, "orig", None) or error
    return type(origin.__cause__ or origin).__name__


def _passes(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state.startswith(_PASSING)


def in_words(away: StoreAway) -> InputError:
    """What an operator is told when the program cannot begin."""
    reason = next(
        (words for name, words in _WORDS if name == str(away)),
        f"cannot be reached: {away}",
    )
    return InputError("database", reason, "Is the server running, the address right?")
