"""What a database says, whatever its files look like: one digest of every row."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

#: Before each line that a recorded process says.
MARK = b"alongside: "
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"


def digest(ask: Callable[[str], Iterable[Any]]) -> str:
    """A digest of every row of every table of a SQLite database.

    Args:
        ask: Runs a statement, gives its rows.
    """
    hashed = hashlib.sha256()
    for (name,) in list(ask(_TABLES)):
        rows = sorted(repr(tuple(row)) for row in ask(f'SELECT * FROM "{name}"'))  # noqa: S608
        hashed.update(repr((name, rows)).encode())
    return hashed.hexdigest()
