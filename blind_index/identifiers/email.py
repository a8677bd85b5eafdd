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
_DOT: Final = re.compile(r"[ \t]*(?:\[dot\]|\(dot\)|\{dot\})[ \t]*|[ \t]+dot[ \t]+", re.I)
_LOCAL: Final = re.compile(r"[a-z0-9.!#$%&'*+/=?^_{|}~-]+$")
_DOMAIN: Final = re.compile("[^\u0000- <>(),;:/\\[\\]\"'@?]+")
_HOST: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_WEBMAIL: Final = frozenset(load_words("mail", "webmail"))
_ROLES: Final = frozenset(load_words("mail", "roles"))
_TYPOS: Final = load_map("mail", "typos")
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
    name = local.split("+")[0].strip(".'")
    return name.replace(".", "") if host == "gmail.com" else name


def _correct(host: str) -> str:
    labels = host.split(".")
    labels[0] = _TYPOS.get(labels[0], labels[0]) if len(labels) > 1 else labels[0]
    labels[-1] = _ENDINGS.get(labels[-1], labels[-1])
    corrected = ".".join(labels)
    return _SAME.get(corrected, corrected)
