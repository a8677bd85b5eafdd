"""A consistent copy of a PostgreSQL database, by PostgreSQL's own programs."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from escrow.operation.backup_file import UnusableBackup
from escrow.operation.database.address import Postgres

_SECONDS: Final = 6 * 3600


def dump(place: Postgres, target: Path) -> None:
    """Write what `pg_restore` reads; others go on meanwhile.

    Raises:
        UnusableBackup: The program is missing, or the database cannot be read.
    """
    url = urlsplit(place.url)._replace(scheme="postgresql").geturl()
    target.touch(mode=0o600, exist_ok=False)
    words = ("--format=custom", "--no-owner", f"--dbname={url}", f"--file={target}")
    _run("pg_dump", words, _environment(place))


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


def _environment(place: Postgres) -> dict[str, str]:
    """The password and the wish for a certificate; both stay out of arguments."""
    environment = dict(os.environ)
    if place.password_file is not None:
        environment["PGPASSWORD"] = place.password_file.read_text("utf-8").strip()
    if not place.local:
        environment["PGSSLMODE"] = "verify-full"
        environment["PGSSLROOTCERT"] = str(place.ca) if place.ca else "system"
    return environment


def _run(program: str, words: tuple[str, ...], environment: dict[str, str]) -> str:
    found = shutil.which(program)
    if found is None:
        raise UnusableBackup(f"{program} is missing: install PostgreSQL's client")
    try:
        ended = subprocess.run(  # noqa: S603 - the program was looked up by name
            (found, *words),
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
