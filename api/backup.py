"""What belongs into the server's backup, and what a good one shows."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from api.config import Config
from api.handlers.recovery import RESTORED_MARK, mark_restored
from api.key_files import read_keys
from api.registrar.backup import LACKS, REGISTRAR, look_into_registrar
from api.sql_store.schema import SCHEMA
from api.sql_store.store import open_store
from api.sql_store.tables import METADATA
from blind_index.errors import ProtocolError
from escrow.manifest import open_manifest
from escrow.messages.codec import decode
from escrow.messages.deployment import SignedManifest
from escrow.operation.archive import Manifest
from escrow.operation.backup import Holdings
from escrow.operation.backup_file import UnusableBackup
from escrow.operation.database.address import Database, Postgres
from escrow.operation.database.dump import check_dump, check_file_wanted, load
from escrow.operation.database.dump_rows import dump_into_sqlite
from escrow.operation.snapshot import check_tables
from escrow.server.tag_index import open_row

KIND: Final = "api"
_DATABASE: Final = "api.sqlite3"
_DUMP: Final = "api.pgdump"
_ROSTER: Final = "roster.json"
_SAMPLE: Final = 50


def holdings(config: Config) -> Holdings:
    """The server's database and roster; with a registrar inside, its database."""
    folder = Path(config.data_dir)
    place = config.database
    name = _DUMP if isinstance(place, Postgres) else _DATABASE
    databases: dict[str, Database] = {name: place}
    if config.registrar is not None:
        databases[REGISTRAR] = folder / REGISTRAR
    return Holdings(
        kind=KIND,
        folder=folder,
        databases=databases,
        files={_ROSTER: Path(config.roster)},
        notes=(),
        lacks=LACKS,
    )


def look_into(config: Config, folder: Path, _manifest: Manifest) -> Sequence[str]:
    """Walk an unpacked backup's database, and open a sample with the key files.

    Raises:
        UnusableBackup: Something does not fit, or another server's keys.
        InputError: A key file is missing.
    """
    keys = read_keys(config.keys)
    inline = folder / REGISTRAR
    more = look_into_registrar(folder) if inline.exists() else []
    if (folder / _DUMP).exists():
        more.append(check_dump(folder / _DUMP))
        dump_into_sqlite(folder / _DUMP, SCHEMA, folder / _DATABASE)
    with closing(sqlite3.connect(folder / _DATABASE)) as database:
        check_tables(database, METADATA.tables)
        lines = [_deployment(database)]
        rows = database.execute("SELECT sealed FROM tag_row LIMIT ?", (_SAMPLE,))
        sample = [row[0] for row in rows]
        for sealed in sample:
            try:
                open_row(keys.tag_keys, sealed)
            except ProtocolError:
                raise UnusableBackup("store.key does not open this backup") from None
        lines.append(f"{len(sample)} stored tags opened with store.key")
        for name, where in (("reports", "report"), ("withdrawals", "withdrawal")):
            (count,) = database.execute(f"SELECT count(*) FROM {where}").fetchone()  # noqa: S608 - fixed names
            lines.append(f"{name}: {count}")
    return [*lines, *more]


def _deployment(database: sqlite3.Connection) -> str:
    row = database.execute("SELECT body FROM manifest").fetchone()
    if row is None:
        return "manifest: none yet"
    found = open_manifest(decode(row[0], SignedManifest))
    return f"manifest: {found.digest.hex()}"


def declare(config: Config, folder: Path) -> None:
    """Mark an unpacked backup: the server catches up before it serves anybody (§T8).

    A dump goes into the configured database. Should that be cut off in the middle,
    the file beside it makes the server mark the database when it starts.

    Raises:
        UnusableBackup: The database is not empty, or not of the backup's kind.
    """
    if (folder / _DUMP).exists():
        (folder / RESTORED_MARK).touch(mode=0o600)
        load(config.database, folder / _DUMP)
        declare_database(config.database)
        (folder / RESTORED_MARK).unlink()
    else:
        check_file_wanted(config.database)
        declare_database(folder / _DATABASE)


def declare_database(place: Database) -> None:
    """Mark a database that came from a copy."""

    async def mark() -> None:
        store = await open_store(place)
        try:
            await mark_restored(store)
        finally:
            await store.close()

    asyncio.run(mark())
