"""How many people have a part of a name."""

from typing import Final

from blind_index.identifiers.sound import soft
from blind_index.tables.load import load_groups


def _skeletons(*fields: str) -> frozenset[str]:
    return frozenset(
        soft(word)
        for field in fields
        for names in load_groups("common_names", field).values()
        for word in names
    )


# A dozen of a country's most frequent names, and a few hundred of its frequent ones.
# Both are held as they are compared, so that no spelling slips by.
_WIDESPREAD: Final = _skeletons("widespread")
_COMMON: Final = _skeletons("widespread", "given", "family")


def is_widespread(form: str) -> bool:
    """Tell whether a part, as it is compared, is among the most frequent ones."""
    return form in _WIDESPREAD


def is_common(form: str) -> bool:
    """Tell whether a part, as it is compared, is a frequent one."""
    return form in _COMMON
