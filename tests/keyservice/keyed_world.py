"""The world, with the real shell of a trustee in place of opening trustees."""

from contextlib import AsyncExitStack

from blind_index.secret import SecretBytes
from escrow.messages.codec import Blob, Nonce, decode, encode
from escrow.messages.mailbox import (
    HeadNotice,
    Letter,
    PostRequest,
    PullResponse,
    WorkItem,
)
from escrow.messages.recovery import RecordsAnswer, RecordsWanted, SignedRecords
from escrow.signing import peek
from keyservice.poller import OpeningDuty, Poller
from keyservice.ports import Unreachable
from keyservice.sql_store import open_store
from tests.databases import place_of
from tests.world.dealt import Plan
from tests.world.world import DAY, World

STORAGE_KEY = SecretBytes(bytes(range(32)))


class WorldQueue:
    """`ports.Mailbox` over the world's server; loses an answer if told to."""

    def __init__(self, world: World, index: int) -> None:
        self.world = world
        self.index = index
        # Keeps the work itself too, so that no identity is used twice.
        self.names: dict[int, tuple[Nonce, object]] = {}
        self.posted: list[Letter] = []
        self.published = 0
        # Posts that reach the server although the trustee never hears so.
        self.unheard = 0

    def _work(self):
        return self.world.server.queues[self.index]

    async def pull(self, _: int) -> PullResponse:
        items = []
        for work in self._work():
            fresh = Nonce((len(self.names) + 1).to_bytes(16, "big"))
            name, _ = self.names.setdefault(id(work), (fresh, work))
            items.append(WorkItem(item=name, body=Blob(encode(work))))
        return PullResponse(items=tuple(items))

    async def post(self, request: PostRequest) -> None:
        for encoded in request.letters:
            letter = decode(encoded, Letter)
            self.posted.append(letter)
            if isinstance(letter, HeadNotice | RecordsWanted):
                self._to_fellows(letter)
            elif isinstance(letter, SignedRecords):
                answer = peek(letter.answer, RecordsAnswer)
                self.world.server.queues[answer.recipient].append(letter)
            else:
                self.world.server.post(self.index, letter)
        done = set(request.acknowledged)
        queue = self._work()
        queue[:] = [
            work for work in queue if self.names.get(id(work), (None,))[0] not in done
        ]
        if self.unheard:
            self.unheard -= 1
            raise Unreachable("the answer was lost")

    def _to_fellows(self, work: HeadNotice | RecordsWanted) -> None:
        for index, queue in self.world.server.queues.items():
            if index != self.index:
                queue.append(work)

    async def publish_box_key(self, key) -> None:
        self.published += 1
        self.world.server.put_box_key(self.index, key, self.world.day)


class KeyedWorld(World):
    """A world whose opening trustees are pollers on real databases.

    Args:
        folder: Of SQLite files.
        stack: Closes the stores.
        plan: Of the deployment.
        new_database: Makes a PostgreSQL database each; SQLite if it gives none.
    """

    def __init__(
        self,
        folder,
        stack: AsyncExitStack,
        plan: Plan | None = None,
        new_database=str,
    ) -> None:
        super().__init__(plan)
        self.folder = folder
        self.stack = stack
        self.places = [
            place_of(new_database(), folder / f"opening-{i + 1}.sqlite")
            for i in range(len(self.opening))
        ]
        self.queues = [WorldQueue(self, i + 1) for i in range(len(self.opening))]
        self.stores = []
        self.pollers = []

    def settle(self, choose=None) -> None:
        """Nothing moves before `work`."""

    async def start(self) -> None:
        """Start every opening trustee, or start them again."""
        self.stores = [await self._store(queue.index) for queue in self.queues]
        self.pollers = [
            self._poller(store, queue)
            for store, queue in zip(self.stores, self.queues, strict=True)
        ]
        for poller in self.pollers:
            await poller.round(0)

    async def _store(self, index: int):
        place = self.places[index - 1]
        return await self.stack.enter_async_context(open_store(place, STORAGE_KEY))

    def _poller(self, store, queue: WorldQueue, entries: int = 50_000) -> Poller:
        place = queue.index - 1
        duty = OpeningDuty(
            self.deployment,
            queue.index,
            self.dealt.identity_seeds["opening"][place],
            self.dealt.key_shares["opening"][place],
            entries,
        )
        return Poller(store, queue, duty, lambda: self.day)

    async def work(self, *only: int) -> None:
        """Let trustees go round until nothing is queued for them."""
        chosen = only or range(1, len(self.pollers) + 1)
        for _ in range(30):
            done = [await self.pollers[i - 1].round(0) for i in chosen]
            if not any(done):
                return

    async def log(self, index: int):
        async with self.stores[index - 1].transaction() as ledger:
            return [entry async for entry in ledger.entries()]

    async def kinds(self, index: int):
        return [entry.kind for entry in await self.log(index)]


__all__ = ["DAY", "KeyedWorld", "WorldQueue"]
