"""Websites: the domain, and which page of a shared host is meant."""

import re
from typing import Final, NamedTuple

from blind_index.errors import InputError
from blind_index.identifiers.domain import ascii_domain, owner_label

_ADDRESS: Final = re.compile(
    "[ \\t]*(?:[a-zA-Z]+:/+)?([^\u0000- /?#@:]+\\.[^\u0000- /?#@:]+)"
)
_HOST: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_FRONT: Final = re.compile(r"\A(?:www[0-9]?|m|mobile)\.")


class Website(NamedTuple):
    """A read website: its host, and the label its owner chose."""

    host: str
    label: str


def read_website(value: str) -> Website:
    """Read one website.

    Args:
        value: A link or a host name; page, query and fragment are dropped.

    Returns:
        The host without "www.", and the owner's label.

    Raises:
        InputError: `website`, when there is no host in the text.
    """
    address = _ADDRESS.match(value)
    host = _FRONT.sub("", ascii_domain(address.group(1))) if address else ""
    if not _HOST.fullmatch(host):
        raise InputError(
            "website",
            "this is not the address of a website",
            "Copy it from the browser's address line.",
        )
    return Website(host, owner_label(host))
