"""What a handler works with: deployment, keys, store, bells, the day."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from api.errors import NotReady
from api.key_files import Keys
from api.ports import Records, Store
from blind_index.randomness import SYSTEM, Randomness
from escrow.calendar import month_of
from escrow.manifest import Deployment


class Bells:
    """Wake the trustees that wait for work; one bell each."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Event] = {}

    def bell(self, trustee: int) -> asyncio.Event:
        """The event that the next item for a trustee will set."""
        return self._waiting.setdefault(trustee, asyncio.Event())

    def ring(self, trustees: Collection[int]) -> None:
        """Wake whoever waits for one of these trustees."""
        for trustee in trustees:
            if (event := self._waiting.pop(trustee, None)) is not None:
                event.set()

    def hear(self, words: str) -> None:
        """What another process says: whose bells to ring; nothing for all of them."""
        if words:
            self.ring([int(trustee) for trustee in words.split(",")])
        else:
            self.ring_all()

    def ring_all(self) -> None:
        """Wake everybody: the server stops."""
        self.ring(list(self._waiting))


@dataclass(frozen=True)
class Desk:
    """What a handler works with during one request."""

    deployment: Deployment
    keys: Keys
    store: Store
    bells: Bells
    day: int
    notice_window: int = 0
    randomness: Randomness = SYSTEM

    @property
    def month(self) -> int:
        """The month of the day."""
        return month_of(self.day)

    @property
    def trustees(self) -> range:
        """The opening trustees' indexes."""
        return range(1, len(self.deployment.roster.opening.trustees) + 1)

    def to_all(self, body: bytes, *, but: int = 0) -> dict[int, bytes]:
        """The same work for every opening trustee, or for one's fellows."""
        return {index: body for index in self.trustees if index != but}

    @property
    def needed(self) -> int:
        """How many opening trustees are needed (t')."""
        return self.deployment.opening_keys.trustee_threshold

    def reading(self) -> AbstractAsyncContextManager[Records]:
        """A look at everything as it is at one moment."""
        return self.store.read()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Records]:
        """One transaction; once it is durable, whoever waits for it is woken."""
        async with self.store.begin() as records:
            yield records
        self.bells.ring(records.queue.addressed)


@dataclass
class Office:
    """What outlives a request; the manifest comes once the ceremony is over.

    `restored` while the server came from a backup and has not caught up (§T8).

    `clock` gives the day, counted from 1970-01-01.
    """

    roster: bytes
    keys: Keys
    store: Store
    clock: Callable[[], int]
    notice_window: int = 0
    deployment: Deployment | None = None
    restored: bool = False
    bells: Bells = field(default_factory=Bells)

    def desk(self) -> Desk:
        """A desk for one request.

        Raises:
            NotReady: There is no manifest yet.
        """
        if self.deployment is None:
            raise NotReady
        return Desk(
            self.deployment,
            self.keys,
            self.store,
            self.bells,
            self.clock(),
            self.notice_window,
        )
