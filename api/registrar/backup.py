"""What belongs into a registrar's backup, and what a good one shows."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from api.registrar.tables import METADATA
from escrow.operation.backup import Holdings
from escrow.operation.database.address import Database, Postgres
from escrow.operation.database.dump import check_dump
from escrow.operation.snapshot import check_tables

KIND: Final = "registrar"
REGISTRAR: Final = "registrar.sqlite3"
_DUMP: Final = "registrar.pgdump"
LACKS: Final = "the key files, the configuration, certificates"


def holdings(folder: Path, database: Database) -> Holdings:
    """A registrar's database."""
    name = _DUMP if isinstance(database, Postgres) else REGISTRAR
    return Holdings(
        kind=KIND,
        folder=folder,
        databases={name: database},
        files={},
        notes=(),
        lacks=LACKS,
    )


def look_into_registrar(folder: Path) -> list[str]:
    """Walk an unpacked registrar's database.

    Raises:
        UnusableBackup: Something does not fit.
    """
    if (folder / _DUMP).exists():
        return [check_dump(folder / _DUMP)]
    with closing(sqlite3.connect(folder / REGISTRAR)) as database:
        check_tables(database, METADATA.tables)
        (count,) = database.execute("SELECT count(*) FROM person").fetchone()
    return [f"persons: {count}"]
