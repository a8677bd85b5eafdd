"""Cities: one name for each, whatever language or short form was typed."""

from typing import Final

from blind_index.identifiers.fold import slug, words
from blind_index.tables.load import load_groups, load_words

_CITIES: Final = {
    slug(spelling): slug(city)
    for city, spellings in load_groups("places", "cities").items()
    for spelling in (city, *spellings)
}
_REGIONS: Final = frozenset(load_words("places", "regions"))
_LONG_REGIONS: Final = frozenset(load_words("places", "long_regions"))
_LONG_REGION_WORDS: Final = (3, 2)
_ARTICLES: Final = frozenset(("city", "greater"))


def city_name(value: str) -> str:
    """Return the one name of a city, without region, country or district.

    Args:
        value: The city as typed, such as "Austin, TX" or "Köln".

    Returns:
        Lower-case ASCII letters and digits; empty when there are none.
    """
    parts = words(value)
    while parts:
        whole = "".join(parts)
        if whole in _CITIES:
            return _CITIES[whole]
        shorter = _without_region(parts)
        if len(shorter) == len(parts):
            return whole
        parts = shorter
    return ""


def is_city(value: str) -> bool:
    """Tell whether joined, folded words are a city of the table."""
    return value in _CITIES


def _without_region(parts: list[str]) -> list[str]:
    for length in _LONG_REGION_WORDS:
        if len(parts) > length and " ".join(parts[-length:]) in _LONG_REGIONS:
            return parts[:-length]
    last = parts[-1]
    if len(parts) > 1 and (last in _REGIONS or last[0].isdigit()):
        return parts[:-1]
    if len(parts) > 1 and parts[0] in _ARTICLES:
        return parts[1:]
    return parts
