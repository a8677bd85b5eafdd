"""Entropy for tests: a seed gives the same world every time."""

from hashlib import sha512
from itertools import count

from blind_index.randomness import Randomness


def stream(*seed: object) -> Randomness:
    """Draws that follow from a seed and their number alone."""
    prefix = sha512(repr(seed).encode()).digest()
    numbers = count()

    def draw(size: int) -> bytes:
        start = prefix + next(numbers).to_bytes(8, "big")
        blocks = (sha512(start + bytes([i])).digest() for i in range(-(-size // 64)))
        return b"".join(blocks)[:size]

    return draw
