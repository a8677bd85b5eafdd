"""O19: a fellow tells a restored trustee of orders in cases that never were."""

import asyncio
from contextlib import AsyncExitStack

from escrow.messages.recovery import RecordsWanted
from escrow.trustee.holds import Holds
from escrow.trustee.recovery import answer_records
from escrow.trustee.told import Told
from keyservice.ports import HOLDS
from tests.keyservice import made_up
from tests.keyservice.keyed_world import KeyedWorld
from tests.keyservice.old_copies import copy_of
from tests.world.dealt import Plan

PLAN = Plan(name="O19")
RESTORED, LIAR = 1, 2
MANY = 300


async def orders_kept(folder):
    """How many of the made-up orders the restored trustee keeps."""
    async with AsyncExitStack() as stack:
        world = KeyedWorld(folder, stack, PLAN)
        await world.start()
        world.file("ana", group=2)
        await world.work()
        await (await copy_of(world, RESTORED)).bring_back()
        await world.pollers[RESTORED - 1].round(0)
        asked = world.server.queues[LIAR]
        wanted = next(work for work in asked if isinstance(work, RecordsWanted))
        told = Told(
            (),
            tuple(made_up.alarms(world, MANY)),
            tuple(made_up.orders(world, LIAR, MANY)),
        )
        liar = world.pollers[LIAR - 1]._trustee
        letters = answer_records(liar, wanted, (), None, told=told).letters
        world.server.queues[RESTORED] += letters
        await world.pollers[RESTORED - 1].round(0)
        async with world.stores[RESTORED - 1].transaction() as ledger:
            return len((await ledger.load(HOLDS) or Holds()).orders)


def try_made_up(trial, folder):
    won = asyncio.run(orders_kept(folder))
    assert won
    trial.tell(won, 2 * MANY, {"made-up orders": 2 * MANY}, part="made up")


def test_attack_made_up(trial, tmp_path):
    try_made_up(trial, tmp_path)


def test_control_made_up(trial, tmp_path):
    with trial.without("a fellow's allowance", lambda *_: True):
        try_made_up(trial, tmp_path)
