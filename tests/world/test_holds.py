"""Something is not right: alarms and holds stop further introductions (§H)."""

import pytest
from msgspec.structs import replace

from blind_index.errors import InvalidIndex
from blind_index.labels import Label
from escrow.client import alarm
from escrow.errors import InvalidCase, InvalidSignature
from escrow.messages.codec import Blob, decode, encode
from escrow.messages.holds import HONOURED_DAYS, Alarm, Hold, HoldNotice
from escrow.messages.mailbox import AlarmNotice
from escrow.signing import peek, sign
from escrow.trustee.holds import Holds
from tests.world.world import World, Y, asked, connected

GROUP = ("ana", "bea", "cleo")


def case_of(world: World):
    """The first case of the world."""
    return next(iter(world.server.cases))


def late_joiner(world: World) -> None:
    """Dana joins, and everybody says yes."""
    world.file_all("dana")
    world.consent_all(*GROUP, "dana")


def met_dana(world: World) -> bool:
    return "dana" in world.contacts("ana")


def alarmed() -> World:
    world = connected(*GROUP)
    world.survivors["ana"].alarm("first")
    world.settle()
    return world


# Alarms


def test_an_alarm_stops_introductions_of_cases_that_extend_hers():
    world = alarmed()
    late_joiner(world)
    assert not met_dana(world)
    assert world.contacts("ana") == ["bea", "cleo"]


def test_without_an_alarm_the_late_joiner_is_met():
    world = connected(*GROUP)
    late_joiner(world)
    assert met_dana(world)


def test_every_trustee_signs_that_it_heard_and_the_log_says_so():
    world = alarmed()
    assert world.survivors["ana"].heard_by("first") == [1, 2, 3]
    assert world.survivors["bea"].heard_by("first") == []
    assert [len(world.log(index, "alarm")) for index in (1, 2, 3)] == [1, 1, 1]


def test_an_alarm_stops_a_witness_too():
    world = alarmed()
    world.saw("wren")
    (note,) = [v for v in world.survivors["ana"].views("first") if v.witness]
    world.survivors["ana"].answer("first", note, "yes")
    world.settle()
    case = world.server.cases[note.case_id]
    assert not case.nudges
    world.consent("wren")
    world.settle()
    assert world.contacts("ana") == ["bea", "cleo"]


def test_an_alarm_is_over_after_its_days_and_what_waited_goes_on():
    world = alarmed()
    late_joiner(world)
    world.pass_days(HONOURED_DAYS)
    assert not met_dana(world)
    world.pass_days(1)
    world.settle()
    assert met_dana(world)


def test_a_member_delays_others_once():
    world = alarmed()
    late_joiner(world)
    world.pass_days(HONOURED_DAYS - 1)
    world.survivors["ana"].alarm("first")
    world.settle()
    world.pass_days(2)
    world.settle()
    assert met_dana(world)


def test_trustees_that_looked_lift_an_alarm():
    world = alarmed()
    late_joiner(world)
    world.resume(1, case_of(world))
    world.settle()
    assert not met_dana(world)
    world.resume(2, case_of(world))
    world.settle()
    assert met_dana(world)


def test_an_alarm_is_of_somebody_who_was_introduced():
    world = asked(*GROUP)
    ana = world.survivors["ana"]
    (view,) = ana.views("first")
    signed = alarm.raise_alarm(ana.reports["first"], view, day=world.day)
    world.server.alarm(signed)
    world.settle()
    for trustee in world.opening:
        assert [type(error) for error in trustee.refused] == [InvalidCase]
        assert not trustee.holds.orders


@pytest.mark.parametrize("day", [-HONOURED_DAYS - 1, 2, 10_000])
def test_an_alarm_of_another_day_is_refused(day):
    world = connected(*GROUP)
    ana = world.survivors["ana"]
    (view,) = ana.views("first")
    signed = alarm.raise_alarm(ana.reports["first"], view, day=world.day + day)
    world.server.alarm(signed)
    world.settle()
    assert not any(trustee.holds.orders for trustee in world.opening)


def test_nobody_raises_anothers_alarm():
    world = connected(*GROUP)
    ana, bea = world.survivors["ana"], world.survivors["bea"]
    (view,) = ana.views("first")
    signed = alarm.raise_alarm(ana.reports["first"], view, day=world.day)
    forged = replace(peek(signed, Alarm), report_key=bea.report_key("first"))
    seed = ana.reports["first"].keys().report_seed
    notice = AlarmNotice(alarm=sign(seed, Label.ALARM, forged))
    world.server.to_all(notice)
    world.settle()
    for trustee in world.opening:
        assert [type(error) for error in trustee.refused] == [InvalidSignature]


# Holds


@pytest.mark.parametrize("index", [1, 2, 3])
def test_any_one_trustee_can_hold_a_release(index):
    world = asked(*GROUP)
    world.hold(index, case_of(world))
    world.settle()
    world.consent_all(*GROUP)
    assert not world.released()
    world.resume(index, case_of(world))
    world.settle()
    assert world.contacts("ana") == ["bea", "cleo"]


def test_a_hold_that_fellows_never_hear_of_stops_its_own_shares_alone():
    # A server that drops the notice: t' others still release.
    world = asked(*GROUP)
    held = world.opening[0]
    held.order(case_of(world), "doubt", world.day)
    world.consent_all(*GROUP)
    assert world.contacts("ana") == ["bea", "cleo"]
    assert 1 not in {index for _, index, _, _ in world.released()}


def test_no_trustee_censors_for_ever():
    world = asked(*GROUP)
    world.hold(1, case_of(world))
    world.settle()
    world.consent_all(*GROUP)
    for _ in range(3):
        world.pass_days(HONOURED_DAYS // 3)
        # It resumes and holds again: its days still count from its first hold.
        world.resume(1, case_of(world))
        world.hold(1, case_of(world), "legal")
    world.pass_days(1)
    world.settle()
    for trustee in world.opening[1:]:
        assert not trustee.holds.in_force(world.day)
    assert world.contacts("ana") == ["bea", "cleo"]


def test_a_hold_is_logged_with_its_reason_at_every_trustee_and_never_overwritten():
    world = asked(*GROUP)
    world.hold(2, case_of(world), "legal")
    world.settle()
    world.resume(2, case_of(world), "mistake")
    world.settle()
    for trustee in world.opening:
        said = [
            (e.kind, e.detail) for e in trustee.events if e.kind in {"hold", "resume"}
        ]
        assert [kind for kind, _ in said] == ["hold", "resume"]
        assert "legal" in said[0][1]
        assert "mistake" in said[1][1]
        assert [order.reason for order in trustee.holds.orders] == ["legal"]
        assert trustee.holds.orders[0].ended_day == world.day


def test_one_trustee_does_not_lift_anothers_hold():
    world = asked(*GROUP)
    world.hold(1, case_of(world))
    world.settle()
    for index in (2, 3):
        world.resume(index, case_of(world))
    world.settle()
    world.consent_all(*GROUP)
    assert not world.released()


def test_a_hold_of_one_case_leaves_others_alone():
    world = World()
    world.file_all(*GROUP)
    held = case_of(world)
    for name in ("dora", "eve", "fay"):
        world.file(name, Y)
    world.settle()
    world.hold(1, held)
    world.settle()
    world.consent_all()
    assert world.contacts("ana") == []
    assert world.contacts("dora") == ["eve", "fay"]


def test_a_replayed_or_forged_hold_changes_nothing():
    world = asked(*GROUP)
    world.hold(1, case_of(world))
    notice = next(said for _, said in world.said if isinstance(said, HoldNotice))
    world.settle()
    world.resume(1, case_of(world))
    world.settle()
    forged = replace(
        notice.hold, payload=Blob(encode(replace(peek(notice.hold, Hold), number=9)))
    )
    world.server.to_all(notice)
    world.server.to_all(HoldNotice(hold=forged))
    world.settle()
    for trustee in world.opening:
        assert not trustee.holds.in_force(world.day)
        assert {type(e) for e in trustee.refused} <= {InvalidSignature, InvalidIndex}


def test_what_a_trustee_keeps_of_holds_survives_its_encoding():
    world = alarmed()
    world.hold(1, case_of(world))
    world.settle()
    for trustee in world.opening:
        assert len(trustee.holds.orders) == 2
        assert decode(encode(trustee.holds), Holds) == trustee.holds
