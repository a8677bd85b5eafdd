"""A consistent copy of a PostgreSQL database, by PostgreSQL's own programs."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from escrow.operation.backup_file import UnusableBackup
from escrow.operation.database.address import Database, Postgres
from escrow.operation.database.look import look
from escrow.operation.database.outages import StoreAway
from escrow.operation.private_files import wipe

_SECONDS: Final = 6 * 3600
_TABLES: Final = (
    "SELECT count(*) FROM information_schema.tables "
    "WHERE table_schema = current_schema()"
)


def dump(place: Postgres, target: Path) -> None:
    """Write what `pg_restore` reads; others go on meanwhile.

    Raises:
        UnusableBackup: The program is missing, or the database cannot be read.
    """
    target.touch(mode=0o600, exist_ok=False)
    words = ("--format=custom", "--no-owner", "--load-via-partition-root")
    where = (f"--dbname={_url(place)}", f"--file={target}")
    _run("pg_dump", (*words, *where), _environment(place))


def load(place: Database, source: Path) -> None:
    """Have `pg_restore` fill an empty database, wholly or not at all.

    The dump goes: it holds what may have to be erased from the database a moment
    later.

    Raises:
        UnusableBackup: The database is none of PostgreSQL's, cannot be reached or is
            not empty; or the dump does not fit.
    """
    if not isinstance(place, Postgres):
        raise UnusableBackup(
            "the backup is of PostgreSQL: name an empty database in the configuration"
        )
    try:
        ((tables,),) = look(place, _TABLES)
    except StoreAway as away:
        raise UnusableBackup(f"the database cannot be reached: {away}") from None
    if tables:
        raise UnusableBackup(
            "the database is not empty: make another one, and name it in the "
            "configuration"
        )
    words = ("--no-owner", "--no-privileges", "--single-transaction")
    where = ("--exit-on-error", f"--dbname={_url(place)}", str(source))
    _run("pg_restore", (*words, *where), _environment(place))
    wipe(source)


def check_file_wanted(place: Database) -> None:
    """Refuse to put a SQLite file where PostgreSQL is configured.

    Raises:
        UnusableBackup: The program would not look at the file.
    """
    if isinstance(place, Postgres):
        raise UnusableBackup(
            "the backup is of a SQLite file: take `database` out of the configuration"
        )


def check_dump(path: Path) -> str:
    """Have `pg_restore` read a dump; a line about what it holds.

    Raises:
        UnusableBackup: It is none, or damaged.
    """
    listed = _run("pg_restore", ("--list", str(path)), dict(os.environ))
    tables = sum(" TABLE DATA " in line for line in listed.splitlines())
    if not tables:
        raise UnusableBackup(f"{path.name}: holds no tables")
    return f"{path.name}: a dump of {tables} tables"


def _url(place: Postgres) -> str:
    return urlsplit(place.url)._replace(scheme="postgresql").geturl()


def _environment(place: Postgres) -> dict[str, str]:
    """The password and the wish for a certificate; both stay out of arguments."""
    environment = dict(os.environ)
    if place.password_file is not None:
        environment["PGPASSWORD"] = place.password_file.read_text("utf-8").strip()
    if not place.local:
        environment["PGSSLMODE"] = "verify-full"
        environment["PGSSLROOTCERT"] = str(place.ca) if place.ca else "system"
    return environment


def find_program(name: str) -> str:
    """Where one of PostgreSQL's own programs is.

    Raises:
        UnusableBackup: It is not installed.
    """
    found = shutil.which(name)
    if found is None:
        raise UnusableBackup(f"{name} is missing: install PostgreSQL's client")
    return found


def _run(program: str, words: tuple[str, ...], environment: dict[str, str]) -> str:
    try:
        ended = subprocess.run(  # noqa: S603 - the program was looked up by name
            (find_program(program), *words),
            env=environment,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnusableBackup(f"{program} did not end") from None
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or [""])[-1]
        raise UnusableBackup(f"{program}: {last}")
    return ended.stdout
