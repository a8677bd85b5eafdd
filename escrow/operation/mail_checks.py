"""What other mail servers find in the DNS about a sender: SPF and DMARC."""

from collections.abc import Iterator, Sequence
from typing import Final

import dns.exception
import dns.resolver

from escrow.operation.doctor import Finding, doubt, good

_SECONDS: Final = 10.0


def resolver() -> dns.resolver.Resolver:
    """The system's own."""
    found = dns.resolver.Resolver()
    found.lifetime = _SECONDS
    return found


def mail_records(sender: str, asked: dns.resolver.Resolver) -> Iterator[Finding]:
    """Whether mail of a sender is likely to arrive; a note that is spam helps nobody.

    DKIM is not looked up: its selector is the mail server's own.

    Args:
        sender: An address.
        asked: Answers.
    """
    domain = sender.rpartition("@")[2]
    spf = _texts(asked, domain, "v=spf1")
    fix = f'publish "v=spf1 …" for {domain}, with your mail server in it'
    yield _only_one("SPF", spf, fix)
    dmarc = _texts(asked, f"_dmarc.{domain}", "v=DMARC1")
    fix = f'publish "v=DMARC1; p=quarantine" for _dmarc.{domain}'
    yield _only_one("DMARC", dmarc, fix)
    yield good("DKIM", "not looked up: send yourself a note and read its header")


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
