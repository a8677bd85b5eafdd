"""PostgreSQL: one writer at a time among all processes, as many readers as like.

Every handler reads, decides, and writes: a token is looked up and then spent, a
queue's last number is read and then raised, groups are formed from what all
reports say. On SQLite `BEGIN IMMEDIATE` lets one of them work at a time. Here every
transaction that may write begins with one advisory lock, the same for all
processes, and holds it until its commit is durable; what it reads afterwards (READ
COMMITTED: each statement sees what is committed when it begins) nobody else can
change. So each handler stays what it was on SQLite: alone. The two other ways were
weighed: with SERIALIZABLE every filing conflicts with every other one on the row that
counts the buckets of tags, and each handler would have to be repeatable; with a lock
a subject, a case that joins many reports needs an order of locking that every later
change must know. One lock cannot deadlock and needs no repetition. The price is
throughput: proofs of a submission are checked before the transaction begins, what is
left inside takes milliseconds, and a service that hears of a few reports a second is
far from the limit.

Whoever only looks takes no lock: REPEATABLE READ, READ ONLY, one snapshot for the
whole transaction, refused by the database if it writes after all.

A process has one connection that writes, so at most one of its requests waits in
the database; the others wait in line for the connection. A process that hangs while it
holds the lock is cut off by the database (`idle_in_transaction_session_timeout`).
"""

import ssl
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from blind_index.errors import InputError
from escrow.operation.database.address import Postgres

_OTHERS: Final = 0o077
_READERS: Final = 4
_CONNECT_SECONDS: Final = 10
#: Advisory locks are pairs: this project, and what is locked.
PROJECT: Final = 0x616C6F6E
WRITE: Final = 1
_SETTINGS: Final = MappingProxyType(
    {
        "application_name": "alongside",
        # Whatever the server's own defaults are: durable before it answers.
        "synchronous_commit": "on",
        "default_transaction_isolation": "read committed",
        # Compiling a query takes longer than any of these queries runs.
        "jit": "off",
        "lock_timeout": "30s",
        "idle_in_transaction_session_timeout": "60s",
    }
)


def driver_url(place: Postgres) -> str:
    """The URL with the driver's name in it."""
    return urlsplit(place.url)._replace(scheme="postgresql+asyncpg").geturl()


def plain_url(place: Postgres) -> str:
    """The URL as the driver itself takes it."""
    return urlsplit(place.url)._replace(scheme="postgresql").geturl()


def driver_arguments(place: Postgres) -> dict[str, Any]:
    """What the driver gets besides the URL; holds the password.

    Raises:
        InputError: The driver is not installed, or a file cannot be used.
    """
    try:
        import asyncpg  # noqa: F401, PLC0415 - asked for, not used
    except ModuleNotFoundError:
        raise InputError(
            "database",
            "needs the driver asyncpg, which is not installed",
            'Run `pip install "alongside[postgres]"`.',
        ) from None
    arguments: dict[str, Any] = {
        "timeout": _CONNECT_SECONDS,
        "server_settings": dict(_SETTINGS),
    }
    if place.password_file is not None:
        arguments["password"] = _read_password(place)
    if not place.local:
        arguments["ssl"] = _checked_tls(place)
    return arguments


def _read_password(place: Postgres) -> str:
    path = place.password_file
    try:
        if path is None or path.stat().st_mode & _OTHERS:
            raise InputError(
                "database_password_file",
                "may be read by others",
                "Set its mode to 600.",
            )
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeError):
        raise InputError(
            "database_password_file", "is missing or cannot be read"
        ) from None


def _checked_tls(place: Postgres) -> ssl.SSLContext:
    """The server must show a certificate for its name; nothing less is offered."""
    try:
        return ssl.create_default_context(cafile=place.ca)
    except (OSError, ssl.SSLError):
        raise InputError("database_ca", "is missing or holds no certificate") from None


def open_writer(place: Postgres, lock: int = WRITE) -> AsyncEngine:
    """An engine with one connection; each transaction takes the lock first."""
    engine = _engine(place, 1)

    def take_turn(connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({PROJECT}, {lock})")

    event.listen(engine.sync_engine, "begin", take_turn)
    return engine


def open_reader(place: Postgres) -> AsyncEngine:
    """An engine whose transactions see one snapshot and cannot write."""
    engine = _engine(place, _READERS)
    return engine.execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def _engine(place: Postgres, connections: int) -> AsyncEngine:
    return create_async_engine(
        driver_url(place),
        pool_size=connections,
        max_overflow=0,
        # A connection that the server dropped is noticed before it is used.
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=driver_arguments(place),
    )
