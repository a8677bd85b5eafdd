"""E-mail addresses: from any spelling to one address, and what its parts tell."""

import re
from typing import Final, NamedTuple

from blind_index.errors import InputError
from blind_index.identifiers.domain import ascii_domain, owner_label
from blind_index.identifiers.fold import fold, known
from blind_index.tables.load import load_map, load_words

_AT: Final = re.compile(
    r"[ \t]*(?:\[at\]|\(at\)|\{at\}|\uff20|@)[ \t]*|[ \t]+at[ \t]+", re.IGNORECASE
)
_DOT: Final = re.compile(
    r"[ \t]*(?:\[dot\]|\(dot\)|\{dot\})[ \t]*|[ \t]+dot[ \t]+", re.IGNORECASE
)
_LOCAL: Final = re.compile(r"[a-z0-9.!#$%&'*+/=?^_{|}~-]+\Z")
_DOMAIN: Final = re.compile("[^\u0000- <>(),;:/\\[\\]\"'@?]+")
_HOST: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_WEBMAIL: Final = frozenset(load_words("mail", "webmail"))
_WEBMAIL_LABELS: Final = frozenset(host.split(".")[0] for host in _WEBMAIL)
_ROLES: Final = frozenset(load_words("mail", "roles"))
_PROVIDERS: Final = load_words("mail", "providers")
_ALIASES: Final = load_map("mail", "aliases")
_ENDINGS: Final = load_map("mail", "endings")
_SAME: Final = load_map("mail", "same")
_LONGEST: Final = 254


class Email(NamedTuple):
    """A read address.

    Attributes:
        address: The one spelling, `local@domain`.
        local: The part before the @, as compared.
        firm: The label that names whose domain it is; empty at a mail provider.
        role: Whether the mailbox belongs to an office and not to a person.
    """

    address: str
    local: str
    firm: str
    role: bool


def read_email(value: str) -> Email:
    """Read one e-mail address.

    Args:
        value: The address as typed; "mailto:", brackets, "(at)" and remarks
            before and after it are understood.

    Returns:
        What is compared, and what it says about the person.

    Raises:
        InputError: `email`, when there is no address in the text.

    Source: MATCHING.md, "E-mail".
    """
    before, found, after = _AT.sub("@", _DOT.sub(".", known(value))).partition("@")
    local = _LOCAL.search(fold(before))
    domain = _DOMAIN.match(after)
    host = _correct(ascii_domain(domain.group())) if domain else ""
    name = _mailbox(local.group(), host) if local else ""
    if not (found and name and _HOST.fullmatch(host)) or len(value) > _LONGEST:
        raise InputError(
            "email",
            "this is not an e-mail address",
            "Give the whole address, such as name@example.org.",
        )
    firm = "" if host in _WEBMAIL else owner_label(host)
    return Email(f"{name}@{host}", name, firm, name in _ROLES)


def _mailbox(local: str, host: str) -> str:
    name = local.split("+", maxsplit=1)[0].strip(".'")
    return name.replace(".", "") if host == "gmail.com" else name


def _correct(host: str) -> str:
    first, dot, rest = host.partition(".")
    rest = ".".join(_ENDINGS.get(label, label) for label in rest.split("."))
    if first not in _WEBMAIL_LABELS:
        first = next((one for one in _PROVIDERS if _one_slip(first, one)), first)
    corrected = _ALIASES.get(first, first) + dot + rest
    return _SAME.get(corrected, corrected)


def _one_slip(typed: str, meant: str) -> bool:
    """Tell whether one letter was added, left out or changed, or two swapped."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    short, long = sorted((typed, meant), key=len)
    at = next((n for n, sign in enumerate(short) if sign != long[n]), len(short))
    if len(short) == len(long):
        swapped = typed[at : at + 2] == meant[at : at + 2][::-1]
        left = at + 2 if swapped else at + 1
        return typed[left:] == meant[left:]
    return len(long) == len(short) + 1 and short[at:] == long[at + 1 :]
