"""The consonant skeleton of a word, which survives most spellings and slips."""

import re
from typing import Final

_FIRST: Final = (("ph", "f"), ("sch", "s"), ("sh", "s"), ("ck", "k"), ("x", "ks"))
_SWAP: Final = str.maketrans("cqzw", "kksv")
# The same for the letters after the first, of which vowels, y and h are dropped.
_SOUND: Final = str.maketrans("cqzw", "kksv", "aeiouyh")
_VOWELS: Final = frozenset("aeiou")
_LONGEST_EXACT: Final = 2
_DOUBLED: Final = re.compile(r"([b-df-hj-np-tv-z])\1+")


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
    first = word[:1]
    last = "a" if first in _VOWELS else first.translate(_SWAP)
    short = last
    for sign in word[1:].translate(_SOUND):
        # Only letters are doubled by spelling; digits and hyphens count.
        if sign != last or not sign.isalpha():
            short += sign
        last = sign
    return short


def soft(word: str) -> str:
    """Return the skeleton of a word that has enough consonants, else the word.

    Two consonants are too few to tell names apart ("jn" is John and Jean); such a
    word loses no more than doubled ones ("Anna" is Ana).
    """
    short = skeleton(word)
    return short if len(short) > _LONGEST_EXACT else _DOUBLED.sub(r"\1", word)
