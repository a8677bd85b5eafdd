"""People and trustees whose API is a real process, killed in the middle of a release.

The trustees are real shells on SQLite files of their own, and speak to the API over
HTTP, as they do from their own machines.
"""

import asyncio
import json
import shutil
import sqlite3
import time
from contextlib import AsyncExitStack, closing
from copy import copy
from pathlib import Path

import httpx

from blind_index.errors import ProtocolError
from escrow.command.clock import today
from escrow.command.layout import free_ports
from escrow.command.layout_configs import url_of
from escrow.command.processes import wait_until_ready
from escrow.command.service import Service
from escrow.messages.cases import Release
from escrow.messages.codec import decode
from escrow.messages.mailbox import Letter, PostRequest, PullResponse
from keyservice.api_channel import ApiChannel, Signatory, SignedChannel
from keyservice.ports import Refused, Unreachable
from tests.api.running import RemoteServer, lay_out
from tests.keyservice.keyed_world import KeyedWorld
from tests.world.dealt import Plan
from threat_model.harness.mortal import Chance

_CONFIG = """\
data_dir = "data"
roster = "data/roster.json"
origin = {origin}
port = {port}
limits = {{ tries = 0 }}
"""
_AGAIN = """\
INSERT INTO queue (item, trustee, sequence, kind, subject, body)
VALUES (randomblob(16), ?, 1000000, 'consent', zeroblob(32), ?)
"""
_SECONDS = 60
_MOST_ROUNDS = 60


class Line(SignedChannel):
    """A trustee's way to the API; keeps what came and which releases left by it."""

    def __init__(self, world: "ServedWorld", index: int) -> None:
        url = url_of(world.port)
        client = httpx.AsyncClient(base_url=url, timeout=_SECONDS, trust_env=False)
        world.stack.push_async_callback(client.aclose)
        seed = world.dealt.identity_seeds["opening"][index - 1]
        signatory = Signatory(index, seed, lambda: time.time_ns() // 1000)
        super().__init__(ApiChannel(client), signatory)
        self.index = index
        self.pulled: list[bytes] = []
        self.releases: set[Release] = set()

    async def pull(self, wait_seconds: int) -> PullResponse:
        """What is there to do."""
        response = await super().pull(wait_seconds)
        self.pulled += [bytes(item.body) for item in response.items]
        return response

    async def post(self, request: PostRequest) -> None:
        """Letters, and what may leave the queue."""
        letters = [decode(body, Letter) for body in request.letters]
        self.releases |= {one for one in letters if isinstance(one, Release)}
        await super().post(request)


class ServedWorld(KeyedWorld):
    """A world of pollers on files, and one process for all of them to speak to.

    Attributes:
        kills: How often the API died by itself.
        restarts: How many trustees were started anew after that.
        repeated: How much of what they had fetched was queued once more.
    """

    def __init__(self, folder: Path, stack: AsyncExitStack, plan: Plan) -> None:
        super().__init__(folder, stack, plan)
        self.day = today()
        self._begin_again("honest")

    def _begin_again(self, seed: str) -> None:
        (self.port,) = free_ports(1)
        text = _CONFIG.format(
            origin=json.dumps(self.deployment.roster.origin), port=self.port
        )
        (self.folder / "api.toml").write_text(text, "utf-8")
        self.steps = self.folder / "steps"
        self.chance, self.kills = Chance(seed), 0
        self.restarts = self.repeated = 0
        self.queues = [Line(self, i + 1) for i in range(len(self.opening))]
        client = httpx.Client(
            base_url=url_of(self.port), timeout=_SECONDS, trust_env=False
        )
        self.stack.callback(client.close)
        self.server = RemoteServer(client, self)

    async def lay_out(self) -> None:
        """Keys, roster and manifest of an API whose ceremony is over."""
        await asyncio.to_thread(lay_out, self.folder / "data", self.dealt.plan)

    def serve(self, last: int = 0, guard: str = "") -> None:
        """Start the API; it lives up to a step of those that are counted."""
        run = ("run", "--config", str(self.folder / "api.toml"))
        module = "threat_model.harness.mortal_api"
        arguments = (module, str(self.steps), str(last), guard, *run)
        self.api = Service("api", arguments, self.folder, url_of(self.port))
        self.stack.callback(self.api.kill)
        wait_until_ready([self.api])

    async def copied(
        self, folder: Path, stack: AsyncExitStack, seed: str
    ) -> "ServedWorld":
        """The same on files of its own; nothing runs, nor may anything of this one."""
        other = copy(self)
        shutil.copytree(self.folder, folder)
        other.folder, other.stack = folder, stack
        other.places = [folder / place.name for place in self.places]
        other.survivors = {n: s.fork(other) for n, s in self.survivors.items()}
        other._begin_again(seed)
        return other

    async def wake(self, index: int) -> None:
        """Start a trustee on its files; it says that it is there."""
        place, queue = index - 1, self.queues[index - 1]
        self.stores[place] = await self._store(index)
        self.pollers[place] = self._poller(self.stores[place], queue)
        await self.pollers[place].round(0)

    async def release(self) -> None:
        """Everybody says yes, and trustees go round until nothing is left to do."""
        self.steps.touch()
        for name in self.survivors:
            while not self._said_yes(name):
                await self._revive()
        for _ in range(_MOST_ROUNDS):
            if not any([await self._turn(queue.index) for queue in self.queues]):
                return
        raise AssertionError("it does not come to rest")

    def _said_yes(self, name: str) -> bool:
        """Whether she had an answer; without one she says it again."""
        try:
            self.consent(name)
        except httpx.TransportError:
            return False
        return True

    async def _turn(self, index: int) -> bool:
        try:
            return bool(await self.pollers[index - 1].round(0))
        except (Unreachable, Refused, ProtocolError):
            await self._revive()
            return True

    def _queue_again(self) -> None:
        """What was fetched, done or not, is there once more, as in an older copy."""
        database = self.folder / "data" / "api.sqlite3"
        rows = [(queue.index, body) for queue in self.queues for body in queue.pulled]
        with closing(sqlite3.connect(database)) as opened, opened:
            opened.executemany(_AGAIN, rows)
        self.repeated += len(rows)

    async def _revive(self) -> None:
        """The API starts anew where it was killed; chance takes trustees with it."""
        deadline = time.monotonic() + _SECONDS
        while self.api.running:
            if time.monotonic() > deadline:
                raise AssertionError("the API lives and does not answer")
            await asyncio.sleep(0.01)
        self.kills += 1
        self._queue_again()
        self.serve()
        for queue in self.queues:
            if self.chance.below(2):
                self.restarts += 1
                await self.wake(queue.index)
