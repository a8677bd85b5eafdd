"""O16: a restored trustee forgot a no, an alarm, its own hold; a yes is repeated."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from escrow.messages.mailbox import ConsentNotice
from escrow.messages.recovery import RecordsWanted, SignedRecords
from escrow.trustee.recovery import answer_records
from keyservice.handlers.holding import hold_case
from keyservice.handlers.judgement import Desk
from keyservice.ports import RECOVERY
from tests.keyservice.keyed_world import KeyedWorld
from tests.keyservice.old_copies import copy_of
from tests.world.dealt import Plan
from threat_model.known_bad import forgetful

PLAN = Plan(name="O16", opening=(2, 4))
# Of the restored one's fellows one is heard, one says nothing, one is kept away.
RESTORED, HONEST, LIAR = 1, 2, 4
ROUNDS = 6


class Day:
    """What was said after the backup, and what comes when it is back."""

    def __init__(self, world: KeyedWorld):
        self.world = world

    async def work(self):
        for _ in range(2):
            await self.world.work()

    async def say(self, name, answer="yes"):
        self.world.consent(name, answer)
        await self.work()

    async def some_rounds(self):
        """The API serves the restored one, one honest fellow and the liar alone."""
        world = self.world
        for _ in range(ROUNDS):
            for index in (RESTORED, HONEST):
                await world.pollers[index - 1].round(0)
            queue = world.server.queues[LIAR]
            for wanted in [work for work in queue if isinstance(work, RecordsWanted)]:
                queue.remove(wanted)
                liar = world.pollers[LIAR - 1]._trustee
                letters = answer_records(liar, wanted, (), None).letters
                world.server.queues[wanted.recipient] += letters

    async def agree_late(self, *names):
        for name in names:
            self.world.consent(name)
            await self.some_rounds()


class No(Day):
    """Ana said yes, and no after the backup; the API repeats the yes, not the no."""

    async def before(self):
        await self.say("ana")

    async def after(self):
        await self.say("ana", "no")

    async def then(self):
        names = self.world.queues[RESTORED - 1].names.values()
        said = [work for _, work in names if isinstance(work, ConsentNotice)]
        self.world.server.queues[RESTORED].append(said[0])
        await self.agree_late("bea")


class NoOfWhomItNeverHeard(No):
    """The backup is older than the yes too; the API repeats that alone."""

    async def before(self):
        pass

    async def after(self):
        await self.say("ana")
        await self.say("ana", "no")


class Alarm(Day):
    """Ana met bea and raised an alarm after the backup; cleo joins."""

    async def before(self):
        await self.say("ana")
        await self.say("bea")

    async def after(self):
        self.world.survivors["ana"].alarm("first")
        await self.work()

    async def then(self):
        self.world.file("cleo", group=2)
        await self.some_rounds()
        await self.agree_late("ana", "bea", "cleo")


class Hold(Day):
    """The restored trustee itself held the case after the backup."""

    async def before(self):
        pass

    async def after(self):
        world = self.world
        desk = Desk(world.pollers[RESTORED - 1]._trustee, world.day, 1000)
        (case_id,) = world.server.cases
        await hold_case(world.stores[RESTORED - 1], desk, case_id.hex(), "legal")
        await self.work()

    async def then(self):
        await self.agree_late("ana", "bea")


DAYS = {
    "a no": No,
    "a no to a yes it never had": NoOfWhomItNeverHeard,
    "an alarm": Alarm,
    "its own hold": Hold,
}


async def come_back(folder, kind):
    """How many shares the restored trustee gives away against what was said."""
    async with AsyncExitStack() as stack:
        world = KeyedWorld(folder, stack, PLAN)
        await world.start()
        day = kind(world)
        for name in ("ana", "bea"):
            world.file(name, group=2)
        await day.work()
        await day.before()
        old = await copy_of(world, RESTORED)
        await day.after()
        known = {case_id: len(given(world, case_id)) for case_id in world.server.cases}
        await old.bring_back()
        world.server.queues[RESTORED].clear()
        await day.some_rounds()
        async with world.stores[RESTORED - 1].transaction() as ledger:
            assert await ledger.load(RECOVERY) is None
        answers = [
            work
            for _, work in world.queues[RESTORED - 1].names.values()
            if isinstance(work, SignedRecords)
        ]
        assert len(answers) == 2
        await day.then()
        return sum(
            len(given(world, case_id)) - known.get(case_id, 0)
            for case_id in world.server.cases
        )


def given(world, case_id):
    """What the restored trustee released in a case."""
    releases = world.server.cases[case_id].releases
    return [release for release in releases if release.index == RESTORED]


def try_words(trial, folder, part):
    won = asyncio.run(come_back(folder, DAYS[part]))
    done = {"trustees restored": 1, "trustees that say nothing": 1}
    trial.tell(min(won, 1), 1, done, part=part)


# The other two look a second time at what the same two guards prevent.
QUICK = ("a no", "an alarm")
PARTS = [
    part if part in QUICK else pytest.param(part, marks=pytest.mark.slow)
    for part in DAYS
]


@pytest.mark.parametrize("part", PARTS)
def test_attack(trial, tmp_path, part):
    try_words(trial, tmp_path, part)


@pytest.mark.parametrize("part", PARTS)
def test_control(trial, tmp_path, part):
    guard, forgets = CONTROLS[part]
    with trial.without(guard, forgets):
        try_words(trial, tmp_path, part)


ANSWERS = ("what was said is told again", forgetful.hear_no_answer)
ORDERS = ("what was held is told again", forgetful.recall_nothing)
CONTROLS = {
    "a no": ANSWERS,
    "a no to a yes it never had": ANSWERS,
    "an alarm": ORDERS,
    "its own hold": ORDERS,
}
