"""What a report says about the person's name, from names and from addresses."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from blind_index.identifiers.name import (
    Name,
    Part,
    is_epithet,
    is_given,
    short_forms,
)
from blind_index.identifiers.name_share import is_common, is_widespread
from blind_index.identifiers.sound import soft

_SEPARATORS: Final = re.compile("[._0-9-]+")
_SHORTEST: Final = 3
_TWO: Final = 2
_FOUR_WORDS: Final = 3  # position of the last of four


class Named(NamedTuple):
    """A person's name as it is compared; every tuple is free of repeats.

    Attributes:
        pairs: Two parts in alphabetical order, joined by a comma.
        singles: One part of at least three letters.
        telling: The same without words that many people are called by.
        rare: Of these, those that are not among the most frequent names.
        initials: The initial of one part and the whole last part.
        generation: "jr" or "sr" if a name says so, else empty.
    """

    pairs: tuple[str, ...]
    singles: tuple[str, ...]
    telling: tuple[str, ...]
    rare: tuple[str, ...]
    initials: tuple[str, ...]
    generation: str


def named(
    names: Sequence[Name], nicknames: Sequence[Name], local: Iterable[str]
) -> Named:
    """Join what names, nicknames and addresses say.

    Args:
        names: The names as read.
        nicknames: Nicknames as read; each stands beside the last part of a name.
        local: Local parts of personal addresses and handles. "ann.lee" is a name
            too, but only if the report has no name or a part of that one.

    Returns:
        Pairs, single parts and initials.
    """
    bare = [_without_epithets(nickname) for nickname in nicknames]
    telling = _forms([*map(_long, names), *bare])
    singles = _forms(map(_long, (*names, *nicknames)))
    pairs = [pair for name in names for pair in _pairs(name)]
    pairs += [pair for name in names for parts in bare for pair in _beside(parts, name)]
    for text in local:
        pairs += _from_address(text, singles)
    initials = [both for name in names if not name.signs for both in _initials(name)]
    return Named(
        pairs=unique(pairs),
        singles=unique(singles),
        telling=unique(telling),
        rare=unique([form for form in telling if not is_widespread(form)]),
        initials=unique(initials),
        generation="".join(name.generation for name in names[:1]),
    )


def common_parts(pair: str) -> int:
    """Count the parts of a pair that are frequent."""
    return sum(map(is_common, pair.split(",")))


def long_words(names: Iterable[Name]) -> list[str]:
    """Return the parts of names as folded, of at least three letters."""
    return [part.word for name in names for part in _long(name)]


def unique(values: Sequence[str]) -> tuple[str, ...]:
    """Return values in their order without repeats and empty ones."""
    return tuple(filter(None, dict.fromkeys(values))) if values else ()


def _long(name: Name) -> list[Part]:
    # One sign of three is a family name of millions or half a given name.
    return [
        part
        for part in name.parts
        if len(part.word) >= _SHORTEST and not (name.signs and part.first == part.last)
    ]


def _without_epithets(nickname: Name) -> list[Part]:
    # "Chef" and the "big" of "Big Joe" are what many people are called.
    return [part for part in _long(nickname) if not is_epithet(part.word)]


def _forms(names: Iterable[Sequence[Part]]) -> list[str]:
    return [form for parts in names for part in parts for form in part.forms]


def _pairs(name: Name) -> Iterator[str]:
    for at, one in enumerate(name.parts):
        for other in name.parts[at + 1 :]:
            # Both halves of a double name are one name, not two that agree.
            double = other.hyphened and other.first == one.last + 1
            apart = one.last < other.first or other.last < one.first
            if apart and not double and _is_whole(one, other, name):
                yield from _joined(one.forms, other.forms)


def _is_whole(one: Part, other: Part, name: Name) -> bool:
    """Tell whether two parts can be a given and a family name.

    The two given names of Maria Clara are as weak as one, and so are the two signs
    of a given name: both parts together must then be the whole name.
    """
    if name.signs:
        return one.last - one.first + other.last - other.first == name.end - 1
    inside = max(one.last, other.last) < name.end
    first_of_many = name.end >= _FOUR_WORDS and one.first == 0 and other.last == 1
    both_given = is_given(one.word) and is_given(other.word)
    return not (inside and (first_of_many or both_given))


def _beside(nickname: Sequence[Part], name: Name) -> Iterator[str]:
    if len(nickname) == 1:
        for part in _ends(name):
            yield from _joined(nickname[0].forms, part.forms)


def _from_address(text: str, singles: Sequence[str]) -> Iterator[str]:
    split = [
        word
        for word in _SEPARATORS.split(text)
        if len(word) >= _SHORTEST and not is_epithet(word)
    ]
    if len(split) == _TWO and (
        not singles or any(soft(one) in singles for one in split)
    ):
        yield from _joined(short_forms(split[0]), short_forms(split[1]))


def _initials(name: Name) -> Iterator[str]:
    for end in _ends(name):
        yield from (f"{initial},{end.forms[0]}" for initial in name.initials)
        for part in name.parts:
            if part.last < end.first:
                yield from (f"{form[0]},{end.forms[0]}" for form in part.forms)


def _ends(name: Name) -> list[Part]:
    return [part for part in name.parts if part.last == name.end]


def _joined(some: Iterable[str], others: Sequence[str]) -> Iterator[str]:
    for one in some:
        for other in others:
            if one != other:
                yield f"{one},{other}" if one < other else f"{other},{one}"
