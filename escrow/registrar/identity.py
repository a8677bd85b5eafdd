"""A verified identity and the blind marks by which it is known again (§R2)."""

import re
from dataclasses import dataclass, replace
from typing import Final

from blind_index.errors import InputError
from blind_index.identifiers.email import read_email
from blind_index.identifiers.phone import phone_numbers
from blind_index.labels import Label
from blind_index.match_keys import self_match_keys
from blind_index.secret import SecretBytes
from blind_index.transcript import derive_key
from escrow.errors import InvalidRegistration
from escrow.messages.codec import Digest
from escrow.padding import SELF_TAG_COUNT

# The one host of which everybody knows that dots and what follows a plus lead to the
# same mailbox.
_ONE_MAILBOX: Final = re.compile(r"[a-z0-9._-]+(?:\+[a-z0-9._+-]*)?@gmail\.com")


@dataclass(frozen=True)
class Identity:
    """What was verified of a person; in memory only, never stored.

    `country` (two letters, may be empty) is for a phone in its national form.
    `subject` is what an OpenID provider calls her, with the provider's address: a
    mark of its own, so that a changed address makes nobody a second person (M03).
    """

    name: str
    email: str
    phone: str
    country: str
    subject: str = ""

    def __repr__(self) -> str:
        """Nothing of the person: an identity may end up in a traceback."""
        return "Identity(...)"


def normal_identity(identity: Identity) -> Identity:
    """The same with the e-mail and the phone number in their one spelling.

    A code must go to exactly the address and the number that are then held to be
    verified: whoever reads `x@gmial.com` has shown nothing about `x@gmail.com`.

    Raises:
        InputError: One of them cannot be read.
    """
    email = read_email(identity.email).address if identity.email else ""
    phone = ""
    if identity.phone:
        phone = phone_numbers(identity.phone, identity.country or None)[0]
    return replace(identity, name=identity.name.strip(), email=email, phone=phone)


def check_vouched(identity: Identity) -> Identity:
    """An identity that somebody else vouched for, in its one spelling.

    Where no code is sent nothing may be corrected: another mailbox at the same
    host, or the host that a mistyped one resembles, was not what was checked.

    Raises:
        InvalidRegistration: The e-mail address is not in its one spelling.
        InputError: Something cannot be read.
    """
    normal, given = normal_identity(identity), identity.email.strip().lower()
    if normal.email != given and not _ONE_MAILBOX.fullmatch(given):
        raise InvalidRegistration("the e-mail address is not in its plain form")
    return normal


def check_identity(identity: Identity) -> None:
    """Refuse an identity that could not be told apart from others.

    Raises:
        InputError: Name missing, or neither e-mail nor phone can be read.
    """
    if not identity.name.strip():
        raise InputError("name", "a verified name is needed")
    if not (identity.email or identity.phone):
        raise InputError("email", "a verified e-mail address or phone is needed")
    self_keys(identity)


def _tag(dedupe_key: SecretBytes, kind: str, value: str) -> Digest:
    derived = derive_key(dedupe_key, Label.DEDUPE_TAG, kind.encode(), value.encode())
    return Digest(derived.reveal())


def dedupe_tags(dedupe_key: SecretBytes, identity: Identity) -> tuple[Digest, ...]:
    """Keyed marks of the verified e-mail, phone and subject.

    Their key is kept outside the database.

    Raises:
        InputError: One of them cannot be read.
    """
    tags = []
    if identity.email:
        address = read_email(identity.email).address
        tags.append(_tag(dedupe_key, "email", address))
    if identity.phone:
        number = phone_numbers(identity.phone, identity.country or None)[0]
        tags.append(_tag(dedupe_key, "phone", number))
    if identity.subject:
        tags.append(_tag(dedupe_key, "subject", identity.subject))
    return tuple(tags)


def same_person(known: frozenset[bytes]) -> bytes | None:
    """The one person that the marks point to; None for somebody new.

    Args:
        known: The names under which the marks are already stored.

    Raises:
        InvalidRegistration: They point to two persons.
    """
    if len(known) > 1:
        # In the words of every other failure: it must not say who is registered.
        raise InvalidRegistration("the check did not work")
    return next(iter(known), None)


def self_keys(identity: Identity) -> list[str]:
    """The match keys that would name this person herself, strongest first.

    Raises:
        InputError: Something of the identity cannot be read.
    """
    keys = self_match_keys(
        identity.name,
        identity.email or None,
        identity.phone or None,
        identity.country or None,
    )
    return keys[:SELF_TAG_COUNT]
