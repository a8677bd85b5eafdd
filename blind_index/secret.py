"""Secret bytes that do not slip into logs, comparisons, caches or files."""

import hmac
from typing import NoReturn


class SecretBytes:
    """Bytes that must not be printed, hashed, pickled or compared quickly.

    Python cannot wipe `bytes`: this guards against accidents, not against someone
    who reads the process's memory. Keep secrets short-lived.
    """

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = bytes(value)

    def reveal(self) -> bytes:
        """The bytes themselves: the one door."""
        return self._value

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._value)} bytes)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretBytes):
            return NotImplemented
        return hmac.compare_digest(self._value, other._value)

    # A hash would be an unkeyed fingerprint, and dictionaries compare quickly.
    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is never pickled or copied")
