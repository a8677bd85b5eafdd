"""Where a database is: a SQLite file, or PostgreSQL by URL. Nothing is opened here."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from blind_index.errors import InputError

_SCHEMES: Final = ("postgresql", "postgresql+asyncpg")
_OPTIONS: Final = frozenset({"host", "port"})
_EXAMPLE: Final = 'For example "postgresql+asyncpg://alongside@localhost/alongside".'


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL database: where it is, as whom, and how it is known again.

    `url` was accepted by `check_url`.
    """

    url: str
    password_file: Path | None = None
    ca: Path | None = None

    @property
    def local(self) -> bool:
        """Whether it is reached without leaving this machine."""
        host = host_of(urlsplit(self.url))
        return host.startswith("/") or is_loopback(host)


Database = Path | Postgres


def is_loopback(host: str) -> bool:
    """Whether a host is this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def host_of(url: SplitResult) -> str:
    """The host of a URL, or the folder of a Unix socket; empty if it names none."""
    asked = parse_qs(url.query).get("host", [])
    return asked[0] if asked else url.hostname or ""


def check_url(url: str) -> None:
    """Refuse a URL that names no database, or holds what does not belong there.

    Raises:
        InputError: In words that repeat nothing of it.
    """
    try:
        parts = urlsplit(url)
        hosts = parse_qs(parts.query, strict_parsing=bool(parts.query))
        unnamed = not host_of(parts) or not parts.path.strip("/")
        password = parts.password
    except ValueError:
        raise InputError("database", "is not a URL", _EXAMPLE) from None
    if parts.scheme not in _SCHEMES:
        raise InputError("database", "is not a postgresql+asyncpg URL", _EXAMPLE)
    if password is not None:
        raise InputError(
            "database",
            "must not hold the password",
            "Put it into a file of mode 600 and name that in database_password_file.",
        )
    if set(hosts) - _OPTIONS or any(len(found) != 1 for found in hosts.values()):
        raise InputError("database", "takes no options but one host and one port")
    if unnamed:
        raise InputError("database", "names no host or no database", _EXAMPLE)


def place_database(url: str, password_file: str, ca: str, file: Path) -> Database:
    """The database of a configuration.

    Args:
        url: Checked; empty for the SQLite file.
        password_file: A path; empty for none.
        ca: A path; empty for the system's authorities.
        file: The SQLite file.
    """
    if not url:
        return file
    return Postgres(
        url, Path(password_file) if password_file else None, Path(ca) if ca else None
    )
