"""Hashing to the group's elements and scalars."""

import hashlib
from typing import Final

from blind_index.errors import MisuseError
from blind_index.group import Element, Scalar
from blind_index.labels import Label
from blind_index.libsodium import UNIFORM_BYTES
from blind_index.transcript import transcript

_HASH_BYTES: Final = 64
_BLOCK_BYTES: Final = 128
_MOST_BLOCKS: Final = 255
_LONGEST_TAG: Final = 255


def expand_message_xmd(message: bytes, dst: bytes, length: int) -> bytes:
    """Stretch a message to uniform bytes with SHA-512.

    Args:
        message: Any bytes.
        dst: The domain-separation tag, 1 to 255 bytes.
        length: How many bytes, at most 16320.

    Raises:
        MisuseError: A tag or length out of range.

    Source: RFC 9380 §5.3.1; tags too long for it are refused, not hashed.
    """
    blocks = -(-length // _HASH_BYTES)
    if not 0 < blocks <= _MOST_BLOCKS or not 0 < len(dst) <= _LONGEST_TAG:
        raise MisuseError("a tag or length is out of range")
    dst_prime = dst + bytes([len(dst)])
    padded = bytes(_BLOCK_BYTES) + message + length.to_bytes(2, "big")
    first = hashlib.sha512(padded + b"\x00" + dst_prime).digest()
    block, uniform = bytes(_HASH_BYTES), b""
    for number in range(1, blocks + 1):
        mixed = _xor(first, block)
        block = hashlib.sha512(mixed + bytes([number]) + dst_prime).digest()
        uniform += block
    return uniform[:length]


def _xor(one: bytes, other: bytes) -> bytes:
    """Both of one length; as integers, since that is one call instead of many."""
    joined = int.from_bytes(one) ^ int.from_bytes(other)
    return joined.to_bytes(len(one))


def hash_to_group(message: bytes, dst: bytes) -> Element:
    """Hash to an element whose logarithm nobody knows.

    Source: RFC 9380 appendix B, hash_to_ristretto255; RFC 9497 §4.1.
    """
    return Element.from_uniform(expand_message_xmd(message, dst, UNIFORM_BYTES))


def hash_to_scalar(message: bytes, dst: bytes) -> Scalar:
    """Hash to a uniform scalar.

    Source: RFC 9497 §4.1.
    """
    return Scalar.reduce(expand_message_xmd(message, dst, UNIFORM_BYTES))


def label_to_element(label: Label, *fields: bytes) -> Element:
    """Hash labelled fields to an element: their transcript under their label."""
    return hash_to_group(transcript(label, *fields), label.encoded)


def label_to_scalar(label: Label, *fields: bytes) -> Scalar:
    """Hash labelled fields to a scalar: their transcript under their label."""
    return hash_to_scalar(transcript(label, *fields), label.encoded)
