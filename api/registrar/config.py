"""How a registrar of its own is set up: a TOML file, read into a frozen value.

A complete file, with the defaults where a line may be left out::

    # Where the registrar listens; without a certificate, for this machine only.
    host = "127.0.0.1"
    port = 8750
    # certificate = "/etc/registrar/tls.pem"
    # certificate_key = "/etc/registrar/tls.key"

    # The database of dedupe tags; required, like api_url.
    data_dir = "/var/lib/alongside-registrar"
    # The keys; left out, the folder keys in data_dir.
    # key_dir = "/etc/alongside-registrar/keys"

    # The database, if not a SQLite file in data_dir; as in the API's file.
    # database = "postgresql+asyncpg://registrar@db.example.net/registrar"
    # database_password_file = "database.password"
    # database_ca = "database-ca.pem"

    # The deployment: where its manifest is, and which one it must be.
    api_url = "https://example.org"
    # manifest_digest = "hex digits, once the manifest is published"
    # The web client's site, if it is not the API's.
    # origin = "https://www.example.org"

    # Where browsers find this registrar; needed for OpenID providers.
    # url = "https://registrar.example.net"

    # Hours for which somebody who began a check may come back to it, up to a week.
    # Codes end sooner (see below); what was verified is kept for an hour at most.
    check_hours = 72

    # Figures for Prometheus, for this machine only; port 0 shows none.
    [metrics]
    host = "127.0.0.1"
    port = 0

    # How often one network address (of IPv6 a /64; a /48 sixteen times as much) may
    # ask in so many minutes, of each kind of request (here only being verified).
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

    # How mail leaves, for providers that send codes.
    [smtp]
    host = "mail.example.org"
    # 587 with STARTTLS, 465 with TLS from the first byte.
    port = 587
    # "starttls", "tls", or "none": the last for this machine only.
    security = "starttls"
    sender = "desk@example.org"
    # Left out, nobody logs in; the password stands in a file of mode 600.
    # username = "desk"
    # password_file = "/etc/alongside-registrar/smtp.password"
    # Authorities to trust instead of the system's.
    # ca_file = "/etc/alongside-registrar/mail-ca.pem"
    # The selector of the mail server's published DKIM key, for the doctor.
    # dkim_selector = "mail"

    # How persons are verified; the first is the one that the pages offer first.
    # Left out altogether, everybody is believed: demonstrations only.

    # A code by mail and one by text message; the name is not checked.
    [[providers]]
    kind = "codes"
    name = "codes"
    # What the credentials say of how well a person was verified.
    level = "email+phone"
    # Minutes for which a code is good.
    minutes = 15
    # Messages to everybody together in an hour; to one address never more than 3 in
    # an hour and 6 in a day.
    per_hour = 600
    # Phones of these countries only (calling codes); left out, of all.
    # calling_codes = [34, 48]
    # How texts leave; left out, only the mailbox is checked. As mail to a gateway:
    [providers.phone]
    kind = "mail"
    domain = "sms.example.net"

    # The same with a gateway over HTTP. Requests are signed with the key in key_file
    # (mode 600), and so are its reports unless report_key is given.
    # [[providers]]
    # kind = "codes"
    # name = "codes-by-gateway"
    # [providers.phone]
    # kind = "http"
    # url = "https://gateway.example.net/messages"
    # erase_url = "https://gateway.example.net/erasures"
    # key_file = "gateway.key"
    # report_key = "an Ed25519 key in base64url"

    # An OpenID provider: she signs in there, and its verified claims count.
    # [[providers]]
    # kind = "openid"
    # name = "bank"
    # level = "openid"
    # title = "Example Bank"
    # issuer = "https://login.example.com"
    # client_id = "the name that the provider gave this registrar"
    # client_secret_file = "bank.secret"
    # "client_secret_basic", "client_secret_post", or "none" without a secret.
    # auth_method = "client_secret_basic"
    # What must be verified: email, phone, or both.
    # require = ["email"]
    # scopes = ["openid", "profile", "email"]
    # If the name must be assured under one of these frameworks (verified_claims).
    # trust_frameworks = ["eidas"]
    # Hosts of endpoints beside the issuer's own; no other is ever asked.
    # hosts = ["tokens.example.com"]

    # Vouchers of people who check others face to face; `alongside referee init` makes
    # their keys, and each may make so many vouchers in a year.
    # [[providers]]
    # kind = "voucher"
    # name = "voucher"
    # level = "referee"
    # [[providers.referees]]
    # name = "Shelter North"
    # key = "the key that her `init` printed"
    # per_year = 100

    # Nobody is checked: demonstrations only.
    # [[providers]]
    # kind = "demo"
    # name = "demo"
    # level = "demo"
"""

import re
from pathlib import Path
from typing import Final

import msgspec

from api.registrar.provider_config import (
    CodesSection,
    DemoSection,
    OpenIdSection,
    ProviderSection,
    check_https,
    check_section,
    place_section,
)
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

_MOST_HOURS: Final = 7 * 24
# A name stands in addresses.
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")


class RegistrarConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One registrar; every relative path starts at the file's own folder."""

    data_dir: str
    api_url: str
    key_dir: str = ""
    host: str = "127.0.0.1"
    port: int = 8750
    certificate: str = ""
    certificate_key: str = ""
    database_url: str = msgspec.field(default="", name="database")
    database_password_file: str = ""
    database_ca: str = ""
    manifest_digest: str = ""
    origin: str = ""
    url: str = ""
    check_hours: float = 72
    metrics: MetricsSection = MetricsSection()
    limits: LimitsSection = LimitsSection()
    smtp: SmtpSection | None = None
    providers: tuple[ProviderSection, ...] = (DemoSection(),)

    @property
    def database(self) -> Database:
        """The SQLite file, or PostgreSQL."""
        return place_database(
            self.database_url,
            self.database_password_file,
            self.database_ca,
            Path(self.data_dir) / "registrar.sqlite3",
        )

    @property
    def address(self) -> str:
        """Where browsers find this registrar; without a slash at its end."""
        return self.url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def keys(self) -> Path:
        """The folder of the key files."""
        return Path(self.key_dir) if self.key_dir else Path(self.data_dir) / "keys"


def read_registrar_config(path: Path) -> RegistrarConfig:
    """Read a configuration file.

    Raises:
        InputError: It cannot be read, says something unknown, or would carry
            identities in the clear.
    """
    try:
        config = msgspec.convert(read_table(path, RegistrarConfig), RegistrarConfig)
    except ValueError as error:
        raise InputError("config", str(error)) from None
    placed = _placed(config, path.parent)
    _check(placed)
    return placed


def _check(config: RegistrarConfig) -> None:
    if config.database_url:
        check_url(config.database_url)
    if not is_loopback(config.host) and not (
        config.certificate and config.certificate_key
    ):
        raise InputError("host", "only this machine may be served without HTTPS")
    try:
        bytes.fromhex(config.manifest_digest)
    except ValueError:
        raise InputError("manifest_digest", "is not hexadecimal") from None
    check_https("api_url", config.api_url)
    if not 0 < config.check_hours <= _MOST_HOURS:
        raise InputError("check_hours", f"must be above 0 and at most {_MOST_HOURS}")
    check_metrics(config.metrics)
    check_limits(config.limits)
    if config.url:
        check_https("url", config.url)
    if config.smtp is not None:
        check_smtp(config.smtp)
    _check_providers(config)


def _check_providers(config: RegistrarConfig) -> None:
    names = [section.name for section in config.providers]
    if not names or len(set(names)) < len(names):
        raise InputError("providers", "need at least one, each with its own name")
    if any(_NAME.fullmatch(name) is None for name in names):
        raise InputError("providers.name", "takes small letters, digits and hyphens")
    for section in config.providers:
        check_section(section)
        if isinstance(section, CodesSection) and config.smtp is None:
            raise InputError("smtp", "is needed to send codes")
        if isinstance(section, OpenIdSection) and not (
            config.url or is_loopback(config.host)
        ):
            raise InputError("url", "is needed for an OpenID provider")


def _placed(config: RegistrarConfig, folder: Path) -> RegistrarConfig:
    """The same with paths that do not depend on where the program starts."""

    def place(name: str) -> str:
        return str(folder / name) if name else ""

    return msgspec.structs.replace(
        config,
        data_dir=place(config.data_dir),
        key_dir=place(config.key_dir),
        database_password_file=place(config.database_password_file),
        database_ca=place(config.database_ca),
        certificate=place(config.certificate),
        certificate_key=place(config.certificate_key),
        smtp=None if config.smtp is None else place_smtp(config.smtp, folder),
        providers=tuple(place_section(one, folder) for one in config.providers),
    )
