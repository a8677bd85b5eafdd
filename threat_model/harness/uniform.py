"""Pearson's test: do bytes look as if drawn evenly?"""

from collections import Counter
from collections.abc import Iterable, Sequence

BYTES = 31
# The group's order is 2^252 and a little: the last byte holds four even bits.
TOP_VALUES = 16
# About six standard deviations: false alarms once in some 10^9 columns.
_DEVIATIONS = 6.5


def uneven_columns(encodings: Sequence[bytes]) -> list[int]:
    """Places of encoded scalars whose values are not evenly spread."""
    columns: Iterable[tuple[int, int]] = [
        *((place, 256) for place in range(BYTES)),
        (BYTES, TOP_VALUES),
    ]
    return [
        place
        for place, values in columns
        if _uneven(Counter(one[place] for one in encodings), values, len(encodings))
    ]


def _uneven(counts: Counter[int], values: int, total: int) -> bool:
    expected = total / values
    statistic = sum((counts[v] - expected) ** 2 / expected for v in range(values))
    free = values - 1
    return abs(statistic - free) > _DEVIATIONS * (2 * free) ** 0.5
