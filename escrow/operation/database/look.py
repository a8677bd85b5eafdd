"""Look into a database without changing it: for an operator's checks."""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import text

from escrow.operation.database.address import Database, Postgres
from escrow.operation.database.migrate import Schema
from escrow.operation.database.outages import StoreAway, transaction
from escrow.operation.database.postgres import open_reader
from escrow.operation.doctor import Finding, good, judge


def look(place: Database, statement: str) -> Sequence[Sequence[Any]]:
    """The rows of one statement that only reads."""
    if isinstance(place, Postgres):
        return asyncio.run(_look_there(place, statement))
    with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as database:
        return database.execute(statement).fetchall()


async def _look_there(place: Postgres, statement: str) -> Sequence[Sequence[Any]]:
    engine = open_reader(place)
    try:
        async with transaction(engine) as connection:
            return [tuple(row) for row in await connection.execute(text(statement))]
    finally:
        await engine.dispose()


def database_checks(place: Database, schema: Schema) -> Iterable[Finding]:
    """Whether the database can be read, is whole, and of this version."""
    kind = "PostgreSQL" if isinstance(place, Postgres) else "SQLite"
    statement = f"SELECT version_num FROM {schema.version_table}"  # noqa: S608 - fixed
    try:
        rows = look(place, statement)
    except (StoreAway, sqlite3.Error):
        fix = "see that it runs and may be read; then `migrate`"
        yield Finding("database", "FAIL", f"{kind} cannot be read", fix)
        return
    if not isinstance(place, Postgres):
        whole = look(place, "PRAGMA quick_check(1)") == [("ok",)]
        found = "whole" if whole else "damaged"
        yield judge("database", f"{kind}, {found}", "restore a backup", bad=not whole)
    else:
        yield good("database", f"{kind} answers")
    found = rows[0][0] if rows else "none"
    fix = "run `migrate`, or the program that made it"
    yield judge("tables", f"version {found}", fix, bad=found != schema.head)
