"""Folding of text in any script to lower-case ASCII, the same in both languages."""

import re
from typing import Final
from unicodedata import normalize

from anyascii import anyascii

from blind_index.tables.load import load_numbers


def _outside(bounds: tuple[int, ...]) -> re.Pattern[str]:
    spans = zip(bounds[::2], bounds[1::2], strict=True)
    known = "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in spans)
    return re.compile(f"[^{known}]")


# Newer Unicode versions know more code points, and their rules for them; only
# these are the same in every Python and every browser.
_UNKNOWN: Final = _outside(load_numbers("code_points", "ranges"))
# One sign is one syllable in Han and Hangul: a word boundary keeps them apart.
_SYLLABLE: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")
_WORD: Final = re.compile("[a-z0-9]+")


def known(text: str) -> str:
    """Drop code points that are not in the pinned table, then compose (NFC)."""
    return text if text.isascii() else normalize("NFC", _UNKNOWN.sub("", text))


def fold(text: str) -> str:
    """Fold text to lower-case ASCII.

    Args:
        text: Any Unicode text, lone surrogates included.

    Returns:
        ASCII text; Han and Hangul signs become words of their own.

    Source: MATCHING.md, "Fold".
    """
    if not text.isascii():
        text = anyascii(_SYLLABLE.sub(r" \g<0> ", known(text)))
    return text.lower()


def words(text: str) -> list[str]:
    """Fold text and return its words: runs of ASCII letters and digits."""
    return _WORD.findall(fold(text).replace("'", "").replace("`", ""))


def slug(text: str) -> str:
    """Fold text and join its words."""
    return "".join(words(text))
