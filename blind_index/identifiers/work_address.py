"""Addresses at the employer of the named person: those that others there can read."""

from collections.abc import Iterable
from typing import Final

from blind_index.errors import InputError
from blind_index.identifiers.domain import owner_label
from blind_index.identifiers.email import read_email
from blind_index.identifiers.employer import firm_code, read_employer
from blind_index.identifiers.fold import slug
from blind_index.identifiers.identifier import Identifier, text_of
from blind_index.identifiers.website import read_website

_SHORTEST: Final = 2
# Reserved for examples (RFC 2606): they are nobody's, and each name below them is a
# firm of its own.
_NOBODYS: Final = frozenset(("example.com", "example.net", "example.org"))


def check_private_address(address: str, identifiers: Iterable[Identifier]) -> None:
    """Refuse an address at an employer that a report names.

    An address at a mail provider is nobody's work address, whatever is named.

    Args:
        address: Of the person who reports, for contact or for notes.
        identifiers: What she says of the person she names; those that cannot be
            read say nothing.

    Raises:
        InputError: `email`, when its domain is one of the report's, lies under
            the same owner's domain, or is called like an employer of the report.
    """
    own = read_email(address)
    if not own.firm:
        return
    domain = _owners_domain(own.address.partition("@")[2])
    if domain in _NOBODYS:
        return
    for one in identifiers:
        try:
            same = _is_at(domain, own.firm, one)
        except InputError:
            continue
        if same:
            raise InputError(
                "email",
                "this is a work address of an employer that you named",
                "Employers can read work mail. Give an address of your own.",
            )


def _is_at(domain: str, label: str, one: Identifier) -> bool:
    match one.kind:
        case "email":
            other = read_email(text_of(one))
            host = other.address.partition("@")[2]
            return bool(other.firm) and _owners_domain(host) == domain
        case "website":
            return _owners_domain(read_website(text_of(one)).host) == domain
        case "employer":
            return _is_called(label, text_of(one))
        case _:
            return False


def _is_called(label: str, employer: str) -> bool:
    """Whether a domain's label is an employer's name, its first word or initials."""
    read = read_employer(employer)
    names = {read.code, read.first} - {""}
    initials = slug(read.initials)
    short = len(initials) >= _SHORTEST and label == initials
    return short or firm_code(slug(label)) in names


def _owners_domain(host: str) -> str:
    """The part of a host name that one owner has: "firm.co.uk" of its mail host."""
    labels = host.split(".")
    at = _last_place(labels, owner_label(host))
    if at and ".".join(labels[at:]) in _NOBODYS:
        at -= 1
    return ".".join(labels[at:])


def _last_place(labels: list[str], label: str) -> int:
    return len(labels) - 1 - labels[::-1].index(label) if label in labels else 0
