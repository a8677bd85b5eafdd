"""Alarms and holds over HTTP and SQL (§H)."""

import pytest

from escrow.client import alarm
from escrow.messages.codec import Blob, encode
from escrow.messages.holds import SignedAlarmReceipt
from tests.api.running import ApiFault
from tests.world.world import X


def test_an_alarm_reaches_every_trustee_and_comes_back_signed(world):
    world.file_all("ana", "bea", "cleo")
    world.consent_all()
    ana = world.survivors["ana"]
    ana.alarm("first")
    ana.alarm("first")
    world.settle()
    assert ana.heard_by("first") == [1, 2, 3]
    assert world.survivors["bea"].heard_by("first") == []
    world.file("dana", X)
    world.settle()
    world.consent_all()
    assert world.contacts("ana") == ["bea", "cleo"]
    # Raised again it goes to all again: a trustee may have lost it with a backup.
    ana.alarm("first")
    assert all(len(world.server.pull(t.index).items) == 1 for t in world.opening)
    world.settle()
    assert ana.heard_by("first") == [1, 2, 3]
    world.withdraw("ana")
    world.settle()
    assert ana.views("first") == []


def test_an_alarm_about_one_group_does_not_push_out_that_about_another(world):
    world.file_all("ana", "bea", group=2)
    world.consent_all()
    world.file("cleo", X, group=2)
    world.settle()
    world.consent_all()
    ana = world.survivors["ana"]
    raised = [view for view in ana.views("first") if view.connected]
    assert len(raised) == 2
    ana.alarm("first")
    assert all(len(world.server.pull(t.index).items) == 2 for t in world.opening)
    world.settle()
    assert sorted(ana.heard_by("first")) == [1, 1, 2, 2, 3, 3]


def test_an_alarm_of_nobody_who_was_introduced_is_refused(world):
    world.file_all("ana", "bea", "cleo")
    ana = world.survivors["ana"]
    (view,) = ana.views("first")
    signed = alarm.raise_alarm(ana.reports["first"], view, day=world.day)
    with pytest.raises(ApiFault) as fault:
        world.server.alarm(signed)
    assert (fault.value.status, fault.value.kind) == (404, "not-found")


def ordered(world, index, letters):
    """Post what a trustee's operator said."""
    world.server.post(index, [Blob(encode(letter)) for letter in letters], [])


def test_a_receipt_that_comes_after_she_left_is_not_kept(world):
    world.file_all("ana", "bea", "cleo")
    world.consent_all()
    ana = world.survivors["ana"]
    (view,) = ana.views("first")
    place = view.member
    ana.alarm("first")
    world.settle()
    (shown,) = ana.views("first")
    letters = [SignedAlarmReceipt(receipt=one) for one in shown.alarms]
    assert len(letters) == 3
    world.withdraw("ana")
    for index, letter in enumerate(letters, 1):
        ordered(world, index, [letter])
    kept = world.read(lambda r: r.openings.alarm_receipts(view.case_id, place))
    assert kept == []


def test_a_hold_is_passed_to_the_fellows(world):
    world.file_all("ana", "bea", "cleo")
    (view,) = world.survivors["ana"].views("first")
    ordered(world, 2, world.opening[1].order(view.case_id, "doubt", world.day))
    world.settle()
    for trustee in world.opening:
        assert [order.by for order in trustee.holds.in_force(world.day)] == ["2"]
    world.consent_all()
    assert world.contacts("ana") == []
    ordered(world, 2, world.opening[1].resume(view.case_id, "checked", world.day))
    world.settle()
    assert world.contacts("ana") == ["bea", "cleo"]
