"""A dump's rows in a SQLite file: looked into where no PostgreSQL server runs."""

import asyncio
import os
import re
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final

from sqlalchemy import Boolean, Integer, LargeBinary, Table

from escrow.operation.backup_file import UnusableBackup
from escrow.operation.database.dump import find_program
from escrow.operation.database.engines import bring_up_to_date
from escrow.operation.database.migrate import Schema

_NONE: Final = "\\N"
_END: Final = "\\."
_OTHER_VERSION: Final = "the dump is of another version of this program"
#: What `COPY` writes for characters that it must not write.
_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPED: Final = MappingProxyType(
    {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
)
Read = Callable[[str], object]


def dump_into_sqlite(source: Path, schema: Schema, target: Path) -> None:
    """Write every row of a dump into a new SQLite file with the same tables.

    Args:
        source: Written by `dump`.
        schema: Whose tables they are.
        target: Not there yet.

    Raises:
        UnusableBackup: The dump is damaged, or of another version.
    """
    asyncio.run(bring_up_to_date(target, schema))
    words = (find_program("pg_restore"), "--data-only", "--file=-", str(source))
    with (
        closing(sqlite3.connect(target)) as database,
        subprocess.Popen(  # noqa: S603 - the program was looked up by name
            words,
            env=dict(os.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        ) as program,
    ):
        if program.stdout is not None:
            _copy(program.stdout, schema, database)
        if program.wait():
            raise UnusableBackup(f"{source.name}: pg_restore cannot read it")
        found = database.execute(f"SELECT * FROM {schema.version_table}").fetchall()  # noqa: S608 - fixed
        if found != [(schema.head,)]:
            raise UnusableBackup(_OTHER_VERSION)
        database.commit()


def _copy(lines: IO[str], schema: Schema, database: sqlite3.Connection) -> None:
    """Take in each `COPY` of the script that `pg_restore` writes."""
    database.execute(f"DELETE FROM {schema.version_table}")  # noqa: S608 - fixed
    for line in lines:
        if line.startswith("COPY "):
            name, _, rest = line.removeprefix("COPY ").partition(" (")
            columns = rest.partition(")")[0].split(", ")
            rows = takewhile(lambda row: row.rstrip("\n") != _END, lines)
            _insert(database, schema, (name.rpartition(".")[2], columns), rows)


def _insert(
    database: sqlite3.Connection,
    schema: Schema,
    place: tuple[str, list[str]],
    rows: Iterator[str],
) -> None:
    name, columns = place[0].strip('"'), [column.strip('"') for column in place[1]]
    readers = _readers(schema, name, columns)
    quoted = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{name}" ({quoted}) VALUES ({marks})'  # noqa: S608 - checked against the tables
    database.executemany(statement, (_values(row, readers) for row in rows))


def _readers(schema: Schema, name: str, columns: list[str]) -> list[Read]:
    """What makes a value of each column's text.

    Raises:
        UnusableBackup: There is no such table or column.
    """
    if name == schema.version_table:
        return [_text] * len(columns)
    table = schema.metadata.tables.get(name)
    if table is None or not set(columns) <= set(table.columns.keys()):
        raise UnusableBackup(_OTHER_VERSION)
    return [_reader(table, column) for column in columns]


def _reader(table: Table, column: str) -> Read:
    kind = table.columns[column].type
    if isinstance(kind, LargeBinary):
        return lambda text: bytes.fromhex(text.removeprefix("\\\\x"))
    if isinstance(kind, Boolean):
        return lambda text: text == "t"
    return int if isinstance(kind, Integer) else _text


def _values(row: str, readers: list[Read]) -> list[object]:
    texts = row.rstrip("\n").split("\t")
    return [
        None if text == _NONE else read(text)
        for read, text in zip(readers, texts, strict=True)
    ]


def _text(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)
