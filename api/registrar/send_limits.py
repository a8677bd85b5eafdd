"""How often something is sent to one address, and in all: nobody can be bombed.

In memory only, by keyed hashes under a key that ends with the process: of whom
something was sent to nothing is left to find.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.transcript import derive_key
from escrow.errors import QuotaExceeded

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
#: Messages to one address within so many seconds.
TO_ONE: Final[Mapping[float, int]] = MappingProxyType({HOUR: 3, DAY: 6})


@dataclass
class SendLimits:
    """Counts messages; `key` is drawn for this process (32 bytes).

    Args:
        key: Hides the addresses.
        per_hour: Messages in all, to whomever.
    """

    key: SecretBytes
    per_hour: int
    _sent: deque[float] = field(default_factory=deque)
    _to: dict[bytes, deque[float]] = field(default_factory=dict)

    def check_total(self, count: int, now: float) -> None:
        """Refuse everybody alike when too much was sent in this hour.

        Raises:
            QuotaExceeded: Says nothing about any address.
        """
        self._forget(now)
        if len(self._sent) + count > self.per_hour:
            raise QuotaExceeded("too many checks at once; please try again in an hour")

    def admit(self, address: str, now: float) -> bool:
        """Count a message to this address; False if it must not be sent.

        Who asks is not told: a refusal would say that somebody else is being
        verified there.
        """
        self._forget(now)
        mark = self._mark(address)
        times = self._to.get(mark, deque())
        within = (
            sum(now - t < span for t in times) < most for span, most in TO_ONE.items()
        )
        if len(self._sent) >= self.per_hour or not all(within):
            return False
        self._sent.append(now)
        self._to.setdefault(mark, times).append(now)
        return True

    def _mark(self, address: str) -> bytes:
        return derive_key(self.key, Label.SEND_MARK, address.encode()).reveal()

    def _forget(self, now: float) -> None:
        while self._sent and now - self._sent[0] >= HOUR:
            self._sent.popleft()
        for mark, times in list(self._to.items()):
            while times and now - times[0] >= DAY:
                times.popleft()
            if not times:
                del self._to[mark]
