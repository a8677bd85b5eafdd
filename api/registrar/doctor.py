"""`alongside registrar doctor`: the host and the surroundings of a registrar."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

import httpx

from api.key_files import DEDUPE_KEY, REGISTRAR_SEED
from api.registrar.config import RegistrarConfig
from api.registrar.deletions import overdue
from api.registrar.tables import SCHEMA
from api.security_headers import HEADERS
from escrow.operation import host_checks, mail_checks, network_checks
from escrow.operation.database.look import database_checks
from escrow.operation.doctor import Check, Finding, doubt

_EXPECTED: Final = MappingProxyType(dict(HEADERS))


def checks(
    config: RegistrarConfig, asked: httpx.Client, day: int
) -> list[tuple[str, Check]]:
    """Every check of a registrar, in the order in which they are shown."""
    data = Path(config.data_dir)
    keys = [config.keys, config.keys / REGISTRAR_SEED, config.keys / DEDUPE_KEY]
    return [
        ("account", host_checks.account),
        ("key files", partial(host_checks.private_files, keys)),
        ("place of the keys", partial(host_checks.keys_apart, config.keys, data)),
        ("core dumps", host_checks.core_dumps),
        ("swap", host_checks.swap),
        ("disk space", partial(host_checks.disk_space, data)),
        ("disk encryption", partial(host_checks.disk_encryption, data)),
        ("backup", partial(host_checks.backup_age, data)),
        ("versions", host_checks.versions),
        ("database", partial(database_checks, config.database, SCHEMA)),
        ("manifest", partial(manifest, config)),
        ("certificate", partial(certificate, config)),
        *_proxies(config, asked),
        ("clock", partial(network_checks.clock, asked, [config.api_url])),
        ("server", partial(network_checks.peers, asked, *_server(config))),
        ("deletions", partial(overdue, config.database, day, config.check_hours)),
        ("mail", partial(mail, config)),
    ]


def _proxies(
    config: RegistrarConfig, asked: httpx.Client
) -> Sequence[tuple[str, Check]]:
    """What stands in front; where browsers find it must be known to ask."""
    if not config.url:
        return ()
    known = asked, config.address, config.limits.proxies
    return (("proxies", partial(network_checks.proxies, *known)),)


def _server(config: RegistrarConfig) -> tuple[dict[str, str], str]:
    return {"server": config.api_url.rstrip("/")}, config.manifest_digest


def manifest(config: RegistrarConfig) -> Iterable[Finding]:
    """A registrar that pins nothing believes whatever the server shows."""
    pinned = bool(config.manifest_digest)
    found = "pinned" if pinned else "not pinned"
    fix = "put the digest that the trustees read out into manifest_digest"
    yield doubt("manifest", found, fix, bad=not pinned)


def certificate(config: RegistrarConfig) -> Iterable[Finding]:
    """Its own certificate, if it has one."""
    if config.certificate:
        own = Path(config.certificate), Path(config.certificate_key)
        yield from network_checks.certificate_file(*own, f"https://{config.host}")


def mail(config: RegistrarConfig) -> Iterable[Finding]:
    """What others find about the sender of codes, if codes are sent."""
    if config.smtp is not None:
        sender = config.smtp.sender
        yield from mail_checks.mail_records(sender, mail_checks.resolver())
