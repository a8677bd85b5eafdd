"""Number plates: country, region and signs, with look-alikes made one."""

import re
from typing import Final, NamedTuple

from blind_index.errors import InputError
from blind_index.identifiers.fold import fold, known, slug
from blind_index.tables.load import load_map, load_words

_REGIONAL: Final = frozenset(load_words("plates", "regional"))
_REGIONS: Final = load_map("plates", "regions")
# Cyrillic letters that plates use because they look like Latin ones.
_LOOK_ALIKES: Final = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445",
    "ABEKMHOPCTYXabekmhopctyx",
)
_SAME_SIGN: Final = str.maketrans("oqi", "001")
_SEPARATOR: Final = re.compile("[^a-z0-9]")
_UNREADABLE: Final = re.compile(r"[?*]")
_SHORTEST: Final = 3
_LONGEST: Final = 12


class Plate(NamedTuple):
    """A read plate: `sure` when country (and region) make it one vehicle's."""

    place: str
    signs: str
    sure: bool


def read_plate(value: str, country: str | None, region: str | None) -> Plate:
    """Read one number plate.

    Args:
        value: The plate as typed.
        country: Two-letter country of registration.
        region: State or province, where plates repeat between them.

    Returns:
        Place, signs, and whether both together are one vehicle's.

    Raises:
        InputError: `plate`, when signs are missing or unreadable.

    Source: MATCHING.md, "Plate".
    """
    signs = _SEPARATOR.sub("", fold(known(value).translate(_LOOK_ALIKES)))
    if _UNREADABLE.search(value) or not _SHORTEST <= len(signs) <= _LONGEST:
        raise InputError(
            "plate",
            "this is not a whole number plate",
            "Give every letter and digit, or leave the plate out.",
        )
    nation, part = slug(country or "").upper(), slug(region or "")
    regional = nation in _REGIONAL
    part = _REGIONS.get(part, part) if regional else ""
    sure = bool(nation) and bool(part or not regional)
    return Plate(f"{nation}{part}".lower(), signs.translate(_SAME_SIGN), sure)
