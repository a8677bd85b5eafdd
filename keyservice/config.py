"""A trustee's configuration file.

A commented example; only `role`, `name`, `url`, `data_dir` and `api_url` are
required. Paths are relative to the file::

    role = "opening"                # or "index"
    name = "Example Foundation"     # shown to survivors in the manifest
    url = "https://trustee2.example.org"    # where this trustee is reached
    data_dir = "opening-2"          # its database, sealed secrets and lock file
    api_url = "https://alongside.example.org"
    key_file = "opening-2.key"      # 32 bytes, mode 0600, made by `init`;
                                    # without it a passphrase is asked at start

    [listen]
    host = "127.0.0.1"              # any other address needs a certificate
    port = 8202
    certificate = "tls.pem"         # TLS, if no proxy on this machine does it
    certificate_key = "tls.key"

    [quota]                         # of an index trustee
    evaluations = 512               # a person and window, padding counted
    window_days = 30
    newcomers_per_day = 1000        # persons first seen, a registrar and day

    [caps]                          # of an opening trustee
    index_entries_per_day = 50000   # evaluations under s

"""

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from blind_index.errors import AlongsideError
from escrow.messages.deployment import Role

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
    listen: Listen = Listen()
    quota: Quota = Quota()
    caps: Caps = Caps()


def load_config(path: Path) -> Config:
    """Read a trustee's configuration.

    Raises:
        UnusableConfig: Not there, not TOML, an unknown key, or an address that
            would carry requests in the clear.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        config = msgspec.convert(table, Config, dec_hook=_decode_path)
    except OSError:
        raise UnusableConfig(f"{path}: cannot be read") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UnusableConfig(f"{path}: {error}") from None
    _check(path, config)
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
    listen = config.listen
    if (listen.certificate is None) != (listen.certificate_key is None):
        raise UnusableConfig(f"{path}: certificate and certificate_key go together")
    if not listen.loopback and listen.certificate is None:
        raise UnusableConfig(
            f"{path}: listening beyond this machine needs a certificate"
        )


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
        key_file=resolve(config.key_file),
        listen=listen,
        api_url=config.api_url.rstrip("/"),
    )
