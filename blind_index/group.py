"""The prime-order group ristretto255: strict scalars and elements over libsodium.

Source: RFC 9496; PROTOCOL.md §3.
"""

import hmac
from collections.abc import Iterable
from typing import NoReturn, Self

from blind_index import libsodium
from blind_index.errors import (
    IdentityElement,
    InvalidElement,
    InvalidLength,
    InvalidScalar,
    MisuseError,
)
from blind_index.libsodium import ENCODED_BYTES, UNIFORM_BYTES
from blind_index.randomness import SYSTEM, Randomness


def _check_length(data: bytes, length: int) -> None:
    # libsodium reads a fixed number of bytes, whatever it is given.
    if len(data) != length:
        raise InvalidLength(f"expected {length} bytes")


class Scalar:
    """An integer modulo the group's order, always treated as secret.

    Immutable; arithmetic is libsodium's and takes constant time. Not to be printed,
    hashed, pickled or copied.
    """

    __slots__ = ("_encoded",)
    _encoded: bytes

    def __init__(self) -> None:
        raise MisuseError("make a Scalar by decode, from_int, reduce or random")

    @classmethod
    def _of(cls, encoded: bytes) -> Self:
        scalar = object.__new__(cls)
        object.__setattr__(scalar, "_encoded", encoded)
        return scalar

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode 32 bytes, little-endian, below the group's order.

        Raises:
            InvalidLength: Not 32 bytes.
            InvalidScalar: Not reduced.
        """
        _check_length(data, ENCODED_BYTES)
        reduced = libsodium.run(
            libsodium.SCALAR_REDUCE, data + bytes(UNIFORM_BYTES - ENCODED_BYTES)
        )
        if not hmac.compare_digest(reduced, data):
            raise InvalidScalar("a scalar is not reduced")
        return cls._of(reduced)

    @classmethod
    def from_int(cls, number: int) -> Self:
        """Take a non-negative integer below 2^512, modulo the group's order."""
        if number < 0 or number.bit_length() > 8 * UNIFORM_BYTES:
            raise MisuseError("the integer is out of range")
        return cls.reduce(number.to_bytes(UNIFORM_BYTES, "little"))

    @classmethod
    def reduce(cls, wide: bytes) -> Self:
        """Reduce 64 bytes, little-endian: uniform bytes give a uniform scalar."""
        _check_length(wide, UNIFORM_BYTES)
        return cls._of(libsodium.run(libsodium.SCALAR_REDUCE, wide))

    @classmethod
    def random(cls, randomness: Randomness = SYSTEM) -> Self:
        """Draw a uniform scalar other than zero: one draw of 64 bytes.

        Raises:
            MisuseError: The draw gave zero, which no honest source ever does.
        """
        scalar = cls.reduce(randomness(UNIFORM_BYTES))
        if scalar.is_zero():
            raise MisuseError("the source of randomness is broken")
        return scalar

    def encode(self) -> bytes:
        """The scalar's 32 bytes, little-endian: the one door to its value."""
        return self._encoded

    def is_zero(self) -> bool:
        """Whether this is zero, in constant time."""
        return hmac.compare_digest(self._encoded, bytes(ENCODED_BYTES))

    def invert(self) -> Self:
        """The multiplicative inverse.

        Raises:
            MisuseError: Zero has none.
        """
        if self.is_zero():
            raise MisuseError("zero has no inverse")
        return self._of(libsodium.run(libsodium.SCALAR_INVERT, self._encoded))

    def __add__(self, other: "Scalar") -> Self:
        if not isinstance(other, Scalar):
            return NotImplemented
        return self._of(
            libsodium.run(libsodium.SCALAR_ADD, self._encoded, other.encode())
        )

    def __sub__(self, other: "Scalar") -> Self:
        if not isinstance(other, Scalar):
            return NotImplemented
        return self._of(
            libsodium.run(libsodium.SCALAR_SUB, self._encoded, other.encode())
        )

    def __mul__(self, other: "Scalar") -> Self:
        if not isinstance(other, Scalar):
            return NotImplemented
        return self._of(
            libsodium.run(libsodium.SCALAR_MUL, self._encoded, other.encode())
        )

    def __neg__(self) -> Self:
        return self._of(libsodium.run(libsodium.SCALAR_NEGATE, self._encoded))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scalar):
            return NotImplemented
        return hmac.compare_digest(self._encoded, other.encode())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "Scalar(32 bytes)"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise TypeError("a Scalar is immutable")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Scalar is never pickled or copied")


class Element:
    """A group element: an immutable value, known to be valid.

    Sums may be the identity on the way through a computation; `decode` never
    yields it.
    """

    __slots__ = ("_encoded",)
    _encoded: bytes

    def __init__(self) -> None:
        raise MisuseError("make an Element by decode, from_uniform or base_multiple")

    @classmethod
    def _of(cls, encoded: bytes) -> Self:
        element = object.__new__(cls)
        object.__setattr__(element, "_encoded", encoded)
        return element

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode 32 bytes in their one canonical form.

        Raises:
            InvalidLength: Not 32 bytes.
            IdentityElement: The identity.
            InvalidElement: Any other encoding that RFC 9496 §4.3.1 refuses.
        """
        _check_length(data, ENCODED_BYTES)
        element = cls._of(bytes(data))
        if element.is_identity():
            raise IdentityElement("the identity is not acceptable")
        if libsodium.ELEMENT_VALID(element.encode()) != 1:
            raise InvalidElement("not the canonical encoding of a group element")
        return element

    @classmethod
    def identity(cls) -> Self:
        """The neutral element, where sums begin."""
        return cls._of(bytes(ENCODED_BYTES))

    @classmethod
    def generator(cls) -> Self:
        """The standard's generator G."""
        return cls.base_multiple(Scalar.from_int(1))

    @classmethod
    def base_multiple(cls, scalar: Scalar) -> Self:
        """The generator times a scalar; faster than multiplying `generator()`."""
        if scalar.is_zero():
            return cls.identity()
        return cls._of(libsodium.run(libsodium.MULTIPLY_BASE, scalar.encode()))

    @classmethod
    def from_uniform(cls, uniform: bytes) -> Self:
        """Map 64 uniform bytes to an element whose logarithm nobody knows.

        Bytes that were not hashed may have been chosen to give the identity.

        Source: RFC 9496 §4.3.4.
        """
        _check_length(uniform, UNIFORM_BYTES)
        return cls._of(libsodium.run(libsodium.ELEMENT_FROM_HASH, uniform))

    def encode(self) -> bytes:
        """The element's 32 bytes."""
        return self._encoded

    def is_identity(self) -> bool:
        """Whether this is the neutral element, in constant time."""
        return hmac.compare_digest(self._encoded, bytes(ENCODED_BYTES))

    def __add__(self, other: "Element") -> Self:
        if not isinstance(other, Element):
            return NotImplemented
        return self._of(
            libsodium.run(libsodium.ELEMENT_ADD, self._encoded, other.encode())
        )

    def __sub__(self, other: "Element") -> Self:
        if not isinstance(other, Element):
            return NotImplemented
        return self._of(
            libsodium.run(libsodium.ELEMENT_SUB, self._encoded, other.encode())
        )

    def __mul__(self, scalar: Scalar) -> Self:
        if not isinstance(scalar, Scalar):
            return NotImplemented
        # libsodium reports a result that is the identity as a failure; in a group
        # of prime order these are the only two ways to it.
        if scalar.is_zero() or self.is_identity():
            return self.identity()
        return self._of(
            libsodium.run(libsodium.MULTIPLY, scalar.encode(), self._encoded)
        )

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Element):
            return NotImplemented
        return hmac.compare_digest(self._encoded, other.encode())

    def __hash__(self) -> int:
        return hash(self._encoded)

    def __repr__(self) -> str:
        # A tag point in a log would let its reader test guesses.
        return "Element(32 bytes)"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise TypeError("an Element is immutable")


def weighted_sum(terms: Iterable[tuple[Scalar, Element]]) -> Element:
    """Add up scalar times element over all terms; the identity for none."""
    products = (scalar * element for scalar, element in terms)
    # An addition costs a third of a multiplication: none with the identity.
    first = next(products, Element.identity())
    return sum(products, first)
