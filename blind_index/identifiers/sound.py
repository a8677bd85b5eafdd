"""The consonant skeleton of a word, which survives most spellings and slips."""

import re
from typing import Final

_FIRST: Final = (("ph", "f"), ("sch", "s"), ("sh", "s"), ("ck", "k"), ("x", "ks"))
_SWAP: Final = str.maketrans("cqzw", "kksv")
_SILENT: Final = re.compile("[aeiouyh]")
_LONGEST_EXACT: Final = 2


def skeleton(word: str) -> str:
    """Return the consonants of a folded word, spelled in one way.

    Args:
        word: Lower-case ASCII letters and digits.

    Returns:
        The first letter (`a` for any vowel) and the consonants after it, each
        run of one consonant once; empty for an empty word.
    """
    for spelling, sound in _FIRST:
        word = word.replace(spelling, sound)
    word = word.translate(_SWAP)
    start = "a" if word[:1] in tuple("aeiou") else word[:1]
    rest = start + _SILENT.sub("", word[1:])
    return re.sub(r"([a-z])\1+", r"\1", rest)


def soft(word: str) -> str:
    """Return the skeleton of a word that has enough consonants, else the word.

    Two consonants are too few to tell names apart ("jn" is John and Jean).
    """
    short = skeleton(word)
    return short if len(short) > _LONGEST_EXACT else word
