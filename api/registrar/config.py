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

    # What the signed credentials say about how well a person was verified.
    level = "demo"
    provider = "demo"
"""

from pathlib import Path

import msgspec

from blind_index.errors import InputError
from escrow.operation.config_files import read_table
from escrow.operation.database.address import (
    Database,
    check_url,
    is_loopback,
    place_database,
)


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
    level: str = "demo"
    provider: str = "demo"

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
    _check(config)
    return _placed(config, path.parent)


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
    host = config.api_url.removeprefix("http://").split("/")[0].rsplit(":", 1)[0]
    if not config.api_url.startswith("https://") and not is_loopback(host):
        raise InputError("api_url", "must be https:// beyond this machine")


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
    )
