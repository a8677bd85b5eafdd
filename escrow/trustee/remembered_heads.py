"""What a trustee remembers of a fellow's log, however many heads it is shown (§L2).

A head commits to every line before it, so that few are enough; but a fellow that
wants its lines forgotten must not be able to push the true ones out with many new
ones. Nothing here is forgotten because something else came: only with time, and
then the first and the longest of each day or month stay.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from escrow.calendar import month_of
from escrow.messages.codec import Day, Message, Signed
from escrow.messages.mailbox import LogHead
from escrow.signing import peek

#: Of one day so many heads are remembered: the first ones, and then the longest.
A_DAY: Final = 32
#: Of so many days all of these; of others of the year the first and the longest
#: of each day; of what is older the first and the longest of each month.
WHOLE_DAYS: Final = 31
DAYS: Final = 366


class RememberedHead(Message, frozen=True):
    """A fellow's signed head, and the day on which it came."""

    day: Day
    head: Signed

    @property
    def size(self) -> int:
        """How many lines the log had."""
        return peek(self.head, LogHead).size


class FellowHeads(Message, frozen=True, tag="fellow-heads/1"):
    """A fellow's signed log heads, in order of arrival.

    `conflicts` have another hash at a size seen before, or lack fewer entries than
    a shorter log did; both are kept, for together they prove that the fellow's log
    was forked. `crowded` is the last day on which more came than are remembered.
    """

    index: int
    heads: tuple[RememberedHead, ...] = ()
    conflicts: tuple[Signed, ...] = ()
    crowded: int = -1

    @property
    def signed(self) -> tuple[Signed, ...]:
        """The heads that contradict no other."""
        return tuple(one.head for one in self.heads)


def has_room(heads: Iterable[RememberedHead], day: int) -> bool:
    """Whether fewer heads came on this day than are remembered of one."""
    return sum(one.day == day for one in heads) < A_DAY


def remember(
    heads: Sequence[RememberedHead], fresh: RememberedHead
) -> tuple[RememberedHead, ...]:
    """The heads with one more, thinned by their age.

    Where the day has its number, it takes the place of the last one if it is
    longer than all of that day, so that the longest is always there.
    """
    if not has_room(heads, fresh.day):
        today = [one for one in heads if one.day == fresh.day]
        if fresh.size <= max(one.size for one in today):
            return tuple(heads)
        heads = [one for one in heads if one is not today[-1]]
    return _thin([*heads, fresh], fresh.day)


def _thin(heads: Sequence[RememberedHead], day: int) -> tuple[RememberedHead, ...]:
    spans: dict[tuple[str, int], list[RememberedHead]] = {}
    for place, one in enumerate(heads):
        spans.setdefault(_span(place, one.day, day), []).append(one)
    kept = {id(one) for span in spans.values() for one in _ends(span)}
    return tuple(one for one in heads if id(one) in kept)


def _span(place: int, of: int, day: int) -> tuple[str, int]:
    """With which others a head of that day is thinned."""
    age = day - of
    if age < WHOLE_DAYS:
        return "head", place
    return ("day", of) if age < DAYS else ("month", month_of(of))


def _ends(span: Sequence[RememberedHead]) -> tuple[RememberedHead, RememberedHead]:
    return span[0], max(span, key=lambda one: one.size)
