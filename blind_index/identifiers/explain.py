"""What will be compared, in words for the person who typed it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from blind_index.identifiers.email import read_email
from blind_index.identifiers.employer import employer_words
from blind_index.identifiers.fold import words
from blind_index.identifiers.identifier import Identifier, Kind, something_of, text_of
from blind_index.identifiers.name import read_name
from blind_index.identifiers.phone import phone_numbers
from blind_index.identifiers.plate import read_plate
from blind_index.identifiers.social import read_social
from blind_index.identifiers.website import read_website


def what_will_be_compared(identifier: Identifier) -> str:
    """Say what will be compared instead of what was typed.

    Args:
        identifier: One identifier with its context.

    Returns:
        One English sentence without a full stop, to be shown before filing.

    Raises:
        InputError: As reading the identifier does; also when nothing is left.
    """
    shown = _SHOWN[identifier.kind](identifier)
    return f"we will compare {something_of(identifier.kind, shown)}"


def _name(identifier: Identifier) -> str:
    parts = read_name(text_of(identifier)).parts
    return " + ".join(part.word for part in parts if part.first == part.last)


def _employer(identifier: Identifier) -> str:
    return " ".join(employer_words(text_of(identifier)))


def _plain(identifier: Identifier) -> str:
    return " ".join(words(text_of(identifier)))


def _phone(identifier: Identifier) -> str:
    return " or ".join(phone_numbers(text_of(identifier), identifier.country))


def _email(identifier: Identifier) -> str:
    email = read_email(text_of(identifier))
    shared = " (a shared mailbox: only together with a name)"
    return email.address + (shared if email.role else "")


def _social(identifier: Identifier) -> str:
    account = read_social(text_of(identifier), identifier.platform)
    place = account.platform or "an unnamed platform: only together with a full name"
    return f"{account.handle} on {place}"


def _website(identifier: Identifier) -> str:
    return read_website(text_of(identifier)).host


def _plate(identifier: Identifier) -> str:
    plate = read_plate(text_of(identifier), identifier.country, identifier.region)
    alone = "" if plate.sure else " (only together with a name)"
    return f"{plate.place.upper()} {plate.signs.upper()}".strip() + alone


_SHOWN: Final[Mapping[Kind, Callable[[Identifier], str]]] = MappingProxyType(
    {
        "name": _name,
        "nickname": _plain,
        "employer": _employer,
        "department": _plain,
        "job_title": _plain,
        "city": _plain,
        "phone": _phone,
        "email": _email,
        "social": _social,
        "website": _website,
        "plate": _plate,
    }
)
