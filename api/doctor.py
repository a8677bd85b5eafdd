"""`alongside api doctor`: the host and the deployment of a server."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from api.config import Config
from api.key_files import (
    DEDUPE_KEY,
    ISSUING_KEY,
    NOTICE_SEED,
    OPERATOR,
    REGISTRAR_SEED,
    STORE_KEY,
)
from api.registrar.deletions import overdue
from api.registrar.verifications import LIFETIME_SECONDS
from api.sql_store.schema import SCHEMA
from api.sql_store.tables import REWRITING
from escrow.ceremony import committee_of
from escrow.manifest import open_manifest
from escrow.messages.codec import decode
from escrow.messages.deployment import Roster, SignedManifest
from escrow.operation import host_checks, mail_checks, network_checks
from escrow.operation.database.address import Database, is_loopback
from escrow.operation.database.daily_rewriting import rewriting_checks
from escrow.operation.database.look import database_checks, look
from escrow.operation.doctor import Check, Finding, doubt, good, judge

_LATE_DAYS: Final = 1
_SECONDS_A_DAY: Final = 86_400
_LOST_DAYS: Final = 7


def checks(config: Config, asked: httpx.Client, day: int) -> list[tuple[str, Check]]:
    """Every check of a server, in the order in which they are shown."""
    data = Path(config.data_dir)
    host: list[tuple[str, Check]] = [
        ("account", host_checks.account),
        ("key files", partial(host_checks.private_files, key_paths(config))),
        ("place of the keys", partial(host_checks.keys_apart, config.keys, data)),
        ("core dumps", host_checks.core_dumps),
        ("swap", host_checks.swap),
        ("disk space", partial(host_checks.disk_space, data)),
        ("disk encryption", partial(host_checks.disk_encryption, data)),
        ("backup", partial(host_checks.backup_age, data)),
        ("versions", host_checks.versions),
    ]
    return [
        *host,
        ("database", partial(database_checks, config.database, SCHEMA)),
        ("rewriting", partial(rewriting_checks, config.database, REWRITING, day)),
        ("demonstration", partial(demonstration, config)),
        ("certificate", partial(certificate, config)),
        ("headers", partial(headers, config, asked)),
        ("proxies", partial(proxies, config, asked)),
        ("clock", partial(clock, config, asked)),
        ("trustees", partial(trustees, config, asked)),
        ("notices", partial(notices, config.database, day)),
        ("mail", partial(mail, config)),
        *_registrar(config, day),
    ]


def _registrar(config: Config, day: int) -> Sequence[tuple[str, Check]]:
    if config.registrar is None:
        return ()
    place = Path(config.data_dir) / "registrar.sqlite3"
    hours = LIFETIME_SECONDS / 3600
    return (("deletions", partial(overdue, place, day, hours)),)


def key_paths(config: Config) -> list[Path]:
    """The folder of the keys and every file that belongs into it."""
    names = [ISSUING_KEY, NOTICE_SEED, STORE_KEY, OPERATOR]
    if config.registrar is not None:
        names += [REGISTRAR_SEED, DEDUPE_KEY]
    return [config.keys, *(config.keys / name for name in names)]


def _roster(config: Config) -> Roster:
    return decode(Path(config.roster).read_bytes(), Roster)


def demonstration(config: Config) -> Iterator[Finding]:
    """What protects nobody must not serve others."""
    roster = _roster(config)
    shown = not is_loopback(urlsplit(config.origin).hostname or "")
    fix = "make a roster without --demo, with keys of its own"
    if roster.demo:
        words = "of a demonstration: protects nobody"
        yield Finding("roster", "FAIL" if shown else "WARN", words, fix)
    else:
        yield good("roster", "not of a demonstration")
    demo = any("demo" in entry.counting_levels for entry in roster.registrars)
    found = "everybody is believed" if demo else "none is a demonstration"
    fix = "list registrars that verify people"
    yield judge("registrars", found, fix, bad=demo and shown)
    words = "runs inside this server" if config.registrar else "run elsewhere"
    fix = "give the registrar to another operator"
    yield doubt("registrar", words, fix, bad=config.registrar is not None)


def certificate(config: Config) -> Iterable[Finding]:
    """The server's own certificate, and the one that visitors see."""
    if config.certificate:
        own = Path(config.certificate), Path(config.certificate_key)
        yield from network_checks.certificate_file(*own, config.origin)
    yield from network_checks.served_certificate(config.origin)


def headers(config: Config, asked: httpx.Client) -> Iterable[Finding]:
    """As visitors get them, through whatever stands in front; the pages' too."""
    yield from network_checks.headers(asked, config.origin)
    if config.web_dir:
        policy = asked.get(config.origin).headers.get("content-security-policy", "")
        strict = policy.startswith("default-src 'none'")
        found = "strict policy on the pages" if strict else "no strict policy there"
        yield judge("headers", found, "let the proxy pass it through", bad=not strict)


def proxies(config: Config, asked: httpx.Client) -> Iterable[Finding]:
    """What stands in front, and whether it is believed about addresses."""
    return network_checks.proxies(asked, config.origin, config.limits.proxies)


def _urls(config: Config) -> dict[str, str]:
    roster = _roster(config)
    return {
        f"{role} trustee {index}": card.url.rstrip("/")
        for role in ("index", "opening")
        for index, card in enumerate(committee_of(roster, role).trustees, 1)
    }


def clock(config: Config, asked: httpx.Client) -> Iterable[Finding]:
    """Against every trustee's."""
    return network_checks.clock(asked, _urls(config).values())


def trustees(config: Config, asked: httpx.Client) -> Iterable[Finding]:
    """Whether each is ready and pins the same manifest."""
    rows = look(config.database, "SELECT body FROM manifest")
    if not rows:
        yield Finding("manifest", "WARN", "the key ceremony is not over", "run it")
    digest = (
        open_manifest(decode(rows[0][0], SignedManifest)).digest.hex() if rows else ""
    )
    yield from network_checks.peers(asked, _urls(config), digest)


def notices(place: Database, day: int) -> Iterable[Finding]:
    """Notices that should have left; survivors wait for them."""
    ((due,),) = look(place, "SELECT min(due) FROM notice")
    late = 0 if due is None else max(day - due // _SECONDS_A_DAY, 0)
    found = "none is late" if late <= _LATE_DAYS else f"the oldest is {late} days late"
    fix = "see why mail does not leave"
    if late > _LOST_DAYS:
        yield Finding("notices", "FAIL", found, fix)
    else:
        yield doubt("notices", found, fix, bad=late > _LATE_DAYS)


def mail(config: Config) -> Iterable[Finding]:
    """What others find about the sender of notices."""
    if config.notices is None:
        fix = "add [notices]; else people must look for themselves"
        yield Finding("mail", "WARN", "no notice is ever sent", fix)
    else:
        yield from mail_checks.mail_records(
            config.notices.smtp.sender,
            config.notices.smtp.dkim_selector,
            mail_checks.resolver(),
        )
