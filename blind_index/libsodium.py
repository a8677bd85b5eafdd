"""libsodium's ristretto255 functions, with every return code checked.

The only importer of `rbcl`, of which it takes the bundled library alone: rbcl's own
functions drop the return codes of addition and subtraction, so that an invalid
addend silently becomes the identity.

Arguments are not checked for length here; `blind_index.group`, the only caller,
does so.

Source: PROTOCOL.md §3; RFC 9496.
"""

import ctypes
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from rbcl._sodium import _sodium, lib_path  # noqa: TID251 - the one place for it

from blind_index.errors import InvalidElement

ENCODED_BYTES: Final = 32
UNIFORM_BYTES: Final = 64

# rbcl writes libsodium to a fresh temporary file at each import and leaves it. Once
# loaded it is not needed by its name; where a loaded library cannot be removed
# (Windows), it stays.
with suppress(OSError):
    Path(lib_path).unlink(missing_ok=True)

Function = Callable[..., int | None]
_Output = ctypes.c_char * ENCODED_BYTES


def _bind(name: str, inputs: int, result: type[ctypes.c_int] | None) -> Function:
    """Fetch a libsodium function of `inputs` byte strings after its output."""
    # Indexing gives a new function object: rbcl's own keep their untyped arguments.
    function = _sodium[name]
    function.argtypes = (ctypes.c_char_p,) * (inputs + 1)
    function.restype = result
    return function


_CORE = "crypto_core_ristretto255_"
SCALAR_REDUCE = _bind(_CORE + "scalar_reduce", 1, None)
SCALAR_ADD = _bind(_CORE + "scalar_add", 2, None)
SCALAR_SUB = _bind(_CORE + "scalar_sub", 2, None)
SCALAR_MUL = _bind(_CORE + "scalar_mul", 2, None)
SCALAR_NEGATE = _bind(_CORE + "scalar_negate", 1, None)
SCALAR_INVERT = _bind(_CORE + "scalar_invert", 1, ctypes.c_int)
ELEMENT_VALID = _bind(_CORE + "is_valid_point", 0, ctypes.c_int)
ELEMENT_FROM_HASH = _bind(_CORE + "from_hash", 1, ctypes.c_int)
ELEMENT_ADD = _bind(_CORE + "add", 2, ctypes.c_int)
ELEMENT_SUB = _bind(_CORE + "sub", 2, ctypes.c_int)
MULTIPLY = _bind("crypto_scalarmult_ristretto255", 2, ctypes.c_int)
MULTIPLY_BASE = _bind("crypto_scalarmult_ristretto255_base", 1, ctypes.c_int)


def run(function: Function, *inputs: bytes) -> bytes:
    """Call a libsodium function and return its 32 bytes of output.

    Raises:
        InvalidElement: libsodium reported a failure.
    """
    output = _Output()
    if function(output, *inputs):
        raise InvalidElement("the group operation was refused")
    return output.raw
