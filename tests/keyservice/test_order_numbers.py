"""A trustee's orders reach its fellows, also when a backup forgot the last ones."""

import pytest
from msgspec.structs import replace

from escrow.errors import InvalidCase
from escrow.messages.codec import Digest
from escrow.messages.holds import Hold, HoldNotice
from escrow.signing import peek
from escrow.trustee import holds
from escrow.trustee.case_files import WaitingCase
from escrow.trustee.holds import NO_HOLDS
from escrow.trustee.order_numbers import AHEAD_DAYS, Moment, ahead_of_time
from keyservice.handlers.holding import hold_case, resume_case
from keyservice.handlers.judgement import Desk
from keyservice.ports import HOLDS
from tests.keyservice.old_copies import copy_of
from tests.world.world import DAY, World

DAY_SECONDS = 86_400
CASE = Digest(bytes(range(32)))


@pytest.fixture
async def world(world):
    for name in ("ana", "bea"):
        world.file(name, group=2)
    await world.work()
    return world


def desk(world, second):
    return Desk(world.pollers[0]._trustee, world.day, 50_000, second)


def case_of(world):
    return next(iter(world.server.cases)).hex()


async def orders_of_the_first(world, index):
    """What a trustee heeds of trustee 1's orders."""
    async with world.stores[index - 1].transaction() as ledger:
        known = await ledger.load(HOLDS) or NO_HOLDS
    return [order.reason for order in known.in_force(world.day) if order.by == "1"]


async def give(world, *orders):
    """Trustee 1 holds (a reason) or resumes (None), each at its second of the day."""
    for second, reason in orders:
        act = (hold_case, reason) if reason else (resume_case, "checked")
        await act[0](world.stores[0], desk(world, second), case_of(world), act[1])
        await world.work()


@pytest.mark.anyio
async def test_a_hold_after_a_restore_is_heeded_though_the_backup_forgot_others(world):
    old = await copy_of(world, 1)
    await give(world, (100, "doubt"), (100, None), (101, "log"), (200, None))
    await old.bring_back()
    await world.work()
    await give(world, (300, "legal"))
    for index in (1, 2, 3):
        assert await orders_of_the_first(world, index) == ["legal"]


@pytest.mark.anyio
async def test_what_is_not_newer_than_the_last_order_is_logged_and_not_heeded(world):
    await give(world, (500, "doubt"))
    (notice,) = [p for p in world.queues[0].posted if isinstance(p, HoldNotice)]
    await give(world, (501, None))
    world.server.queues[2].append(notice)
    await world.work()
    assert await orders_of_the_first(world, 2) == []
    (line,) = [e for e in await world.log(2) if e.kind == "old order"]
    assert line.subject.hex() == case_of(world)
    assert line.detail.startswith("trustee 1, number ")


@pytest.mark.parametrize(
    ("last", "number"),
    [
        (0, DAY * DAY_SECONDS + 7),
        (DAY * DAY_SECONDS + 6, DAY * DAY_SECONDS + 7),
        (DAY * DAY_SECONDS + 7, DAY * DAY_SECONDS + 8),
        (DAY * DAY_SECONDS + 99, DAY * DAY_SECONDS + 100),
        # Of a clock that was years ahead.
        ((DAY + 900) * DAY_SECONDS, DAY * DAY_SECONDS + 7),
        (2**53 - 1, DAY * DAY_SECONDS + 7),
    ],
)
def test_numbers_are_the_clocks_or_the_next(last, number):
    assert Moment(DAY, 7).number_after(last) == number


def test_every_number_that_a_fellow_took_is_counted_from():
    """What is left behind as a mistaken clock's was refused by every right clock."""
    for second in (0, 1, DAY_SECONDS - 1):
        moment = Moment(DAY, second)
        last = (DAY + AHEAD_DAYS) * DAY_SECONDS + second
        assert moment.number_after(last - 1) == last
        assert moment.number_after(last) < last
        assert ahead_of_time(last, DAY)


def test_an_order_of_a_clock_far_ahead_hides_none_that_comes_after():
    giver, hearer = (trustee.me for trustee in World().opening[:2])
    file = WaitingCase(case_id=CASE)
    early = holds.order_hold(giver, NO_HOLDS, file, "legal", Moment(DAY + 900, 0))
    (notice,) = early.letters
    with pytest.raises(InvalidCase) as caught:
        holds.receive_hold(hearer, NO_HOLDS, None, notice, DAY)
    assert caught.value.culprit == giver.index
    later = holds.order_resume(giver, early.state, CASE, "mistake", Moment(DAY, 5))
    again = holds.order_hold(giver, later.state, file, "log", Moment(DAY, 6))
    known = NO_HOLDS
    for step in (later, again):
        known = holds.receive_hold(hearer, known, None, step.letters[0], DAY).state
    assert [order.reason for order in known.in_force(DAY)] == ["log"]


def test_a_fellow_that_is_two_days_behind_says_so_and_is_not_misled():
    giver, hearer = (trustee.me for trustee in World().opening[:2])
    step = holds.order_hold(
        giver, NO_HOLDS, WaitingCase(case_id=CASE), "doubt", Moment(DAY, 0)
    )
    assert peek(step.letters[0].hold, Hold).day == DAY
    known = holds.receive_hold(hearer, NO_HOLDS, None, step.letters[0], DAY - 1).state
    assert known.in_force(DAY)
    with pytest.raises(InvalidCase):
        holds.receive_hold(hearer, replace(known), None, step.letters[0], DAY - 2)
