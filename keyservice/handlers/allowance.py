"""How much one fellow may tell a restored trustee of what it does not know (§T7).

What is about its own reports and cases only their authors can have signed. Of others
a fellow can make keys without end; each has an allowance of its own, so that one that
lies crowds nobody out.
"""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from msgspec.structs import replace

from escrow.messages.codec import Blob
from escrow.trustee.context import Event
from escrow.trustee.recovery import Recovery, Stranger

Kind = Literal["withdrawals", "answers", "alarms", "orders"]

#: Far more than an honest fellow can have heard since a backup of last night.
MOST: Final[Mapping[Kind, int]] = MappingProxyType(
    {"withdrawals": 20_000, "answers": 20_000, "alarms": 200, "orders": 200}
)


class Allowance:
    """What one fellow told of reports and cases that this trustee does not know.

    Args:
        recovery: The trustee's; None once it has caught up: then it asked for nothing.
        fellow: Who tells.
    """

    def __init__(self, recovery: Recovery | None, fellow: int) -> None:
        self._fellow = fellow
        self._asked = recovery is not None
        known = recovery.strangers if recovery else ()
        self._told = Counter({s.kind: s.told for s in known if s.fellow == fellow})
        self._over: list[Kind] = []

    def admits(self, kind: Kind) -> bool:
        """Whether one more may be kept; it counts whether it holds or not."""
        if not self._asked:
            return False
        self._told[kind] += 1
        if self._told[kind] == MOST[kind] + 1:
            self._over.append(kind)
        return self._told[kind] <= MOST[kind]

    def kept_in(self, recovery: Recovery) -> Recovery:
        """The recovery that remembers what this fellow has told so far."""
        others = (s for s in recovery.strangers if s.fellow != self._fellow)
        mine = (
            Stranger(fellow=self._fellow, kind=kind, told=self._told[kind])
            for kind in sorted(self._told)
        )
        return replace(recovery, strangers=(*others, *mine))

    def events(self) -> tuple[Event, ...]:
        """A line for each kind of which the fellow has now told too much."""
        return tuple(
            Event(
                kind="told too much",
                subject=Blob(b""),
                detail=f"trustee {self._fellow}: more than {MOST[kind]} unknown {kind}",
            )
            for kind in self._over
        )
