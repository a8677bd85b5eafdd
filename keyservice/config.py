"""A trustee's configuration file.

A complete file; only `role`, `name`, `url`, `data_dir` and `api_url` are
required. Paths are relative to the file::

    # "index" or "opening".
    role = "opening"
    # Shown to survivors in the manifest, and where this trustee is reached.
    name = "Example Foundation"
    url = "https://trustee2.example.org"
    # Its database, sealed secrets and lock file.
    data_dir = "/var/lib/alongside-trustee"
    # The database; left out, a SQLite file in data_dir. One for each trustee. Beyond
    # this machine the server must show a certificate for its name.
    # database = "postgresql+asyncpg://trustee@/trustee?host=/run/postgresql"
    # The password, in a file of mode 600; left out, PGPASSFILE and ~/.pgpass are
    # asked. It never stands in the URL.
    # database_password_file = "/etc/alongside-trustee/database.password"
    # Who signed the server's certificate, if not one of the system's authorities.
    # database_ca = "/etc/alongside-trustee/database-ca.pem"
    # The server.
    api_url = "https://alongside.example.org"
    # 32 bytes, mode 600, made by `init`, kept out of data_dir; left out, a
    # passphrase is asked at every start. "credential:NAME" names a credential that
    # systemd hands to the service (LoadCredential).
    # key_file = "/etc/alongside-trustee/trustee.key"

    [listen]
    # Any other address needs a certificate, if no proxy on this machine has one.
    host = "127.0.0.1"
    port = 8201
    # certificate = "/etc/alongside-trustee/tls.pem"
    # certificate_key = "/etc/alongside-trustee/tls.key"

    # Of an index trustee.
    [quota]
    # Evaluations a person and window, padding counted.
    evaluations = 512
    window_days = 30
    # Persons first seen, a registrar and day.
    newcomers_per_day = 1000

    # Of an opening trustee.
    [caps]
    # Evaluations under s, a day.
    index_entries_per_day = 50000

    # How often one network address (of IPv6 a /64; a /48 sixteen times as much) may
    # ask in so many minutes, of each kind of request (here only evaluations).
    # Generous: many people share one at an office, in a shelter, at an exit of Tor.
    # 0: as often as it likes. Addresses are counted in memory, under a key that is
    # thrown away with each window.
    [limits]
    tries = 1200
    minutes = 10
    # How many proxies of your own stand in front, each adding the address that it sees
    # to X-Forwarded-For. 0: nobody is believed about addresses, and requests from this
    # machine itself, such as an unnamed proxy's, are not counted.
    proxies = 0

    # Figures for Prometheus, for this machine only; port 0 shows none.
    [metrics]
    host = "127.0.0.1"
    port = 0
"""

import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from blind_index.errors import AlongsideError
from escrow.messages.deployment import Role
from escrow.operation.config_files import read_table
from escrow.operation.database.address import Database, Postgres, check_url
from escrow.operation.metrics_port import MetricsSection, check_metrics
from escrow.operation.tries import LimitsSection, check_limits

DATABASE: Final = "trustee.sqlite"
_CREDENTIAL: Final = "credential:"
#: Where the key file would be for a command to which systemd hands nothing.
NOTHING_GIVEN: Final = "/run/credentials/not-handed-over"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class UnusableConfig(AlongsideError):
    """A trustee's files cannot be used as they are; the text says which and why."""


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file; unknown keys are refused."""


class Listen(_Section, frozen=True):
    """Where the trustee's own port is."""

    host: str = "127.0.0.1"
    port: int = 8201
    certificate: Path | None = None
    certificate_key: Path | None = None

    @property
    def loopback(self) -> bool:
        """Whether only this machine can connect."""
        return self.host in LOOPBACK


class Quota(_Section, frozen=True):
    """What a verified person may ask of an index trustee."""

    evaluations: int = 512
    window_days: int = 30
    newcomers_per_day: int = 1000


class Caps(_Section, frozen=True):
    """What an opening trustee does in a day at most."""

    index_entries_per_day: int = 50_000


class Config(_Section, frozen=True, kw_only=True):
    """One trustee's configuration; paths are absolute once loaded."""

    role: Role
    name: str
    url: str
    data_dir: Path
    api_url: str
    key_file: Path | None = None
    database_url: str = msgspec.field(default="", name="database")
    database_password_file: Path | None = None
    database_ca: Path | None = None
    listen: Listen = Listen()
    quota: Quota = Quota()
    caps: Caps = Caps()
    metrics: MetricsSection = MetricsSection()
    limits: LimitsSection = LimitsSection()

    @property
    def database(self) -> Database:
        """The SQLite file, or PostgreSQL."""
        if not self.database_url:
            return self.data_dir / DATABASE
        return Postgres(
            self.database_url, self.database_password_file, self.database_ca
        )


def load_config(path: Path) -> Config:
    """Read a trustee's configuration.

    Raises:
        UnusableConfig: Not there, not TOML, an unknown key, or an address that
            would carry requests in the clear.
        InputError: The database's URL names none, or holds a password.
    """
    try:
        table = read_table(path, Config)
        config = msgspec.convert(table, Config, dec_hook=_decode_path)
    except ValueError as error:
        raise UnusableConfig(f"{path}: {error}") from None
    _check(path, config)
    if config.database_url:
        check_url(config.database_url)
    return _absolute(config, path.parent)


def _decode_path(kind: type, value: object) -> Path:
    if kind is not Path or not isinstance(value, str):
        raise NotImplementedError
    return Path(value)


def _check(path: Path, config: Config) -> None:
    api = urlsplit(config.api_url)
    local = api.scheme == "http" and api.hostname in LOOPBACK
    if api.scheme != "https" and not local:
        raise UnusableConfig(f"{path}: api_url must be https:// beyond this machine")
    check_metrics(config.metrics)
    check_limits(config.limits)
    listen = config.listen
    if (listen.certificate is None) != (listen.certificate_key is None):
        raise UnusableConfig(f"{path}: certificate and certificate_key go together")
    if not listen.loopback and listen.certificate is None:
        raise UnusableConfig(
            f"{path}: listening beyond this machine needs a certificate"
        )


def _key_file(named: Path | None, folder: Path) -> Path | None:
    """Where the key file is; one that systemd hands over lies in its own folder.

    A command to which nothing is handed over can still do what needs no key.
    """
    name = str(named or "")
    if named is None or not name.startswith(_CREDENTIAL):
        return None if named is None else (folder / named).absolute()
    given = os.environ.get("CREDENTIALS_DIRECTORY", NOTHING_GIVEN)
    return Path(given) / name.removeprefix(_CREDENTIAL)


def _absolute(config: Config, folder: Path) -> Config:
    def resolve(path: Path | None) -> Path | None:
        return None if path is None else (folder / path).absolute()

    listen = msgspec.structs.replace(
        config.listen,
        certificate=resolve(config.listen.certificate),
        certificate_key=resolve(config.listen.certificate_key),
    )
    return msgspec.structs.replace(
        config,
        data_dir=(folder / config.data_dir).absolute(),
        key_file=_key_file(config.key_file, folder),
        database_password_file=resolve(config.database_password_file),
        database_ca=resolve(config.database_ca),
        listen=listen,
        api_url=config.api_url.rstrip("/"),
    )
