"""How one API server is set up: a TOML file, read into a frozen value.

A complete file, with the defaults where a line may be left out::

    # Where the server listens. Without a certificate only this machine can be
    # served: put a proxy that speaks HTTPS in front, or name a certificate.
    host = "127.0.0.1"
    port = 8700
    # certificate = "/etc/alongside/api.pem"
    # certificate_key = "/etc/alongside/api.key"

    # Where clients find it; goes into the roster. Required, like data_dir.
    origin = "https://example.org"

    # The database and everything else that grows.
    data_dir = "/var/lib/alongside"
    # The database; left out, a SQLite file in data_dir. Several API processes need
    # PostgreSQL. Beyond this machine the server must show a certificate for its
    # name; a Unix socket is named by its folder: "...@/alongside?host=/run/postgresql".
    # database = "postgresql+asyncpg://alongside@db.example.org/alongside"
    # The password, in a file of mode 600; left out, PGPASSFILE and ~/.pgpass are
    # asked. It never stands in the URL.
    # database_password_file = "database.password"
    # Who signed the server's certificate, if not one of the system's authorities.
    # database_ca = "database-ca.pem"
    # The keys; left out, the folder keys in data_dir. Keep them out of copies of
    # data_dir: `backup` never takes them.
    # key_dir = "/etc/alongside/keys"
    # The roster that every trustee confirmed; `alongside api roster` makes it.
    roster = "roster.json"

    # The web client, built; left out, only the interface is served.
    # web_dir = "/usr/share/alongside/web"

    # Notes to survivors: one to whoever asked for it when a group forms, one every
    # three months to whoever keeps a letterbox. Left out, none is sent.
    # [notices]
    # # A neutral name before the sender's address; it says nothing of this service.
    # name = ""
    # # A note leaves at a random moment of so many hours, from the next day on.
    # window_hours = 168.0
    # # After a failure it is tried again, so many minutes later, then twice as long,
    # # up to six hours; and dropped after so many attempts.
    # retry_minutes = 15.0
    # attempts = 24
    # # How often to look whether one is due.
    # poll_seconds = 60.0
    # For how long a note is one process's; longer than a slow mail server takes.
    # lease_seconds = 600
    # # Whether the server itself sends; else `alongside api send-notices` does, as
    # # often as you start it on PostgreSQL, and once on SQLite.
    # in_process = true
    # # How mail leaves; see `api.smtp`. There is no gateway for text messages.
    # [notices.smtp]
    # host = "mail.example.org"
    # port = 587
    # security = "starttls"
    # sender = "notes@example.org"
    # username = "notes"
    # password_file = "/etc/alongside/smtp.password"
    # ca_file = "/etc/alongside/mail-ca.pem"
    # # The selector of the mail server's published DKIM key, for the doctor.
    # dkim_selector = "mail"

    # Figures for Prometheus, for this machine only; port 0 shows none.
    [metrics]
    host = "127.0.0.1"
    port = 0

    # How often one network address (of IPv6 a /64; a /48 sixteen times as much) may
    # ask in so many minutes, of each kind of request (opening pages, filing, looking,
    # verifying).
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

    # A registrar inside this process: for demonstrations, and shown to everybody
    # as a weakness.
    # [registrar]
    # name = "Demonstration registrar"
    # level = "demo"
    # provider = "demo"

    # Registrars of other operators, for `roster`.
    # [[registrars]]
    # name = "Another registrar"
    # url = "https://registrar.example.net"
    # key = "the key that its `init` printed"
    # counting_levels = ["email+phone"]
"""

from pathlib import Path

import msgspec

from api.smtp import SmtpSection, check_smtp, place_smtp
from blind_index.errors import InputError
from escrow.operation.config_files import read_table
from escrow.operation.database.address import (
    Database,
    check_url,
    is_loopback,
    place_database,
)
from escrow.operation.metrics_port import MetricsSection, check_metrics
from escrow.operation.tries import LimitsSection, check_limits


class InlineRegistrar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A registrar that runs inside the API's process."""

    name: str = "Demonstration registrar"
    level: str = "demo"
    provider: str = "demo"


class OtherRegistrar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A registrar run by somebody else; `key` in unpadded base64url."""

    name: str
    url: str
    key: str
    counting_levels: tuple[str, ...]


class NoticesSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How notes leave, and when."""

    smtp: SmtpSection
    name: str = ""
    window_hours: float = 168.0
    retry_minutes: float = 15.0
    attempts: int = 24
    poll_seconds: float = 60.0
    lease_seconds: int = 600
    in_process: bool = True

    @property
    def window(self) -> int:
        """The window in seconds."""
        return int(self.window_hours * 3600)


_A_WEEK = 7 * 24 * 3600
_NUMBERS = (
    "window_hours",
    "retry_minutes",
    "attempts",
    "poll_seconds",
    "lease_seconds",
)


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One API server; every relative path starts at the file's own folder."""

    data_dir: str
    origin: str
    roster: str = "roster.json"
    key_dir: str = ""
    host: str = "127.0.0.1"
    port: int = 8700
    certificate: str = ""
    certificate_key: str = ""
    web_dir: str = ""
    database_url: str = msgspec.field(default="", name="database")
    database_password_file: str = ""
    database_ca: str = ""
    notices: NoticesSection | None = None
    metrics: MetricsSection = MetricsSection()
    limits: LimitsSection = LimitsSection()
    registrar: InlineRegistrar | None = None
    registrars: tuple[OtherRegistrar, ...] = ()

    @property
    def database(self) -> Database:
        """The SQLite file, or PostgreSQL."""
        return place_database(
            self.database_url,
            self.database_password_file,
            self.database_ca,
            Path(self.data_dir) / "api.sqlite3",
        )

    @property
    def keys(self) -> Path:
        """The folder of the key files."""
        return Path(self.key_dir) if self.key_dir else Path(self.data_dir) / "keys"

    @property
    def notice_window(self) -> int:
        """In how many seconds a note leaves at random."""
        return _A_WEEK if self.notices is None else self.notices.window

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)


def read_config(path: Path) -> Config:
    """Read a configuration file.

    Raises:
        InputError: It cannot be read, or says something unknown.
    """
    try:
        config = msgspec.convert(read_table(path, Config), Config)
    except ValueError as error:
        raise InputError("config", str(error)) from None
    check_metrics(config.metrics)
    check_limits(config.limits)
    if config.database_url:
        check_url(config.database_url)
    placed = _placed(config, path.parent)
    if placed.notices is not None:
        check_notices(placed.notices)
    return placed


def check_notices(section: NoticesSection) -> None:
    """Refuse numbers with which no note would leave, or all at once.

    Raises:
        InputError: Naming the setting.
    """
    check_smtp(section.smtp)
    for name in _NUMBERS:
        value = getattr(section, name)
        if value < 0 or (value == 0 and name != "window_hours"):
            raise InputError(f"notices.{name}", "is too small")


def _placed(config: Config, folder: Path) -> Config:
    """The same with paths that do not depend on where the program starts."""

    def place(name: str) -> str:
        return str(folder / name) if name else ""

    notices = config.notices
    if notices is not None:
        smtp = place_smtp(notices.smtp, folder)
        notices = msgspec.structs.replace(notices, smtp=smtp)
    return msgspec.structs.replace(
        config,
        notices=notices,
        data_dir=place(config.data_dir),
        key_dir=place(config.key_dir),
        roster=place(config.roster),
        web_dir=place(config.web_dir),
        database_password_file=place(config.database_password_file),
        database_ca=place(config.database_ca),
        certificate=place(config.certificate),
        certificate_key=place(config.certificate_key),
    )


def check_exposure(config: Config, *, demo: bool) -> None:
    """Refuse to serve others without HTTPS, or with a demonstration's numbers.

    Raises:
        InputError: Naming the setting.
    """
    if config.loopback:
        return
    if not (config.certificate and config.certificate_key):
        raise InputError(
            "host",
            "only this machine may be served without HTTPS",
            "Name a certificate and its key, or listen on 127.0.0.1.",
        )
    if demo:
        raise InputError(
            "roster",
            "a demonstration may be served to this machine only",
            "Make a roster without --demo.",
        )
