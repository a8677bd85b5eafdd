"""The floor under every figure: libsodium and hashlib called with nothing around.

Each operation is the bare call into the library, its result read as bytes. Their
times are taken in the same run as what is compared with them.
"""

import ctypes
import hashlib
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Final

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

from blind_index import libsodium
from blind_index.labels import OprfMode
from blind_index.libsodium import ENCODED_BYTES, Function
from blind_index.randomness import SYSTEM

_TAG: Final = OprfMode.VOPRF.scalar_tag
_GROUP_TAG: Final = OprfMode.VOPRF.group_tag
_ROUNDS, _CALLS = 15, 40
_Output = ctypes.c_char * ENCODED_BYTES


def call(function: Function, *inputs: bytes) -> bytes:
    """One bare call; the result's 32 bytes."""
    output = _Output()
    function(output, *inputs)
    return output.raw


def uniform(message: bytes, tag: bytes) -> bytes:
    """What hashing to 64 uniform bytes needs: SHA-512 twice (RFC 9380 §5.3.1)."""
    end = tag + bytes([len(tag)])
    first = hashlib.sha512(bytes(128) + message + b"\x00\x40\x00" + end).digest()
    return hashlib.sha512(first + b"\x01" + end).digest()


def hash_to_scalar(message: bytes) -> bytes:
    """A scalar from a message, and nothing else."""
    return call(libsodium.SCALAR_REDUCE, uniform(message, _TAG))


def hash_to_element(message: bytes) -> bytes:
    """An element from a message, and nothing else."""
    return call(libsodium.ELEMENT_FROM_HASH, uniform(message, _GROUP_TAG))


def random_scalar() -> bytes:
    """A uniform scalar."""
    return call(libsodium.SCALAR_REDUCE, SYSTEM(64))


def random_element() -> bytes:
    """A uniform element."""
    return call(libsodium.ELEMENT_FROM_HASH, SYSTEM(64))


Operations = Mapping[str, Callable[[], object]]


def operations() -> Operations:
    """Every operation of which a floor is counted, ready to be called."""
    scalar, other, element = random_scalar(), random_scalar(), random_element()
    text, key, nonce = SYSTEM(64), SYSTEM(32), SYSTEM(24)
    kilobyte = SYSTEM(1024)
    return {
        "decode": lambda: libsodium.ELEMENT_VALID(element),
        "multiply": lambda: call(libsodium.MULTIPLY, scalar, element),
        "multiply base": lambda: call(libsodium.MULTIPLY_BASE, scalar),
        "add": lambda: call(libsodium.ELEMENT_ADD, element, element),
        "invert": lambda: call(libsodium.SCALAR_INVERT, scalar),
        "scalar": lambda: call(libsodium.SCALAR_MUL, scalar, other),
        "hash to scalar": lambda: hash_to_scalar(text),
        "hash to element": lambda: hash_to_element(text),
        "hash": lambda: hashlib.sha512(text).digest(),
        # HKDF-SHA512 is four hashes of two blocks at the least.
        "derive": lambda: [hashlib.sha512(kilobyte[:256]).digest() for _ in range(4)],
        "encrypt 1 KiB": lambda: crypto_aead_xchacha20poly1305_ietf_encrypt(
            kilobyte, text, nonce, key
        ),
    }


def unit_times(known: Operations) -> dict[str, float]:
    """Seconds a call of each, the median of several rounds."""
    taken: dict[str, list[float]] = {name: [] for name in known}
    for _ in range(_ROUNDS):
        for name, operation in known.items():
            start = perf_counter()
            for _ in range(_CALLS):
                operation()
            taken[name].append((perf_counter() - start) / _CALLS)
    return {name: median(times) for name, times in taken.items()}


def priced(counts: Mapping[str, int], units: Mapping[str, float]) -> float:
    """Seconds that this many operations take at these unit times."""
    return sum(count * units[name] for name, count in counts.items())
