"""A trustee's data directory and its day: what every command needs, and no more.

Kept apart from `app`, so that the short commands start without a web server.
"""

import fcntl
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from escrow.operation.database.line import only_one
from keyservice.config import Config, UnusableConfig
from keyservice.sealed_key import TrusteeSecrets
from keyservice.sql_store import SqlStore, open_store

_SECONDS_A_DAY = 86_400
#: The name of the database in the data directory.


def today() -> int:
    """Days since 1970-01-01, UTC."""
    return time_of_day()[0]


def time_of_day() -> tuple[int, int]:
    """Days since 1970-01-01, and seconds of this one, UTC."""
    return divmod(int(time.time()), _SECONDS_A_DAY)


@asynccontextmanager
async def store_of(config: Config, secrets: TrusteeSecrets) -> AsyncGenerator[SqlStore]:
    """The trustee's store."""
    async with open_store(config.database, secrets.storage_key) as store:
        yield store


@asynccontextmanager
async def sole_user(config: Config) -> AsyncGenerator[None]:
    """Be the only process on the database, whichever machine others run on.

    Raises:
        InputError: Another process is there.
    """
    # The data directory is held already; a SQLite file lies in it.
    async with only_one(config.database):
        yield


@contextmanager
def sole_process(config: Config) -> Generator[None]:
    """Hold the data directory: two processes would fork the log and the quota.

    Raises:
        UnusableConfig: Another process holds it.
    """
    with (config.data_dir / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UnusableConfig(
                f"{config.data_dir}: this trustee is running already"
            ) from None
        yield
