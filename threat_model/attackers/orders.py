"""The orders in which rows may have come, from a stolen SQLite file and its log alone.

    python -m threat_model.attackers.orders FOLDER

Prints, for each kind of row, every order that some oracle gives: its rows' names in
hex, first to last.
"""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

_PIECE_BYTES = 32
# A row's beginning stands in its page, the rest of a long one in pages of its own.
_PLACES = {"beginning": 200, "inside": 4000}
_WAL_HEADER, _FRAME_HEADER = 32, 24

# By kind of row: who it is about, and the bytes by which its place is found. What
# the rows themselves say belongs together is one kind: a spent token names its report.
_VIEWS = {
    "grants": {
        "grant": "SELECT pseudonym, pseudonym FROM token_grant",
        "request": "SELECT pseudonym, request FROM token_grant",
    },
    "reports": {
        "report": "SELECT report_key, report_key FROM report",
        "digest": "SELECT report_key, header_digest FROM report",
        "header": "SELECT report_key, header FROM report",
        "contact": "SELECT report_key, contact FROM report",
        "lock": "SELECT report_key, lock FROM report",
        "names of its tag rows": "SELECT report_key, tag_rows FROM report",
        "receipt": "SELECT report_key, body FROM receipt WHERE trustee = 1",
        "answer": "SELECT report_key, sealed FROM answer WHERE trustee = 1",
        "spent token": "SELECT report_key, s.name FROM spent_token s "
        "JOIN report USING (header_digest)",
    },
    "vaults": {
        "vault": "SELECT vault_id, vault_id FROM vault",
        "contents": "SELECT vault_id, ciphertext FROM vault",
    },
    "letterboxes": {
        "letterbox": "SELECT letterbox_key, letterbox_key FROM letterbox",
        "address": "SELECT letterbox_key, sealed FROM letterbox",
    },
    "tag rows": {
        "row": "SELECT name, sealed FROM tag_row",
        "name": "SELECT name, name FROM tag_row",
    },
}
_SORTED = {
    "grants": ("token_grant", "pseudonym", ("rowid", "request", "day")),
    "reports": ("report", "report_key", ("rowid", "header_digest", "day")),
    "vaults": ("vault", "vault_id", ("rowid", "counter")),
    "letterboxes": ("letterbox", "letterbox_key", ("rowid", "counter")),
    "tag rows": ("tag_row", "name", ("rowid", "bucket", "name")),
}

Orders = dict[str, list[str]]
Oracle = Callable[[bytes], float]


def _oracles(folder: Path) -> dict[str, Oracle]:
    """Each tells of some bytes how early they came; infinity where it cannot."""
    data = (folder / "api.sqlite3").read_bytes()
    log = folder / "api.sqlite3-wal"
    frames = log.read_bytes() if log.exists() else b""
    page = int.from_bytes(data[16:18]) or 65536

    # A file is long, and every oracle asks for the same pieces.
    first, logged = cache(data.find), cache(frames.find)

    def place(where: bytes, found: int) -> float:
        return found if found >= 0 else len(where) * page

    def down_the_page(piece: bytes) -> float:
        found = first(piece)
        return place(data, (found // page + 1) * page - found % page)

    def in_the_log(piece: bytes) -> float:
        found = logged(piece)
        if found < 0:
            return float("inf")
        frame, rest = divmod(found - _WAL_HEADER, page + _FRAME_HEADER)
        return (frame + 1) * page - rest

    return {
        "offset": lambda piece: place(data, first(piece)),
        "last offset": lambda piece: place(data, data.rfind(piece)),
        "page": lambda piece: place(data, first(piece)) // page,
        "page, then down": down_the_page,
        "down alone": lambda piece: -(first(piece) % page),
        "log": in_the_log,
        "last in log": lambda piece: place(frames, frames.rfind(piece)),
    }


def _piece(body: bytes, first: int) -> bytes:
    """Some bytes of a value, or all of a short one."""
    return body[first : first + _PIECE_BYTES] or body


def _sorted_by(kind: str) -> Iterator[tuple[str, str]]:
    """Orders that the database itself gives: as stored, by its columns."""
    table, key, columns = _SORTED[kind]
    yield "as stored", f"SELECT {key} FROM {table}"  # noqa: S608
    for column in columns:
        yield column, f"SELECT {key} FROM {table} ORDER BY {column}"  # noqa: S608


def orders(folder: Path) -> dict[str, Orders]:
    """Every order of every kind of row.

    Args:
        folder: Holds `api.sqlite3`, and its log if it has one.
    """
    # Before the database is opened: that may empty the log.
    oracles = _oracles(folder)
    found: dict[str, Orders] = {kind: {} for kind in _VIEWS}
    with closing(sqlite3.connect(folder / "api.sqlite3")) as database:
        for kind, views in _VIEWS.items():
            for view, query in views.items():
                rows = dict(database.execute(query).fetchall())
                for where, first in _PLACES.items():
                    pieces = {key: _piece(body, first) for key, body in rows.items()}
                    for name, oracle in oracles.items():
                        keyed = sorted((oracle(p), k) for k, p in pieces.items())
                        listed = [key.hex() for _, key in keyed]
                        found[kind][f"{view}, {where}: {name}"] = listed
            for name, query in _sorted_by(kind):
                # A table without row numbers has no such column.
                with suppress(sqlite3.OperationalError):
                    listed = [row[0] for row in database.execute(query)]
                    found[kind][name] = [key.hex() for key in listed]
    return found


if __name__ == "__main__":
    print(json.dumps(orders(Path(sys.argv[1]))))
