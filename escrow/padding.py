"""Sizes that tell nothing: entry classes and padded parts (§P5).

Padding is ISO/IEC 7816-4: one byte 0x80, then zeros.
"""

from collections.abc import Sequence

from blind_index.errors import InputError
from escrow.errors import MalformedMessage

ENTRY_CLASSES = (16, 32, 48, 64)
SELF_TAG_COUNT = 64
STANDING_BYTES = 24 * 1024
CONTACT_BYTES = 6 * 1024
NUDGE_BYTES = 512
LOCK_BYTES_PER_ENTRY = 512
STATUS_BYTES = 32 * 1024
LETTER_BYTES = 1024
LETTER_BYTES_PER_MEMBER = 4608  # 64 evaluations, base64url twice
VAULT_BYTES = 128 * 1024


def entry_class(count: int) -> int:
    """The smallest class that holds `count` match keys.

    Raises:
        InputError: More than 64, or none.
    """
    for size in ENTRY_CLASSES:
        if 0 < count <= size:
            return size
    raise InputError("identifiers", "a report holds 1 to 64 match keys")


def part_sizes(entries: int) -> tuple[int, int, int, int]:
    """Plaintext bytes of standing, lock, contact and nudge for an entry class."""
    lock = LOCK_BYTES_PER_ENTRY * entries + 512
    return STANDING_BYTES, lock, CONTACT_BYTES, NUDGE_BYTES


def pad(data: bytes, size: int, field: str) -> bytes:
    """Pad to exactly `size` bytes.

    Raises:
        InputError: What `field` names is too long to fit.
    """
    if len(data) >= size:
        raise InputError(field, "is too long", "Please shorten it.")
    return data + b"\x80" + bytes(size - len(data) - 1)


def unpad(data: bytes) -> bytes:
    """What `pad` padded.

    Raises:
        MalformedMessage: No padding mark.
    """
    body = data.rstrip(b"\x00")
    if not body.endswith(b"\x80"):
        raise MalformedMessage("no padding mark")
    return body[:-1]


def check_entry_count(entries: Sequence[object], field: str) -> None:
    """Refuse a list whose length is not an entry class.

    Raises:
        MalformedMessage: Naming the field.
    """
    if len(entries) not in ENTRY_CLASSES:
        raise MalformedMessage(f"{field}: not 16, 32, 48 or 64 entries")
