"""O06: the API and most trustees come back from before a withdrawal, one does not."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from escrow.messages.recovery import RecordsWanted, SignedRecords
from escrow.trustee.boxes import HeldReport, Tombstone
from escrow.trustee.case_files import JudgedCase
from escrow.trustee.recovery import answer_records
from keyservice.ports import CASES, HELD
from tests.keyservice.keyed_world import KeyedWorld
from tests.keyservice.old_copies import copy_of
from tests.world.dealt import Plan
from threat_model.known_bad import credulous

ROUNDS = 4


class Place:
    """The committee, which of it come back old, who lies; the last is not heard."""

    def __init__(self, plan: Plan, old: tuple[int, ...], liar: int = 0):
        self.plan, self.old, self.liar = plan, old, liar


# Each of so many restored ones has t' fellows that answer, as far as answers count.
PLACES = {
    "t' + 1 restored": Place(Plan(name="O06", opening=(2, 4)), (1, 2, 3)),
    "t' restored and a liar": Place(
        Plan(name="O06 liar", opening=(3, 5)), (1, 2, 3), 4
    ),
}


async def come_back(folder, place):
    """How many trustees judged a group with a report that was taken back."""
    async with AsyncExitStack() as stack:
        world = KeyedWorld(folder, stack, place.plan)
        await world.start()
        ana = world.file("ana", group=2)
        await world.work()
        key, old_server = ana.report_key("first"), world.server.fork()
        copies = [await copy_of(world, index) for index in place.old]
        world.withdraw("ana")
        await world.work()
        for index in range(1, len(world.stores) + 1):
            assert isinstance(await held(world, index, key), Tombstone)
        world.server = old_server
        for copy in copies:
            await copy.bring_back()
            assert isinstance(await held(world, copy.index, key), HeldReport)
        await rounds(world, place)
        world.file("bea", group=2)
        await rounds(world, place)
        won = await judged(world, place.old)
        # Once the one who knows is heard, it is over.
        await world.work()
        for index in place.old:
            report = await held(world, index, key)
            assert won or isinstance(report, Tombstone)
        return won


async def rounds(world, place):
    """The API serves whom it likes, in the order that it likes."""
    for _ in range(ROUNDS):
        for index in place.old:
            await world.pollers[index - 1].round(0)
            if place.liar:
                lie(world, place)


def lie(world, place):
    """A trustee that was never away says that nothing was withdrawn."""
    poller, queue = world.pollers[place.liar - 1], world.server.queues[place.liar]
    for wanted in [work for work in queue if isinstance(work, RecordsWanted)]:
        letters = answer_records(poller._trustee, wanted, (), None).letters
        answers = [one for one in letters if isinstance(one, SignedRecords)]
        assert answers
        world.server.queues[wanted.recipient].extend(answers)
        queue.remove(wanted)


async def held(world, index, key):
    async with world.stores[index - 1].transaction() as ledger:
        return await ledger.load(HELD, key)


async def judged(world, indexes):
    """Who has found that a group stands; ana is in each, for two are needed."""
    won = 0
    for index in indexes:
        async with world.stores[index - 1].transaction() as ledger:
            files = [await ledger.load(CASES, case) for case in world.server.cases]
        won += any(isinstance(f, JudgedCase) and f.verdict.level > 0 for f in files)
    return won


PARTS = [
    "t' + 1 restored",
    pytest.param("t' restored and a liar", marks=pytest.mark.slow),
]


def try_backups(trial, folder, part):
    place = PLACES[part]
    won = asyncio.run(come_back(folder, place))
    done = {"trustees restored": len(place.old), "reports withdrawn": 1}
    trial.tell(won, len(place.old), done, part=part)


@pytest.mark.parametrize("part", PARTS)
def test_attack(trial, tmp_path, part):
    try_backups(trial, tmp_path, part)


@pytest.mark.parametrize("part", PARTS)
def test_control(trial, tmp_path, part):
    with trial.without("restored fellows do not count", credulous.anybody_counts):
        try_backups(trial, tmp_path, part)
