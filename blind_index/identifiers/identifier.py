"""One thing that a survivor knows about the named person, as typed."""

from typing import Final, Literal

import msgspec

from blind_index.errors import InputError

_LONGEST: Final = 300

Kind = Literal[
    "name",
    "nickname",
    "employer",
    "department",
    "job_title",
    "city",
    "phone",
    "email",
    "social",
    "website",
    "plate",
]


class Identifier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One identifier with the context that its kind may have.

    Attributes:
        kind: What it is.
        value: The text as typed; a name may have `given` and `family` instead.
        given: Given name of a name.
        family: Family name of a name.
        country: Two-letter country of a phone number, plate or city.
        region: State or province of a plate.
        label: Whose line a phone is: `mobile` and `personal` are one person's,
            `work` and `shared` are not.
        platform: Where a social handle lives.
        size: Whether an employer is `small` or `large`.
        former: Whether an employer is a former one.
    """

    kind: Kind
    value: str | None = None
    given: str | None = None
    family: str | None = None
    country: str | None = None
    region: str | None = None
    label: str | None = None
    platform: str | None = None
    size: str | None = None
    former: bool | None = None


def text_of(identifier: Identifier) -> str:
    """Return the text to read.

    Returns:
        The value, or the given and family name of a name without one.

    Raises:
        InputError: The kind, when the text is missing or too long to be one.
    """
    text = identifier.value
    if not text and identifier.kind == "name":
        both = (identifier.family or "", identifier.given or "")
        text = ", ".join(part for part in both if part)
    if not text:
        raise InputError(identifier.kind, "nothing was given", "Fill it in.")
    if len(text) > _LONGEST:
        raise InputError(identifier.kind, "this is too long", "Shorten it.")
    return text


def something_of(kind: Kind, left: str) -> str:
    """Return what is left of a text to compare.

    Raises:
        InputError: The kind, when nothing is left, as of "?".
    """
    if not left:
        raise InputError(kind, "there is nothing to compare in this text", "Add to it.")
    return left
