"""How well a measure tells two kinds of people apart."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence


def area_under_curve(ones: Sequence[float], others: Sequence[float]) -> float:
    """How often a random one lies above a random other: 0.5 tells nothing, 1 all.

    It compares ranks, so that what makes a machine slow for everybody leaves it as
    it is, as long as both kinds were measured in turn.
    """
    ranked = sorted(others)
    below = sum(bisect_left(ranked, one) + bisect_right(ranked, one) for one in ones)
    return below / (2 * len(ones) * len(ranked))
