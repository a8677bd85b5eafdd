"""Opening trustees on real SQLite files, each of which can be killed at any step.

A step is a place between two things that last: before a transaction, before and
after it is kept, before a post reaches the API, before its answer is heard. To be
killed is to lose everything but the files.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from copy import copy
from hashlib import sha256
from itertools import count
from pathlib import Path

from escrow.messages.cases import Release
from escrow.messages.codec import decode
from escrow.messages.mailbox import Letter, PostRequest, PullResponse
from keyservice.ports import Unreachable
from tests.keyservice.keyed_world import STORAGE_KEY, KeyedWorld, WorldQueue

_MOST_DOUBLED = 4


class Killed(BaseException):
    """The process is gone; no handler of errors hears of it."""


class Chance:
    """Draws that look random and are the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._draws = count()

    def below(self, bound: int) -> int:
        """A number from 0 up to a bound."""
        drawn = sha256(f"{self._seed}/{next(self._draws)}".encode()).digest()
        return int.from_bytes(drawn[:8]) % bound

    def shuffled(self, things: list) -> list:
        """The same in another order."""
        left = list(things)
        return [left.pop(self.below(len(left))) for _ in things]


class MortalStore:
    """`ports.Store` whose trustee may be killed around each transaction."""

    def __init__(self, world: "MortalWorld", index: int, store) -> None:
        self._world, self._index, self._store = world, index, store

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator:
        """A transaction of the real store."""
        self._world.step(self._index)
        async with self._store.transaction() as ledger:
            yield ledger
            self._world.step(self._index)
        self._world.step(self._index)

    async def scrub(self) -> None:
        """As the real store does it."""
        await self._store.scrub()
        self._world.step(self._index)

    async def log(self):
        """What the files hold of the log; no step."""
        async with self._store.transaction() as ledger:
            return [entry async for entry in ledger.entries()]


class MortalQueue(WorldQueue):
    """The API, as a trustee sees it who may be killed around each request."""

    def __init__(self, world: "MortalWorld", index: int) -> None:
        super().__init__(world, index)
        self.doubled = 0
        # Pairs whose release was posted while the log did not know of them.
        self.unlogged: list[tuple[int, int]] = []

    async def pull(self, wait_seconds: int) -> PullResponse:
        """What is there to do."""
        pulled = await super().pull(wait_seconds)
        self.world.step(self.index)
        return pulled

    async def post(self, request: PostRequest) -> None:
        """Letters reach the API; what they acknowledge may come again."""
        self.world.step(self.index)
        await self._compare_with_log(request)
        again = self._doubles(request)
        try:
            await super().post(request)
        finally:
            self._work().extend(again)
        self.world.step(self.index)

    def _doubles(self, request: PostRequest) -> list:
        """Copies of some of what is done, once a trustee was killed."""
        if not self.world.victim_died:
            return []
        done = set(request.acknowledged)
        known = [w for w in self._work() if id(w) in self.names]
        works = [w for w in known if self.names[id(w)][0] in done]
        chosen = [copy(work) for work in works if self.world.chance.below(2)]
        chosen = chosen[: _MOST_DOUBLED - self.doubled]
        self.doubled += len(chosen)
        return chosen

    async def _compare_with_log(self, request: PostRequest) -> None:
        letters = [decode(letter, Letter) for letter in request.letters]
        released = [one for one in letters if isinstance(one, Release)]
        if not released:
            return
        known = pairs(await self.world.stores[self.index - 1].log())
        for one in released:
            pair = (bytes(one.case_id), f"{one.giver} to {one.reader}")
            if pair not in known:
                self.unlogged.append((one.giver, one.reader))


def pairs(entries, kind="released") -> list[tuple[bytes, str]]:
    """Case and pair of everything that a log says was released, once or again."""
    return [
        (bytes(entry.subject), pair)
        for entry in entries
        if entry.kind == kind
        for pair in entry.detail.split(", ")
    ]


class MortalWorld(KeyedWorld):
    """A world of which one trustee is killed at one of its steps.

    Attributes:
        victim: Whose step, and which; none for (0, 0).
        steps: How many each trustee took.
        kills: How often a trustee was killed.
    """

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        super().__init__(folder, stack)
        self.queues = [MortalQueue(self, queue.index) for queue in self.queues]
        self.begin_again("", (0, 0))

    def begin_again(self, seed: str, victim: tuple[int, int]) -> None:
        """Count from here."""
        self.chance, self.victim, self.victim_died = Chance(seed), victim, False
        self.steps = dict.fromkeys(range(1, len(self.opening) + 1), 0)
        self.kills = self.lost = 0
        self.up: set[int] = set()

    def copied(
        self, folder: Path, stack: AsyncExitStack, seed: str, victim: tuple[int, int]
    ) -> "MortalWorld":
        """The same world on files of its own; every trustee is down."""
        other = self.fork()
        shutil.copytree(self.folder, folder)
        other.folder, other.stack = folder, stack
        other.places = [folder / place.name for place in self.places]
        other.queues = [MortalQueue(other, queue.index) for queue in self.queues]
        for queue, known in zip(other.queues, self.queues, strict=True):
            queue.names = dict(known.names)
        other.stores, other.pollers = list(self.stores), list(self.pollers)
        other.begin_again(seed, victim)
        return other

    async def _store(self, index: int):
        return MortalStore(self, index, await super()._store(index))

    def step(self, index: int) -> None:
        """Somebody is about to go on; or not."""
        self.steps[index] += 1
        if (index, self.steps[index]) == self.victim:
            self.victim_died = True
            raise Killed

    async def turn(self, index: int) -> bool:
        """Start a trustee if it is down, let it go round; whether it did anything."""
        queue, place = self.queues[index - 1], index - 1
        started = index not in self.up
        try:
            if started:
                self.stores[place] = await self._store(index)
                self.pollers[place] = self._poller(self.stores[place], queue)
                self.up.add(index)
            return bool(await self.pollers[place].round(0)) or started
        except Killed:
            self.kills += 1
            self._die(index)
        except Unreachable:
            self.lost += 1
        return True

    def _die(self, index: int) -> None:
        """Gone, and chance takes others with it, and the next answers."""
        self.up.discard(index)
        for other in list(self.up):
            if self.chance.below(2):
                self.up.discard(other)
                self.kills += 1
        for queue in self.queues:
            queue.unheard = self.chance.below(2)

    async def go_on(self) -> None:
        """Let everybody go round, in any order after a kill, until nothing is left."""
        order = list(range(1, len(self.opening) + 1))
        for _ in range(60):
            if self.victim_died:
                order = self.chance.shuffled(order)
            if not any([await self.turn(index) for index in order]):
                return
        raise AssertionError("it does not come to rest")


__all__ = ["STORAGE_KEY", "Chance", "MortalWorld", "pairs"]
