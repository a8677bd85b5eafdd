"""A consistent copy of a SQLite database that is in use."""

import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path
from typing import Final

from escrow.operation.backup_file import UnusableBackup

#: Told how many pages of how many are done.
Progress = Callable[[int, int], None]
_PAGES: Final = 4096


def snapshot(source: Path, target: Path, progress: Progress) -> None:
    """Copy a database as it is at one moment; writers go on meanwhile.

    A read transaction is held, so the copy is that moment's however long it
    takes. The copy is one file, without a log beside it.

    Raises:
        UnusableBackup: The database cannot be read, or is damaged.
    """

    def advance(_status: int, left: int, total: int) -> None:
        progress(total - left, total)

    target.touch(mode=0o600, exist_ok=False)
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as database,
            closing(sqlite3.connect(target)) as copy,
        ):
            database.isolation_level = None
            database.execute("BEGIN")
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            database.backup(copy, pages=_PAGES, progress=advance)
            copy.execute("PRAGMA journal_mode=DELETE")
            check_integrity(copy)
    except sqlite3.Error as error:
        name = type(error).__name__
        raise UnusableBackup(f"{source}: cannot be copied: {name}") from None


def check_integrity(database: sqlite3.Connection) -> None:
    """Walk every page and index.

    Raises:
        UnusableBackup: Something does not fit.
    """
    try:
        found = database.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error:
        found = ("damaged",)
    if found != ("ok",):
        raise UnusableBackup("the database is damaged: restore an earlier backup")


def check_tables(database: sqlite3.Connection, expected: Collection[str]) -> None:
    """Walk a database, and refuse one that lacks a table.

    Raises:
        UnusableBackup: Damaged, or of another version.
    """
    check_integrity(database)
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    if missing := set(expected) - {name for (name,) in rows}:
        names = ", ".join(sorted(missing))
        raise UnusableBackup(f"of another version: tables are missing: {names}")
