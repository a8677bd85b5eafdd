"""What other mail servers find in the DNS about a sender: SPF, DMARC, DKIM."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import dns.exception
import dns.resolver

from escrow.operation.doctor import Finding, doubt

_SECONDS: Final = 10.0
#: An empty `p=` says that the key was revoked.
_KEY: Final = re.compile(r"(?:^|;)\s*p\s*=\s*[A-Za-z0-9+/]")


def resolver() -> dns.resolver.Resolver:
    """The system's own."""
    found = dns.resolver.Resolver()
    found.lifetime = _SECONDS
    return found


def mail_records(
    sender: str, selector: str, asked: dns.resolver.Resolver
) -> Iterator[Finding]:
    """Whether mail of a sender is likely to arrive; a note that is spam helps nobody.

    Args:
        sender: An address.
        selector: Of the mail server's DKIM key (RFC 6376 §3.6.2); nothing in the DNS
            lists selectors, so an empty one leaves DKIM unseen.
        asked: Answers.
    """
    domain = sender.rpartition("@")[2]
    spf = _texts(asked, domain, "v=spf1")
    fix = f'publish "v=spf1 …" for {domain}, with your mail server in it'
    yield _only_one("SPF", spf, fix)
    dmarc = _texts(asked, f"_dmarc.{domain}", "v=DMARC1")
    fix = f'publish "v=DMARC1; p=quarantine" for _dmarc.{domain}'
    yield _only_one("DMARC", dmarc, fix)
    yield _dkim(domain, selector, asked)


def _dkim(domain: str, selector: str, asked: dns.resolver.Resolver) -> Finding:
    """Whether the key is there with which the mail server signs."""
    if not selector:
        fix = "set dkim_selector to your mail server's"
        return Finding("DKIM", "WARN", "not looked up: no selector is named", fix)
    name = f"{selector}._domainkey.{domain}"
    keys = [text for text in _texts(asked, name, "") if _KEY.search(text)]
    fix = f"publish the public key of your mail server for {name}"
    found = "published" if len(keys) == 1 else f"{len(keys)} keys for {name}"
    return doubt("DKIM", found, fix, bad=len(keys) != 1)


def _only_one(check: str, found: Sequence[str], fix: str) -> Finding:
    words = "published" if len(found) == 1 else f"{len(found)} records"
    return doubt(check, words, fix, bad=len(found) != 1)


def _texts(asked: dns.resolver.Resolver, name: str, begins: str) -> list[str]:
    try:
        answer = asked.resolve(name, "TXT")
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    texts = (b"".join(row.strings).decode("ascii", "replace") for row in answer)
    return [text for text in texts if text.startswith(begins)]
