"""Checks over the network: certificates, headers, clocks, peers."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from escrow.operation.answer_headers import HEADERS
from escrow.operation.doctor import Finding, doubt, good, judge

_DAY: Final = 86_400
_FEW_DAYS: Final = 14
_SECONDS: Final = 10.0
_SLOW_CLOCK: Final = 5.0
_WRONG_CLOCK: Final = 60.0
_ANSWERED: Final = ("/v1/health", "/v1/no-such-place")
_RENEW: Final = "renew the certificate, and see why nobody did"


def client() -> httpx.Client:
    """One that follows nothing and asks no proxy of the environment."""
    return httpx.Client(timeout=_SECONDS, trust_env=False)


def _local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def certificate_file(
    certificate: Path, key: Path, url: str, now: float | None = None
) -> Iterator[Finding]:
    """A certificate that a program presents itself: name, days, key."""
    found = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    now = time.time() if now is None else now  # noqa: TID251 - days are counted
    yield _days(int((found.not_valid_after_utc.timestamp() - now) // _DAY))
    host = urlsplit(url).hostname or ""
    named = _named(found, host)
    words = f"{'names' if named else 'does not name'} {host}"
    yield judge("certificate name", words, _RENEW, bad=not named)
    private = load_pem_private_key(key.read_bytes(), None)
    fits = private.public_key() == found.public_key()
    words = "fits the certificate" if fits else "belongs to another certificate"
    yield judge("certificate key", words, "name the key of this one", bad=not fits)


def _named(certificate: x509.Certificate, host: str) -> bool:
    try:
        names = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value
    except x509.ExtensionNotFound:
        return False
    hosts = names.get_values_for_type(x509.DNSName)
    wild = "*." + host.partition(".")[2]
    addresses = map(str, names.get_values_for_type(x509.IPAddress))
    return host in hosts or wild in hosts or host in addresses


def _days(left: int) -> Finding:
    if left < 0:
        return Finding("certificate", "FAIL", "has run out", _RENEW)
    return doubt("certificate", f"{left} days left", _RENEW, bad=left < _FEW_DAYS)


def served_certificate(
    url: str, context: ssl.SSLContext | None = None
) -> Iterator[Finding]:
    """What a visitor of a site is shown: chain, name, days."""
    parts = urlsplit(url)
    if parts.scheme != "https":
        bad = not _local(url)
        found = "plain HTTP" + ("" if bad else ", this machine only")
        yield judge("certificate", found, "serve HTTPS", bad=bad)
        return
    context = context or ssl.create_default_context()
    address = (parts.hostname or "", parts.port or 443)
    try:
        with (
            socket.create_connection(address, _SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=address[0]) as wrapped,
        ):
            shown = wrapped.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        yield Finding("certificate", "FAIL", error.verify_message, _RENEW)
        return
    until = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    yield _days(int((until - time.time()) // _DAY))  # noqa: TID251 - days are counted


def reachable(url: str) -> bool:
    """Whether anything takes connections at the address of a site."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), _SECONDS).close()
    except OSError:
        return False
    return True


def headers(
    asked: httpx.Client, url: str, paths: Sequence[str] = _ANSWERED
) -> Iterator[Finding]:
    """The headers of answers as they arrive, of an error's too."""
    for path in paths:
        answer = asked.get(url + path)
        shown = answer.headers
        wrong = [name for name, value in HEADERS if shown.get(name) != value]
        found = f"{answer.status_code} on {path}: " + (", ".join(wrong) or "complete")
        fix = "let the proxy pass the program's headers through"
        yield judge("headers", found, fix, bad=bool(wrong))
        if "server" in shown:
            words = f"the proxy names itself: {shown['server'][:40]}"
            yield Finding("headers", "WARN", words, "have it hide its version")


def clock(
    asked: httpx.Client, urls: Iterable[str], now: float | None = None
) -> Iterator[Finding]:
    """This clock against those of others."""
    for url in urls:
        try:
            date = asked.get(f"{url}/v1/health").headers["date"]
        except (httpx.HTTPError, KeyError):
            continue
        here = time.time() if now is None else now  # noqa: TID251 - clocks compared
        apart = abs(here - parsedate_to_datetime(date).timestamp())
        found = f"{apart:.0f} s from {urlsplit(url).hostname}"
        fix = "run an NTP client"
        if apart > _WRONG_CLOCK:
            yield Finding("clock", "FAIL", found, fix)
        else:
            yield doubt("clock", found, fix, bad=apart > _SLOW_CLOCK)


def proxies(asked: httpx.Client, url: str, configured: int) -> Iterator[Finding]:
    """Whether the proxies in front name visitors as the configuration expects.

    Asked the way visitors come: what stands in front adds to this very request.
    """
    said = asked.get(f"{url}/v1/health/ready").json().get("forwarded")
    named = None if said is None else int(said)
    found = f"{named or 0} in front name visitors, {configured} configured"
    fix = f"set `proxies` in [limits] to the number of your own, if they are {named}"
    if named == 0:
        fix = "have the proxy name visitors in X-Forwarded-For"
    elif named is None:
        fix = "have the proxy set X-Forwarded-For, or set `proxies` in [limits] to 0"
    yield doubt("proxies", found, fix, bad=named != (configured or None))


def peers(
    asked: httpx.Client, urls: Mapping[str, str], digest: str
) -> Iterator[Finding]:
    """Whether peers are ready, and all of the same manifest.

    Args:
        asked: Asks them.
        urls: By the names shown.
        digest: Of the manifest here, in hexadecimal; empty if there is none.
    """
    for name, url in urls.items():
        try:
            said = asked.get(f"{url}/v1/health/ready").json()
        except (httpx.HTTPError, ValueError):
            fix = f"call them; see that {url} can be reached"
            yield Finding(name, "FAIL", "does not answer", fix)
            continue
        state, theirs = said.get("state", ""), said.get("manifest", "")
        if digest and theirs and theirs != digest:
            fix = "stop, and compare digests with every operator by voice"
            yield Finding(name, "FAIL", "serves another manifest", fix)
        elif state == "ready":
            yield good(name, "ready")
        else:
            yield Finding(name, "WARN", str(state)[:20] or "not ready", "call them")
