"""`alongside keyservice doctor`: the host and the surroundings of one trustee."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import httpx

from escrow.ceremony import committee_of
from escrow.manifest import open_manifest
from escrow.messages.codec import decode
from escrow.messages.deployment import BoxKey, BoxKeys, SignedManifest
from escrow.operation import host_checks, network_checks
from escrow.operation.database.daily_rewriting import rewriting_checks
from escrow.operation.database.look import database_checks
from escrow.operation.doctor import Check, Finding, good
from escrow.signing import peek
from keyservice.config import NOTHING_GIVEN, Config
from keyservice.sealed_key import secrets_path
from keyservice.tables import REWRITING, SCHEMA

_FEW_DAYS = 7
_NO_MANIFEST = "the key ceremony is not over"


def checks(config: Config, asked: httpx.Client, day: int) -> list[tuple[str, Check]]:
    """Every check of a trustee, in the order in which they are shown.

    None needs the passphrase: what is sealed stays sealed.
    """
    data = config.data_dir
    files = [data, secrets_path(config)]
    if isinstance(config.database, Path):
        files.append(config.database)
    found: list[tuple[str, Check]] = [
        ("account", host_checks.account),
        ("files", partial(host_checks.private_files, files)),
        ("key file", partial(key_file, config)),
        ("core dumps", host_checks.core_dumps),
        ("swap", host_checks.swap),
        ("disk space", partial(host_checks.disk_space, data)),
        ("disk encryption", partial(host_checks.disk_encryption, data)),
        ("backup", partial(host_checks.backup_age, data)),
        ("versions", host_checks.versions),
        ("database", partial(database_checks, config.database, SCHEMA)),
        ("rewriting", partial(rewriting_checks, config.database, REWRITING, day)),
        ("certificate", partial(certificate, config)),
        ("proxies", partial(proxies, config, asked)),
        ("headers", partial(headers, config, asked)),
        ("clock", partial(network_checks.clock, asked, [config.api_url])),
        ("peers", partial(peers, config, asked)),
    ]
    if config.key_file is not None:
        apart = partial(host_checks.keys_apart, config.key_file, data)
        found.insert(2, ("place of the keys", apart))
    if config.role == "opening":
        found.append(("box key", partial(box_key, config, asked, day)))
    return found


def key_file(config: Config) -> Iterable[Finding]:
    """The file that opens the trustee's secrets, if there is one."""
    if config.key_file is None:
        return
    if config.key_file.parent == Path(NOTHING_GIVEN):
        fix = "start the doctor by its unit, or with `trustee` as the guide says"
        yield Finding("key file", "WARN", "is handed to the service alone", fix)
        return
    yield from host_checks.private_files([config.key_file])


def certificate(config: Config) -> Iterable[Finding]:
    """The trustee's own certificate, and the one that clients see."""
    listen = config.listen
    if listen.certificate is not None and listen.certificate_key is not None:
        yield from network_checks.certificate_file(
            listen.certificate, listen.certificate_key, config.url
        )
    if config.role == "opening" and not network_checks.reachable(config.url):
        # It pulls its work; nobody has to reach it.
        fix = "right if you let nobody in; fellows' doctors say the same"
        yield Finding("certificate", "WARN", "nothing answers at its address", fix)
        return
    yield from network_checks.served_certificate(config.url)


def proxies(config: Config, asked: httpx.Client) -> Iterable[Finding]:
    """What stands in front, and whether it is believed about addresses."""
    url = config.url.rstrip("/")
    return network_checks.proxies(asked, url, config.limits.proxies)


def headers(config: Config, asked: httpx.Client) -> Iterable[Finding]:
    """As clients and fellows get them, through whatever stands in front."""
    if config.role == "index" or network_checks.reachable(config.url):
        yield from network_checks.headers(asked, config.url.rstrip("/"))


def _manifest(config: Config, asked: httpx.Client) -> SignedManifest | None:
    answer = asked.get(f"{config.api_url}/v1/manifest")
    return decode(answer.content, SignedManifest) if answer.is_success else None


def peers(config: Config, asked: httpx.Client) -> Iterable[Finding]:
    """Whether server, fellows and this trustee are ready, all of one manifest."""
    signed = _manifest(config, asked)
    if signed is None:
        yield Finding("manifest", "WARN", _NO_MANIFEST, "see `status`")
        return
    deployment = open_manifest(signed)
    urls = {"server": config.api_url}
    for role in ("index", "opening"):
        cards = committee_of(deployment.roster, role).trustees
        for index, card in enumerate(cards, 1):
            mine = " (this one)" if card.url == config.url else ""
            urls[f"{role} trustee {index}{mine}"] = card.url.rstrip("/")
    yield from network_checks.peers(asked, urls, deployment.digest.hex())


def box_key(config: Config, asked: httpx.Client, day: int) -> Iterable[Finding]:
    """How long the box key that the server shows of this trustee is good."""
    signed = _manifest(config, asked)
    if signed is None:
        yield Finding("box key", "WARN", _NO_MANIFEST, "see `status`")
        return
    cards = open_manifest(signed).roster.opening.trustees
    mine = [i for i, card in enumerate(cards, 1) if card.url == config.url]
    answer = asked.get(f"{config.api_url}/v1/box-keys")
    keys = [peek(key, BoxKey) for key in decode(answer.content, BoxKeys).keys]
    last = max((key.last_day for key in keys if key.index in mine), default=None)
    fix = "see that the trustee runs and reaches the server"
    if last is None:
        yield Finding("box key", "FAIL", "none is published", fix)
    elif last - day < _FEW_DAYS:
        yield Finding("box key", "FAIL", f"{last - day} days left", fix)
    else:
        yield good("box key", f"{last - day} days left")
