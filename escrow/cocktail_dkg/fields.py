"""The fields that messages, transcripts and bundles are made of.

Source: COCKTAIL-DKG v0.2.1, Primitive Types and Protocol Messages.
"""

from collections.abc import Sequence
from typing import Final

from blind_index.errors import InvalidLength
from blind_index.group import Element
from escrow.cocktail_dkg.suite import (
    ELEMENT_SIZE,
    MAX_CIPHERTEXT_SIZE,
    MIN_CIPHERTEXT_SIZE,
)

_LENGTH_SIZE: Final = 8


def encode_elements(elements: Sequence[Element]) -> bytes:
    """Join the encodings of elements, 32 bytes each."""
    return b"".join(element.encode() for element in elements)


def encode_framed(ciphertexts: Sequence[bytes]) -> bytes:
    """Join ciphertexts, each after its length in 8 bytes, big-endian."""
    return b"".join(
        len(each).to_bytes(_LENGTH_SIZE, "big") + each for each in ciphertexts
    )


class Reader:
    """Takes fields off the front of bytes; refuses to read past the end."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)

    def take(self, size: int) -> bytes:
        """Take the next bytes.

        Raises:
            InvalidLength: Fewer are left.
        """
        if size > len(self._data):
            raise InvalidLength("A message ends too early.")
        taken, self._data = self._data[:size], self._data[size:]
        return bytes(taken)

    def take_elements(self, count: int) -> tuple[Element, ...]:
        """Take elements of 32 bytes each.

        Raises:
            InvalidLength: Fewer are left.
            InvalidElement: One is not canonical or is the identity.
        """
        return tuple(Element.decode(self.take(ELEMENT_SIZE)) for _ in range(count))

    def take_framed(self) -> bytes:
        """Take a ciphertext after its length in 8 bytes, big-endian.

        Raises:
            InvalidLength: It cannot hold a share, is larger than allowed, or
                is not all there.
        """
        size = int.from_bytes(self.take(_LENGTH_SIZE), "big")
        if not MIN_CIPHERTEXT_SIZE <= size <= MAX_CIPHERTEXT_SIZE:
            raise InvalidLength("A ciphertext has a size no share has.")
        return self.take(size)

    def finish(self) -> None:
        """Refuse anything left over.

        Raises:
            InvalidLength: Something is.
        """
        if self._data:
            raise InvalidLength("A message is longer than its content.")
