"""Seeded draws from weighted lists."""

from bisect import bisect
from itertools import accumulate

from tests.match_data.world import Dice

FINE = 1 << 53


class Urn:
    """Values with weights; how widespread each is decides how often it comes."""

    def __init__(self, weights):
        self.values = list(weights)
        self._sums = list(accumulate(weights.values()))

    def draw(self, dice):
        at = bisect(self._sums, dice.below(FINE) / FINE * self._sums[-1])
        return self.values[min(at, len(self.values) - 1)]


def zipf(values, exponent):
    """Weights as in nature: the n-th most widespread has 1/n^exponent."""
    values = list(dict.fromkeys(values))
    return {one: (n + 1) ** -exponent for n, one in enumerate(values)}


def shuffled(values, seed):
    """The values in an order that follows from the seed, not from the alphabet."""
    dice, left = Dice(f"shuffle {seed}"), list(values)
    for at in range(len(left) - 1, 0, -1):
        other = dice.below(at + 1)
        left[at], left[other] = left[other], left[at]
    return left


def chance(dice, share):
    """Whether something happens that happens to such a share."""
    return dice.below(FINE) < share * FINE
