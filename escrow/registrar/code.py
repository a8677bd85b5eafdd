"""Codes that a person reads in one place and types in another (§R1)."""

import unicodedata
from typing import Final

from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.transcript import derive_key
from escrow.messages.codec import Nonce

DIGITS: Final = 8
_DRAWN_BYTES: Final = 8
# The largest multiple of the number of codes below 2^64: no code is likelier.
_FAIR_BELOW: Final = 2**64 - 2**64 % 10**DIGITS


def new_code(*, randomness: Randomness = SYSTEM) -> str:
    """Eight decimal digits, each code as likely; draws 8 bytes, seldom more."""
    drawn = _FAIR_BELOW
    while drawn >= _FAIR_BELOW:
        drawn = int.from_bytes(randomness(_DRAWN_BYTES), "big")
    return f"{drawn % 10**DIGITS:0{DIGITS}d}"


def shown_code(code: str) -> str:
    """The code in two groups, as people read numbers."""
    half = DIGITS // 2
    return f"{code[:half]} {code[half:]}"


def read_code(typed: str) -> str:
    """The digits of what was typed: of any script, whatever stands between them.

    Something of another length stays what it is: no code equals it.
    """
    digits = (unicodedata.decimal(sign, None) for sign in typed)
    return "".join(str(digit) for digit in digits if digit is not None)


def code_mark(
    key: SecretBytes, reference: Nonce, channel: str, code: str
) -> SecretBytes:
    """A keyed hash of a code, for one check and one channel; compared in fixed time.

    Args:
        key: 32 random bytes that live as long as the process: a code has few
            values, and without a key its hash would be the code.
        reference: Of the check.
        channel: "email", "phone" or "number".
        code: As `new_code` made it or `read_code` read it.
    """
    return derive_key(
        key, Label.CODE_MARK, bytes(reference), channel.encode(), code.encode()
    )
