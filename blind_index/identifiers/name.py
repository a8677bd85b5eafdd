"""Personal names: the parts that two people would both write."""

import re
from types import MappingProxyType
from typing import Final, NamedTuple

from blind_index.errors import InputError
from blind_index.identifiers.fold import fold, known, words
from blind_index.identifiers.sound import soft
from blind_index.tables.load import load_groups, load_map, load_words

_TITLES: Final = frozenset(load_words("names", "titles"))
_SUFFIXES: Final = frozenset(load_words("names", "suffixes"))
_EPITHETS: Final = frozenset(load_words("names", "epithets"))
_PARTICLES: Final = frozenset(load_words("names", "particles"))
_ARABIC: Final = load_map("names", "arabic")
_ARABIC_NAME: Final = re.compile(
    "(?:\u0639\u0628\u062f +)?[\u0621-\u065f\u0670-\u06d3]+"
)
_ARABIC_ARTICLE: Final = "\u0627\u0644"
_SERVANTS: Final = frozenset(("abd", "abdul", "abdel", "abdal"))
_SYLLABLE: Final = re.compile(
    r"[bcdfghjklmnpqrstwxyz]{0,2}[aeiou]{1,3}(?:ng|n|r|l|k|m|p|t)?"
)
_SIGN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")
_HYPHENS: Final = re.compile("[-\u2010-\u2015]")
_GENERATIONS: Final = MappingProxyType(
    {
        "jr": "jr",
        "jnr": "jr",
        "junior": "jr",
        "sr": "sr",
        "snr": "sr",
        "senior": "sr",
    }
)
_MOST_PARTS: Final = 6
_TWO_SIGNS: Final = 2  # position of the last of three
_MOST_FORMS: Final = 6


_NICKNAMES: Final = tuple(
    group
    for table in ("nicknames", "english_nicknames")
    for group in load_groups(table, "names").items()
)


def _formal_names() -> dict[str, tuple[str, ...]]:
    formal: dict[str, list[str]] = {}
    for name, short_names in _NICKNAMES:
        for short in short_names:
            formal.setdefault(short, []).append(name)
    return {short: tuple(names) for short, names in formal.items()}


_FORMAL: Final = _formal_names()
_GIVEN: Final = frozenset(
    word for name, short_names in _NICKNAMES for word in (name, *short_names)
).union(load_words("names", "given"), *load_groups("common_names", "given").values())


class Part(NamedTuple):
    """One part of a name, such as a given name or a joined double name.

    Attributes:
        word: The part as folded.
        forms: How it is compared: itself, and the names it is short for.
        first: Position of its first word in the name.
        last: Position of its last word.
        hyphened: Whether a hyphen ties it to the word before it.
    """

    word: str
    forms: tuple[str, ...]
    first: int
    last: int
    hyphened: bool = False


class _Word(NamedTuple):
    text: str
    particles: str = ""
    hyphened: bool = False


class Name(NamedTuple):
    """A read name.

    Attributes:
        parts: Single words in their order, then joined ones.
        end: Position of the last word.
        initials: Letters that stand alone.
        generation: "jr" or "sr" if the name ends so, else empty.
        signs: Whether every word is one Han or Hangul sign of three or more.
    """

    parts: tuple[Part, ...]
    end: int
    initials: tuple[str, ...]
    generation: str
    signs: bool


def read_name(value: str) -> Name:
    """Read one personal name.

    Args:
        value: The name as typed, "Family, Given" included.

    Returns:
        Parts with their forms: single words, particles joined to what follows,
        both sides of a hyphen joined, and neighbouring East Asian syllables.

    Raises:
        InputError: `name`, when no part of a name is left.

    Source: MATCHING.md, "Names".
    """
    text = known(value)
    found = _words(_in_order(_spell_arabic(text)))
    initials = tuple(word.text for word in found if len(word.text) == 1)
    found = [word for word in found if len(word.text) > 1][:_MOST_PARTS]
    if not found:
        raise InputError(
            "name",
            "there is no name in this text",
            "Give at least the given or the family name, in full.",
        )
    end = len(found) - 1
    parts = [
        _part(word.text, at, at, end)._replace(hyphened=word.hyphened)
        for at, word in enumerate(found)
    ]
    for at, word in enumerate(found):
        if word.particles:
            parts.append(_part(word.particles + word.text, at, at, end))
        if at and (word.hyphened or _syllables(found[at - 1].text, word.text)):
            parts.append(_part(found[at - 1].text + word.text, at - 1, at, end))
    signs = end >= _TWO_SIGNS and len(_SIGN.findall(text)) == len(found)
    return Name(tuple(parts), end, initials, _generation(value), signs)


def short_forms(word: str) -> tuple[str, ...]:
    """Return how a given name is compared: itself and what it is short for."""
    formal = _FORMAL.get(word, ())[:_MOST_FORMS]
    return tuple(dict.fromkeys((soft(word), *map(soft, formal))))


def is_given(word: str) -> bool:
    """Tell whether a word is a widespread given name, spelled as it mostly is."""
    return word in _GIVEN


def is_epithet(word: str) -> bool:
    """Tell whether a word stands beside many people's names ("big", "official")."""
    return word in _EPITHETS


def _part(word: str, first: int, last: int, end: int) -> Part:
    # A family name is not short for anything, except where it may stand first.
    given = first == last and (last < end or end == 0)
    return Part(word, short_forms(word) if given else (soft(word),), first, last)


def _spell_arabic(text: str) -> str:
    return text if text.isascii() else _ARABIC_NAME.sub(_latin, text)


def _latin(name: re.Match[str]) -> str:
    word = name.group().replace(" ", "")
    bare = word.removeprefix(_ARABIC_ARTICLE)
    return _ARABIC.get(word) or _ARABIC.get(bare) or fold(bare)


def _generation(value: str) -> str:
    # "Sr." before a name is Spanish for Mr.; only after it, it is the elder.
    *before, last = words(value) or [""]
    return _GENERATIONS.get(last, "") if before else ""


def _in_order(text: str) -> str:
    segments = list(re.split("[,\u060c\u3001\uff0c]", text))
    segments = [segment for segment in segments if _named(words(segment))]
    return " ".join([*segments[1:], *segments[:1]]) if segments else ""


def _named(parts: list[str]) -> bool:
    return any(part not in _SUFFIXES for part in parts)


def _words(text: str) -> list[_Word]:
    pieces: list[tuple[str, bool]] = []
    for chunk in fold(text).split(" "):
        split = words(_HYPHENS.sub(" ", chunk))
        pieces += [(piece, at > 0) for at, piece in enumerate(split)]
    while len(pieces) > 1 and pieces[0][0] in _TITLES:
        pieces = pieces[1:]
    while len(pieces) > 1 and pieces[-1][0] in _SUFFIXES:
        pieces = pieces[:-1]
    return _join(pieces) or [_Word(piece) for piece, _ in pieces]


def _join(pieces: list[tuple[str, bool]]) -> list[_Word]:
    """Attach particles and "abd" to the words after them."""
    found: list[_Word] = []
    particles, servant, hyphened = "", "", False
    for text, hyphen in pieces:
        hyphened = hyphen if not (particles or servant) else hyphened
        if text in _SERVANTS:
            servant += particles + text
            particles = ""
        elif text in _PARTICLES:
            particles += text
        else:
            word = servant + particles + text if servant else text
            found.append(_Word(word, "" if servant else particles, hyphened))
            particles, servant = "", ""
    return found + ([_Word(servant)] if servant else [])


def _syllables(before: str, after: str) -> bool:
    return bool(_SYLLABLE.fullmatch(before) and _SYLLABLE.fullmatch(after))
