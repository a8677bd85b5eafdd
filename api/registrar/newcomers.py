"""Whose check makes room where too many are open: of the network that began most.

Two addresses could otherwise keep everybody else out for as long as they like.
"""

import hashlib
from collections import Counter
from typing import Final

from blind_index.randomness import SYSTEM, Randomness
from escrow.messages.codec import Nonce

#: A network with so many open checks or fewer keeps them: a shelter, an office.
FEW: Final = 20
_KEY_BYTES: Final = 32
#: Short on purpose: a mark fits one address of 65,536, to whoever has the key too.
_MARK_BYTES: Final = 2


class Newcomers:
    """The networks of the last hour's unfinished checks, as keyed marks in memory.

    The key is drawn when the process starts, and a mark is gone with its check, or
    after the hour in which no other check may displace it.
    """

    def __init__(self, *, randomness: Randomness = SYSTEM) -> None:
        self._key = randomness(_KEY_BYTES)
        self._began: dict[Nonce, bytes] = {}

    def note(self, handle: Nonce, network: bytes | None) -> None:
        """A check was begun from this network; None for this machine itself."""
        self._began[handle] = self._mark(network)

    def forget(self, handle: Nonce) -> None:
        """A check is over, or needs no protection from others any more."""
        self._began.pop(handle, None)

    def makes_room_for(self, network: bytes | None) -> Nonce | None:
        """The check to be displaced by one from this network, if there is one.

        The oldest of the network that has most of them; never of the newcomer's own,
        so that nobody ends what a neighbour has begun.
        """
        counts = Counter(self._began.values())
        most, count = max(counts.items(), key=lambda of: of[1], default=(b"", 0))
        own = self._mark(network)
        if most == own or count <= max(FEW, counts[own]):
            return None
        return next(handle for handle, mark in self._began.items() if mark == most)

    def _mark(self, network: bytes | None) -> bytes:
        data = b"\0" if network is None else b"\1" + network
        return hashlib.blake2b(data, key=self._key, digest_size=_MARK_BYTES).digest()
