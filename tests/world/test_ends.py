"""The end of a report: set later, set sooner, reached (§F12)."""

import pytest
from msgspec.structs import replace

from escrow.calendar import month_of
from escrow.errors import ConflictingReport, InvalidReport
from escrow.messages.mailbox import BoxDelivery
from escrow.report.check import MAX_EXPIRY_MONTHS
from escrow.trustee.boxes import EndedReport, HeldReport
from tests.world.world import World, asked

MONTH = 31


def set_end(world, name, months):
    """A new version that ends so many months from now; everything is delivered."""
    survivor = world.survivors[name]
    month = month_of(world.day) + months
    survivor.submit(replace(survivor.reports["first"], expiry_month=month))
    world.settle()


def later(world, months):
    """Months go by; box keys are renewed."""
    world.pass_days(months * MONTH)
    for trustee in world.opening:
        key = trustee.publish(world.day)
        world.server.put_box_key(trustee.index, key, world.day)


def held(world, name):
    key = world.survivors[name].report_key("first")
    return [trustee.held[key] for trustee in world.opening]


def test_a_report_that_is_kept_longer_stands_beyond_its_old_end():
    world = asked("ana")
    later(world, 20)
    set_end(world, "ana", 36)
    later(world, 10)
    world.file_all("bea", "cleo")
    world.consent_all()
    assert world.contacts("ana") == ["bea", "cleo"]


def test_a_report_that_is_to_end_sooner_does():
    world = asked("ana")
    set_end(world, "ana", 3)
    later(world, 5)
    world.file_all("bea", "cleo")
    assert world.consent("bea") == 0
    assert all(isinstance(one, EndedReport) for one in held(world, "ana"))


def test_a_new_end_asks_a_group_anew_and_shows_it_all_the_same():
    world = asked("ana", "bea", "cleo")
    world.consent_all("ana", "bea")
    set_end(world, "ana", 36)
    assert [view.answer for view in world.survivors["ana"].views("first")] == [None]
    world.consent_all()
    assert world.contacts("cleo") == ["ana", "bea"]


def test_shares_last_as_long_as_the_month_and_no_longer():
    world = asked("ana")
    set_end(world, "ana", 1)
    month = month_of(world.day) + 1
    while month_of(world.day + 1) <= month:
        world.pass_days(1)
    assert all(isinstance(one, HeldReport) for one in held(world, "ana"))
    world.pass_days(1)
    for one in held(world, "ana"):
        assert isinstance(one, EndedReport)
        assert (one.version, one.witness) == (2, 0)


def test_who_ended_is_given_to_nobody_who_says_yes_later():
    world = asked("ana", "bea", "cleo", group=2)
    set_end(world, "ana", 1)
    world.consent("ana")
    world.consent("bea")
    # Both answers are on their way when the month ends.
    world.pass_days(2 * MONTH)
    world.settle()
    assert world.released() == {}


def test_a_version_that_was_sent_in_time_and_comes_late_is_taken():
    world = asked("ana")
    set_end(world, "ana", 1)
    survivor = world.survivors["ana"]
    longer = month_of(world.day) + 24
    survivor.submit(replace(survivor.reports["first"], expiry_month=longer))
    world.pass_days(2 * MONTH)
    assert all(isinstance(one, EndedReport) for one in held(world, "ana"))
    world.settle()
    assert all(isinstance(one, HeldReport) for one in held(world, "ana"))


def test_an_ended_version_does_not_come_back():
    world = asked("ana")
    set_end(world, "ana", 1)
    survivor = world.survivors["ana"]
    longer = month_of(world.day) + 24
    wanted = replace(survivor.reports["first"], version=1, expiry_month=longer)
    _, other = survivor.seal(wanted)
    world.pass_days(2 * MONTH)
    trustee = world.opening[0]
    box = next(one for one in other.boxes if one.index == trustee.index)
    before = len(trustee.refused)
    trustee.handle(BoxDelivery(header=other.header, box=box), world.day)
    (refused,) = trustee.refused[before:]
    assert isinstance(refused, ConflictingReport)
    assert isinstance(held(world, "ana")[0], EndedReport)


@pytest.mark.parametrize("months", [-1, MAX_EXPIRY_MONTHS + 1])
def test_an_end_out_of_range_is_refused(months):
    world = World()
    world.file_all("ana")
    with pytest.raises(InvalidReport):
        set_end(world, "ana", months)
