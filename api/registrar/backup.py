"""What belongs into a registrar's backup, and what a good one shows."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from api.registrar.tables import METADATA, SCHEMA
from escrow.operation.backup import Holdings
from escrow.operation.database.address import Database, Postgres
from escrow.operation.database.dump import check_dump, check_file_wanted, load
from escrow.operation.database.dump_rows import dump_into_sqlite
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
    lines = []
    if (folder / _DUMP).exists():
        lines.append(check_dump(folder / _DUMP))
        dump_into_sqlite(folder / _DUMP, SCHEMA, folder / REGISTRAR)
    with closing(sqlite3.connect(folder / REGISTRAR)) as database:
        check_tables(database, METADATA.tables)
        (count,) = database.execute("SELECT count(*) FROM person").fetchone()
    return [*lines, f"persons: {count}"]


def put_back(database: Database, folder: Path) -> None:
    """Put a dump into the configured database; a file stays where it was unpacked.

    Raises:
        UnusableBackup: The database is not empty, or not of the backup's kind.
    """
    if (folder / _DUMP).exists():
        load(database, folder / _DUMP)
    else:
        check_file_wanted(database)
