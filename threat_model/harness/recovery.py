"""What a database says after its process or its power was cut off, at any call.

A database must say what it said after some whole transaction, none earlier than the
last of which somebody was told.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from threat_model.harness.contents import MARK, digest
from threat_model.harness.disk import Disk
from threat_model.harness.trace import Call

Files = dict[str, bytes]
EMPTY = digest(lambda _: [])


@dataclass
class Told:
    """What one database said after each transaction, and what was told of it."""

    states: list[str] = field(default_factory=lambda: [EMPTY])
    kept: int = 0
    said: int = 0

    def hear(self, word: str, rest: list[str]) -> bool:
        """Take in a line of `recorded`; whether somebody was told something."""
        match word:
            case "state":
                self.states += rest
            case "kept":
                self.kept = len(self.states) - 1
            case "said":
                self.said = self.kept
        return word == "said"

    def judge(self, found: str | None) -> str:
        """What is wrong with a database; nothing if nothing is."""
        if found is None:
            return "damaged"
        if found in self.states[self.said :]:
            return ""
        return "lost" if found in self.states else "half there"


@dataclass(frozen=True)
class Cut:
    """A moment between two calls: a database, what was told of it, the disk."""

    database: str
    told: Told
    disk: Disk


def moments(calls: Iterator[Call], word: str) -> Iterator[Cut]:
    """Every moment at which a disk or what was told has just changed.

    Args:
        calls: What a process of `recorded` did.
        word: Stands in the name of every file of its databases.
    """
    disk = Disk(word)
    told: dict[str, Told] = defaultdict(Told)
    for call in calls:
        if call.name == "write" and call.data.startswith(MARK):
            said, database, *rest = call.data.removeprefix(MARK).decode().split()
            if told[database].hear(said, rest):
                yield Cut(database, told[database], disk)
        elif call.name != "write" and disk.follow(call):
            for database in _of(call, told):
                yield Cut(database, told[database], disk)


def _of(call: Call, told: dict[str, Told]) -> list[str]:
    """The database whose file a call touched; all of a folder's, if that."""
    name = call.path.removesuffix("-wal").removesuffix("-journal")
    return [name] if name in told else [d for d in told if Path(d).parent == Path(name)]


def found(files: Files, database: str, folder: Path) -> str | None:
    """The digest of a database from these files; None if it is damaged."""
    for old in folder.iterdir():
        old.unlink()
    for path, data in files.items():
        if path.startswith(database):
            (folder / Path(path).name).write_bytes(data)
    with closing(sqlite3.connect(folder / Path(database).name)) as opened:
        try:
            opened.execute("PRAGMA synchronous=OFF")
            if opened.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return None
            return digest(opened.execute)
        except sqlite3.DatabaseError:
            return None
