"""A lying fellow fills no restored trustee's store, and crowds nobody out (§T7)."""

import pytest

from escrow.messages.mailbox import ConsentNotice
from escrow.messages.recovery import RecordsWanted
from escrow.trustee.boxes import Tombstone
from escrow.trustee.holds import Holds
from escrow.trustee.recovery import answer_records
from escrow.trustee.told import Told
from keyservice.handlers import allowance
from keyservice.handlers.answers import told_answers
from keyservice.handlers.recovery import roll_length
from keyservice.ports import HOLDS, RECOVERY
from tests.keyservice import made_up
from tests.keyservice.old_copies import copy_of, held_of, recovering
from tests.keyservice.test_forgotten import file, said_to, say

pytestmark = pytest.mark.anyio

MANY, FEW = 12, 5


@pytest.fixture(autouse=True)
def _little_is_allowed(monkeypatch):
    monkeypatch.setattr(allowance, "MOST", dict.fromkeys(allowance.MOST, FEW))


def flood(world, liar):
    """What the liar tells besides what it knows."""
    return Told(
        tuple(made_up.answers(world, MANY)),
        tuple(made_up.alarms(world, MANY)),
        tuple(made_up.orders(world, liar, MANY)),
    )


async def hear_liar(world, index, liar, *, withdrawals=()):
    """The restored trustee asks; the liar answers first."""
    await world.pollers[index - 1].round(0)
    queue = world.server.queues[liar]
    wanted = next(work for work in queue if isinstance(work, RecordsWanted))
    queue.remove(wanted)
    held = [
        Tombstone(report_key=made_up.key_of(signed), version=1, withdrawal=signed)
        for signed in withdrawals
    ]
    other = world.pollers[liar - 1]._trustee
    letters = answer_records(other, wanted, held, None, told=flood(world, liar))
    world.server.queues[index] += letters.letters
    await world.pollers[index - 1].round(0)


async def kept(world, index):
    """How many reports, answers and orders a trustee knows of."""
    async with world.stores[index - 1].transaction() as ledger:
        answers = await told_answers(ledger, world.day)
        orders = (await ledger.load(HOLDS) or Holds()).orders
        return await roll_length(ledger), len(answers), len(orders)


async def test_of_what_it_does_not_know_it_takes_little_from_one_fellow(world):
    await file(world, "ana", "bea")
    old = await copy_of(world, 1)
    await old.bring_back()
    await hear_liar(world, 1, 2, withdrawals=tuple(made_up.withdrawals(world, MANY)))
    assert await kept(world, 1) == (2 + FEW, FEW, 2 * FEW)
    async with world.stores[0].transaction() as ledger:
        lines = [e.detail async for e in ledger.entries() if e.kind == "told too much"]
    assert sorted(lines) == sorted(
        f"trustee 2: more than {FEW} unknown {kind}" for kind in allowance.MOST
    )
    # The same again, in whatever parts: it has had its allowance.
    state = await recovering(world, 1)
    assert not allowance.Allowance(state, 2).admits("answers")
    assert allowance.Allowance(state, 3).admits("answers")


async def test_the_others_are_heard_all_the_same(world):
    await file(world, "ana", "bea")
    await say(world, "ana")
    old = await copy_of(world, 1)
    await say(world, "ana", "no")
    world.withdraw("bea")
    await world.work()
    await old.bring_back()
    await hear_liar(world, 1, 2, withdrawals=tuple(made_up.withdrawals(world, MANY)))
    await world.work()
    assert await recovering(world, 1) is None
    assert isinstance(await held_of(world, 1, "bea"), Tombstone)
    newest = said_to(world, 1, ConsentNotice)[-1]
    async with world.stores[0].transaction() as ledger:
        assert newest.consent in await told_answers(ledger, world.day)


async def test_once_it_has_caught_up_it_takes_nothing_of_strangers(world):
    await file(world, "ana", "bea")
    old = await copy_of(world, 1)
    await old.bring_back()
    await world.pollers[0].round(0)
    queue = world.server.queues[2]
    wanted = next(work for work in queue if isinstance(work, RecordsWanted))
    await world.work()
    before = await kept(world, 1)
    other = world.pollers[1]._trustee
    late = answer_records(other, wanted, (), None, told=flood(world, 2))
    world.server.queues[1] += late.letters
    await world.work()
    assert await kept(world, 1) == before
    async with world.stores[0].transaction() as ledger:
        assert await ledger.load(RECOVERY) is None
