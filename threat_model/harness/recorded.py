"""Stores at work in a process of its own, which says what it does as it does it.

    python -m threat_model.harness.recorded STORY FOLDER [GUARD]

Writes lines to standard output, so that a trace of the process holds them in their
place among the writes to the disk:

    state FILE DIGEST   a transaction is about to be kept, after which this is there
    kept FILE           it was
    said FILE           somebody was told of everything kept so far
"""

import asyncio
import os
import sys
from contextlib import AsyncExitStack, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, Pool, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from escrow.messages.mailbox import PostRequest
from tests.api.running import running
from tests.keyservice.keyed_world import KeyedWorld, WorldQueue
from tests.world.dealt import Plan
from threat_model.harness.contents import MARK, digest
from threat_model.harness.guards import removed
from threat_model.known_bad.careless_store import CARELESS


def say(word: str, *rest: str) -> None:
    """One line, in one write."""
    os.write(1, MARK + " ".join((word, *rest)).encode() + b"\n")


@event.listens_for(Engine, "commit")
def _before_commit(connection: Connection) -> None:
    path, info = str(connection.engine.url.database), connection.info
    changes = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    if info.get("changes") != changes:
        info.update(path=path, changes=changes)
        say("state", path, digest(connection.exec_driver_sql))


@event.listens_for(Pool, "checkin")
def _after_commit(_connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    if "path" in entry.info:
        say("kept", entry.info["path"])


def filing(folder: Path) -> None:
    """Reports come to the API, one is taken back; the API starts anew."""
    with running(folder, Plan(name="O01")) as world:
        path = str(world.config.database)
        for name in ("ana", "bea"):
            world.file(name, group=2)
            say("said", path)
        world.withdraw("bea")
        say("said", path)
        world.restart()
        world.file("cleo", group=2)
        say("said", path)


def matching(folder: Path) -> None:
    """The API finds a group, passes claims, letters and answers on, keeps releases."""
    with running(folder, Plan(name="O01")) as world:
        path = str(world.config.database)

        def settle() -> None:
            while sum(world.serve(trustee) for trustee in world.opening):
                say("said", path)

        for name in ("ana", "bea"):
            world.file(name, group=2)
            say("said", path)
        settle()
        for name in ("ana", "bea"):
            world.consent(name)
            say("said", path)
        settle()
        if world.contacts("ana") != ["bea"]:
            raise AssertionError("the two did not meet")


class SayingQueue(WorldQueue):
    """What leaves a trustee was told to somebody."""

    async def post(self, request: PostRequest) -> None:
        """Say so, before anybody hears of it."""
        say("said", str(self.world.folder / f"opening-{self.index}.sqlite"))
        await super().post(request)


async def _trustees(folder: Path) -> None:
    async with AsyncExitStack() as stack:
        world = KeyedWorld(folder, stack)
        world.queues = [SayingQueue(world, queue.index) for queue in world.queues]
        await world.start()
        for name in ("ana", "bea"):
            world.file(name, group=2)
        await world.work()
        world.consent_all()
        await world.work()
        world.withdraw("ana")
        await world.work()


def trustees(folder: Path) -> None:
    """Opening trustees take reports, judge, release and erase."""
    asyncio.run(_trustees(folder))


STORIES = {
    "filing": filing,
    "every moment": filing,
    "matching": matching,
    "trustees": trustees,
}


def main(story: str, folder: str, guard: str = "") -> None:
    """Live a story; with a guard's name, without it."""
    replaced = removed(guard, "O01", CARELESS[guard]) if guard else nullcontext()
    with replaced:
        STORIES[story](Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
