"""`alongside registrar doctor`: the host and the surroundings of a registrar."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import httpx

from api.key_files import DEDUPE_KEY, REGISTRAR_SEED
from api.registrar.config import RegistrarConfig
from api.registrar.deletions import overdue
from api.registrar.opening import read_seal
from api.registrar.tables import REWRITING, SCHEMA
from escrow.manifest import open_manifest
from escrow.messages.codec import decode
from escrow.messages.deployment import SignedManifest
from escrow.operation import host_checks, mail_checks, network_checks
from escrow.operation.database.daily_rewriting import rewriting_checks
from escrow.operation.database.look import database_checks
from escrow.operation.doctor import Check, Finding, doubt, good
from escrow.signing import public_key


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
        ("rewriting", partial(rewriting_checks, config.database, REWRITING, day)),
        ("manifest", partial(manifest, config)),
        ("certificate", partial(certificate, config, asked)),
        ("headers", partial(headers, config, asked)),
        ("verifying", partial(verifying, config, asked)),
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


def address(config: RegistrarConfig, asked: httpx.Client) -> str:
    """Where clients find this registrar: as configured, or as the manifest says.

    Empty as long as there is no manifest that lists it.
    """
    if config.url:
        return config.url.rstrip("/")
    answer = asked.get(config.api_url.rstrip("/") + "/v1/manifest")
    if not answer.is_success:
        return ""
    deployment = open_manifest(decode(answer.content, SignedManifest))
    entry = deployment.registrar(public_key(read_seal(config.keys).seed))
    return "" if entry is None else entry.url.rstrip("/")


def certificate(config: RegistrarConfig, asked: httpx.Client) -> Iterable[Finding]:
    """Its own certificate, if it has one, and the one that clients see."""
    url = address(config, asked)
    if config.certificate:
        own = Path(config.certificate), Path(config.certificate_key)
        shown = url or f"https://{config.host}"
        yield from network_checks.certificate_file(*own, shown)
    if url:
        yield from network_checks.served_certificate(url)


def headers(config: RegistrarConfig, asked: httpx.Client) -> Iterable[Finding]:
    """As clients get them, through whatever stands in front."""
    url = address(config, asked)
    if url:
        yield from network_checks.headers(asked, url)
    else:
        fix = "have the server's operator list this registrar's key"
        yield Finding("headers", "WARN", "no manifest says where it is", fix)


def verifying(config: RegistrarConfig, asked: httpx.Client) -> Iterable[Finding]:
    """Whether anybody can be verified there now: some provider is ready."""
    url = address(config, asked)
    if not url:
        return
    if asked.get(f"{url}/v1/health/ready").is_success:
        yield good("verifying", "a provider is ready")
    else:
        fix = "see the journal, the mail server or gateway, and the manifest it names"
        yield Finding("verifying", "FAIL", "nobody can be verified now", fix)


def mail(config: RegistrarConfig) -> Iterable[Finding]:
    """What others find about the sender of codes, if codes are sent."""
    if config.smtp is not None:
        yield from mail_checks.mail_records(
            config.smtp.sender, config.smtp.dkim_selector, mail_checks.resolver()
        )
