"""A trustee's orders are numbered so that none is replayed or lost (§H2).

Counting alone would begin again where a restored backup stood, and fellows would
take what comes next for old. The clock goes on.
"""

from dataclasses import dataclass
from typing import Final

#: By how many days the clock that numbered an order may be ahead of its reader's.
AHEAD_DAYS: Final = 2
_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True)
class Moment:
    """When an operator gives an order: the day, and the second of that day (UTC)."""

    day: int
    second: int

    def number_after(self, last: int) -> int:
        """Above all numbers that this trustee ever used.

        The seconds since 1970, or the next number where several orders fall into
        one. A number of its own that only a mistaken clock can have given is left
        behind: no fellow has taken it.
        """
        now = self.day * _DAY_SECONDS + self.second
        mistaken = last >= now + AHEAD_DAYS * _DAY_SECONDS
        return now if mistaken else max(last + 1, now)


def ahead_of_time(number: int, day: int) -> bool:
    """Whether an order's number would hide those that come after it."""
    return number >= (day + AHEAD_DAYS) * _DAY_SECONDS
