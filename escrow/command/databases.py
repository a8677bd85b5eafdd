"""A PostgreSQL database for each program of a deployment on this machine."""

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

from blind_index.errors import InputError
from blind_index.randomness import SYSTEM
from escrow.operation.database.address import Postgres, check_url


def fresh_prefix() -> str:
    """What the names of one deployment's databases begin with."""
    return f"alongside_{SYSTEM(5).hex()}_"


def url_of_database(server: str, name: str) -> str:
    """The same server, another database."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def make_databases(server: str, names: Iterable[str]) -> None:
    """Make empty databases.

    Args:
        server: URL of any database of a server on which they may be made.
        names: Of letters, digits and underscores.

    Raises:
        InputError: They cannot be made there.
    """
    check_url(server)
    asyncio.run(_run(server, [f'CREATE DATABASE "{name}"' for name in names]))


def drop_databases(server: str, names: Iterable[str]) -> None:
    """Remove databases, whoever is still connected.

    Raises:
        InputError: The server cannot be reached.
    """
    gone = [f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in names]
    asyncio.run(_run(server, gone))


async def _run(server: str, statements: Iterable[str]) -> None:
    # Loads SQLAlchemy, which nobody needs who has no such server.
    from escrow.operation.database.postgres import (  # noqa: PLC0415
        driver_arguments,
        plain_url,
    )

    place = Postgres(server)
    arguments = driver_arguments(place)
    import asyncpg  # noqa: PLC0415 - `driver_arguments` found it

    try:
        connection = await asyncpg.connect(plain_url(place), **arguments)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError) as error:
        raise InputError(
            "--database",
            f"makes no databases: {type(error).__name__}",
            "Its user must be allowed to connect and to create databases.",
        ) from None
