"""Employers: the name without legal form, branch and abbreviations."""

import re
from typing import Final, NamedTuple

from blind_index.errors import InputError
from blind_index.identifiers.fold import known, words
from blind_index.identifiers.place import is_city
from blind_index.identifiers.sound import soft
from blind_index.tables.load import load_map, load_words

_LEGAL_FORMS: Final = frozenset(
    tuple(form.split(" ")) for form in load_words("employers", "legal_forms")
)
_LONGEST_FORM: Final = max(len(form) for form in _LEGAL_FORMS)
_NATIVE_FORMS: Final = re.compile(
    "|".join(re.escape(form) for form in load_words("employers", "native_legal_forms"))
)
_WORDS: Final = load_map("employers", "words")
_GENERIC: Final = frozenset(load_words("employers", "generic"))
_ENDINGS: Final = load_words("employers", "account_endings")
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_BRANCH: Final = re.compile(
    r"(?: - | \u2013 |, )[^,]*\Z|(?<=[^ ]),? [^ ]+ branch\Z", re.IGNORECASE
)
_AND: Final = re.compile("[&+\uff06]")
_SMALL_WORDS: Final = frozenset(("and", "of", "the", "for", "de", "la", "le"))
# Domain labels are often cut short; firms are compared by this many letters.
_COMPARED: Final = 18
_SHORT: Final = 3
_ACRONYM_WORDS: Final = 3
_ACRONYM_LENGTHS: Final = range(2, 6)


class Employer(NamedTuple):
    """A read employer.

    Attributes:
        code: Consonant skeleton of the whole name.
        head: The first word if it is a name of its own, else empty.
        first: Skeleton of that word.
        initials: Initials of three words or more, or a short name as typed.
    """

    code: str
    head: str
    first: str
    initials: str


def read_employer(value: str) -> Employer:
    """Read one employer.

    Args:
        value: The name as typed.

    Returns:
        The three forms in which employers are compared.

    Raises:
        InputError: `employer`, when nothing of a name is left.

    Source: MATCHING.md, "Employer".
    """
    parts = employer_words(value)
    if not parts:
        raise InputError(
            "employer",
            "this is not the name of an employer",
            "Give the name that people use for it.",
        )
    head = parts[0] if parts[0] not in _GENERIC and len(parts[0]) > _SHORT else ""
    return Employer(firm_code("".join(parts)), head, soft(head), _initials(parts))


def firm_code(label: str) -> str:
    """Return the code of a joined firm name or of a domain's label."""
    return soft(label[:_COMPARED].removesuffix("s"))


def ends_like_firm(handle: str) -> bool:
    """Tell whether a handle ends with a word that firms' names end with."""
    return handle.endswith(_ENDINGS)


def employer_words(value: str) -> list[str]:
    """Return an employer's words, spelled out, without form and branch."""
    text = _NATIVE_FORMS.sub(" ", known(value))
    text = _AND.sub(" and ", _BRACKETS.sub(" ", text))
    parts = words(_BRANCH.sub("", text)) or words(text)
    parts = parts[1:] if len(parts) > 1 and parts[0] == "the" else parts
    parts = _without_forms(_without_city(_without_forms(parts)))
    parts = parts[1:] if len(parts) > 1 and parts[0] == "the" else parts
    return [_WORDS.get(part, part) for part in parts]


def _without_forms(parts: list[str]) -> list[str]:
    found = True
    while found:
        found = False
        for length in range(min(_LONGEST_FORM, len(parts) - 1), 0, -1):
            if tuple(parts[-length:]) in _LEGAL_FORMS:
                parts, found = parts[:-length], True
                break
            if tuple(parts[:length]) in _LEGAL_FORMS:
                parts, found = parts[length:], True
                break
    return parts


def _without_city(parts: list[str]) -> list[str]:
    for length in (3, 2, 1):
        left = parts[:-length]
        named = len(left) > 1 and left[-1] not in _SMALL_WORDS
        if named and is_city("".join(parts[-length:])):
            return left
    return parts


def _initials(parts: list[str]) -> str:
    named = [part for part in parts if part not in _SMALL_WORDS]
    if len(named) >= _ACRONYM_WORDS:
        return "".join(part[0] for part in named)
    short = len(parts) == 1 and len(parts[0]) in _ACRONYM_LENGTHS
    return parts[0] if short else ""
