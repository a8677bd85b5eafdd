"""The whole way of reports through the real server."""

import pytest
from msgspec.structs import replace

from api.handlers.nudging import open_notice
from escrow.calendar import month_of
from tests.api.running import ApiFault
from tests.world.world import X, Y, email


def formed(world, name):
    return world.survivors[name].views("first")


def test_three_who_named_the_same_person_meet(world):
    world.file_all("ana", "bea", "cleo")
    assert world.contacts("ana") == []
    world.consent_all()
    assert world.contacts("ana") == ["bea", "cleo"]
    assert world.contacts("cleo") == ["ana", "bea"]


def test_the_status_is_the_same_at_none_and_at_one_short(world):
    world.file_all("ana")
    alone = world.survivors["ana"].status("first")
    world.file_all("bea")
    assert world.survivors["ana"].status("first") == alone
    assert world.survivors["ana"].held_by("first") == [1, 2, 3]


def test_those_who_named_somebody_else_stay_apart(world):
    for name, about in (("ana", X), ("bea", X), ("cleo", Y), ("dana", Y)):
        world.file(name, about, 3)
    world.settle()
    assert [formed(world, name) for name in world.survivors] == [[], [], [], []]


def test_a_shared_identifier_at_any_place_is_enough(world):
    world.file("ana", (*X, email("x.private@mail.example")))
    world.file("bea", X)
    world.file("cleo", (email("nobody@mail.example"), *X))
    world.settle()
    world.consent_all()
    assert world.contacts("cleo") == ["ana", "bea"]


def test_a_late_joiner_makes_a_case_that_takes_the_place_of_the_old_one(world):
    world.file_all("ana", "bea", "cleo")
    (old,) = formed(world, "ana")
    world.file_all("dana")
    (new,) = formed(world, "ana")
    assert set(old.header_digests) < set(new.header_digests)
    world.consent_all()
    assert world.contacts("dana") == ["ana", "bea", "cleo"]


def test_what_was_released_stays_readable_when_the_group_grows(world):
    world.file_all("ana", "bea", "cleo")
    world.consent_all()
    world.file_all("dana")
    assert len(formed(world, "ana")) == 2
    assert world.contacts("ana") == ["bea", "cleo"]


def test_a_group_of_two_survives_the_withdrawal_of_the_third(world):
    for name in ("ana", "bea", "cleo"):
        world.file(name, X, 2)
    world.settle()
    world.withdraw("cleo")
    world.settle()
    world.consent_all("ana", "bea")
    assert world.contacts("ana") == ["bea"]
    assert world.survivors["cleo"].erased_by("first") == [1, 2, 3]
    assert world.survivors["cleo"].views("first") == []


def test_a_group_that_is_too_small_after_a_withdrawal_is_shown_to_nobody(world):
    world.file_all("ana", "bea", "cleo")
    world.withdraw("cleo")
    world.settle()
    assert formed(world, "ana") == []


def test_a_new_version_joins_the_group_anew(world):
    world.file_all("ana", "bea", "cleo")
    (before,) = formed(world, "bea")
    survivor = world.survivors["ana"]
    survivor.submit(survivor.changed("first", country="CA"))
    assert formed(world, "bea") == []
    assert survivor.held_by("first") == []
    world.settle()
    (after,) = formed(world, "bea")
    assert after.case_id != before.case_id
    assert survivor.held_by("first") == [1, 2, 3]
    world.consent_all()
    assert world.contacts("bea") == ["ana", "cleo"]


def test_an_answer_about_another_case_is_refused(world):
    world.file_all("ana", "bea", "cleo")
    (old,) = formed(world, "ana")
    world.file_all("dana")
    survivor = world.survivors["ana"]
    (view,) = survivor.views("first")
    with pytest.raises(ApiFault) as fault:
        survivor.answer("first", replace(view, case_id=old.case_id), "yes")
    assert (fault.value.status, fault.value.kind) == (403, "invalid-consent")


def test_every_member_gets_one_notice(world):
    world.file_all("ana", "bea", "cleo")
    desk = world.desk()
    waiting = world.read(lambda records: records.notices.waiting())
    addresses = sorted(open_notice(desk, notice).address for notice in waiting)
    assert addresses == ["ana@example.org", "bea@example.org", "cleo@example.org"]
    stored = world.stored_bytes()
    assert b"ana@example.org" not in stored


def test_the_server_may_stop_and_start_at_any_point(world):
    world.file("ana")
    world.restart()
    world.file_all("bea", "cleo")
    world.restart()
    world.consent_all("ana")
    world.restart()
    world.consent_all()
    world.restart()
    assert world.contacts("ana") == ["bea", "cleo"]


def test_one_trustee_down_does_not_stop_the_others(world):
    world.opening[0].up = False
    world.file_all("ana", "bea", "cleo")
    world.consent_all()
    assert world.contacts("ana") == ["bea", "cleo"]
    world.opening[0].up = True
    world.settle()
    assert world.contacts("ana") == ["bea", "cleo"]
    assert world.survivors["ana"].held_by("first") == [1, 2, 3]


def test_an_expired_report_is_erased_at_the_next_start(world):
    world.file_all("ana", "bea", "cleo")
    world.day += 25 * 31
    world.restart()
    status = world.survivors["ana"].status("first")
    assert (status.receipts, status.cases) == ((), ())


def later(world, months):
    """Months go by, with box keys that are renewed; the server erases what ended."""
    world.day += months * 31
    for trustee in world.opening:
        key = trustee.publish(world.day)
        world.server.put_box_key(trustee.index, key, world.day)
    world.restart()


def test_an_end_that_is_changed_is_the_one_that_counts(world):
    world.file_all("ana", "bea")
    ana, bea = world.survivors["ana"], world.survivors["bea"]
    month = month_of(world.day)
    ana.submit(replace(ana.reports["first"], expiry_month=month + 60))
    bea.submit(replace(bea.reports["first"], expiry_month=month + 1))
    world.settle()
    later(world, 25)
    assert ana.held_by("first") == [1, 2, 3]
    assert bea.status("first").receipts == ()
    assert bea.reports["first"].version == 2
    with pytest.raises(ApiFault) as fault:
        bea.submit(replace(bea.reports["first"], expiry_month=month + 60))
    assert fault.value.kind == "conflicting-report"


def test_what_is_left_of_a_group_when_one_ends_is_asked_anew(world):
    ana = world.person("ana")
    soon = month_of(world.day) + 1
    ana.submit(replace(ana.draft(X, 3, "first"), expiry_month=soon))
    world.file_all("bea", "cleo", "dora")
    (before,) = world.survivors["bea"].views("first")
    assert len(before.header_digests) == 4
    later(world, 3)
    world.settle()
    (after,) = world.survivors["bea"].views("first")
    assert len(after.header_digests) == 3
    world.consent_all("bea", "cleo", "dora")
    assert world.contacts("bea") == ["cleo", "dora"]


def test_a_yes_that_ran_out_is_asked_for_again(world):
    world.file_all("ana", "bea", "cleo")
    world.consent("ana")
    later(world, 3)
    (view,) = formed(world, "ana")
    assert (view.answer, view.settled, view.counter) == (None, False, 1)
    world.consent_all("bea", "cleo")
    assert world.contacts("bea") == []
    world.consent_all("ana")
    assert world.contacts("ana") == ["bea", "cleo"]
    later(world, 3)
    # What it was good for is done: nobody is asked about it again.
    (view,) = formed(world, "ana")
    assert (view.answer, view.connected) == ("yes", True)


def test_a_no_holds_until_it_is_changed(world):
    world.file_all("ana", "bea", "cleo")
    world.consent("ana", "no")
    later(world, 3)
    (view,) = formed(world, "ana")
    assert view.answer == "no"
