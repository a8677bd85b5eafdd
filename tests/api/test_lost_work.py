"""What an old backup lacks comes back: cases, answers, versions (§T8, §F13)."""

import pytest
from msgspec.structs import replace

from api.handlers import recovery
from escrow.calendar import month_of
from escrow.messages.codec import Blob, encode
from escrow.messages.recovery import CasesWanted
from escrow.trustee.boxes import EndedReport, Tombstone
from escrow.trustee.recovery import answer_records
from tests.api.old_copies import a_question, decoded, state, stored
from tests.api.running import ApiFault
from tests.world.world import X, Y, email


def test_a_group_that_met_after_the_backup_meets_again_by_itself(world, copies):
    world.file_all("ana", "bea", "cleo")
    copies.keep(world)
    world.consent_all()
    copies.bring_back(world)
    world.settle()
    assert state(world) == "ready"
    assert world.contacts("ana") == ["bea", "cleo"]
    (view,) = world.survivors["ana"].views("first")
    assert (view.answer, view.counter) == ("yes", 1)
    # Their notes had been made before the backup, and are not made again.
    assert not notes(world)


def test_undeclared_they_would_not_meet_again(world, copies):
    """The control: nobody asks the trustees, and nobody is told."""
    world.file_all("ana", "bea")
    world.file_all("cleo")
    copies.keep(world)
    world.consent_all()
    copies.bring_back(world, declared=False)
    world.settle()
    assert world.contacts("ana") == []


def test_a_case_opened_after_the_backup_is_answered_as_before(world, copies):
    world.file_all("ana", "bea")
    world.file("cleo")
    copies.keep(world)
    world.settle()
    world.consent_all()
    assert world.contacts("cleo") == ["ana", "bea"]
    copies.bring_back(world)
    world.settle()
    assert world.contacts("cleo") == ["ana", "bea"]
    # A note may come twice: nobody knows whether the first was sent.
    assert notes(world) == 3


def test_many_cases_are_asked_for_in_several_questions(world, copies, monkeypatch):
    monkeypatch.setattr(recovery, "MOST_CASES", 2)
    third = (email("third@mail.example"),)
    for report, about in (("first", X), ("second", Y), ("third", third)):
        for name in ("ana", "bea"):
            world.file(name, about, group=2, report=report)
        world.settle()
    copies.keep(world)
    world.consent_all()
    met = {
        (name, report): world.contacts(name, report)
        for name in ("ana", "bea")
        for report in ("first", "second", "third")
    }
    assert all(met.values())
    copies.bring_back(world)
    for trustee in world.opening[:2]:
        world.serve(trustee)
    questions = [
        decoded(item)
        for item in world.server.pull(1).items
        if isinstance(decoded(item), CasesWanted)
    ]
    assert len(questions) > 1
    assert {len(wanted.case_ids) for wanted in questions[:-1]} == {2}
    world.settle()
    assert {place: world.contacts(*place) for place in met} == met


def test_what_was_released_of_somebody_who_left_does_not_come_back(world, copies):
    world.file_all("ana", "bea", "cleo", "dora")
    copies.keep(world)
    world.consent_all()
    late = world.opening[2]
    late.up = False
    world.withdraw("dora")
    world.settle()
    copies.bring_back(world)
    world.settle()
    late.up = True
    world.settle()
    assert world.contacts("ana") == ["bea", "cleo"]
    (view,) = world.survivors["ana"].views("first")
    gone = world.survivors["dora"].report_key("first")

    async def released_of(records):
        case = await records.cases.get(view.case_id, 0)
        places = range(len(case.members))
        found = [await records.openings.releases(view.case_id, p) for p in places]
        keys = [member.report_key for member in case.members]
        return {keys[r.giver] for some in found for r in some}

    assert gone not in world.read(released_of)


def test_a_version_that_trustees_replaced_is_forgotten(world, copies):
    ana = world.person("ana")
    submission = ana.submit(ana.draft(X, 3, "first"))
    world.file("bea", group=2)
    world.settle()
    copies.keep(world)
    ana.submit(ana.changed("first"))
    world.settle()
    copies.bring_back(world)
    assert stored(world, submission)
    world.settle()
    assert not stored(world, submission)
    with pytest.raises(ApiFault) as unknown:
        ana.status("first")
    assert unknown.value.kind == "not-found"
    world.file("cleo", group=2)
    world.settle()
    (view,) = world.survivors["cleo"].views("first")
    assert len(view.header_digests) == 2


def test_a_single_trustees_word_forgets_nothing(world, copies):
    ana = world.person("ana")
    submission = ana.submit(ana.draft(X, 3, "first"))
    world.settle()
    copies.keep(world)
    key, liar = ana.report_key("first"), world.opening[0]
    liar.held[key] = replace(liar.held[key], version=9)
    copies.bring_back(world)
    world.settle()
    assert state(world) == "ready"
    assert stored(world, submission)
    # Not even if it says so twice.
    letters = answer_records(liar.me, a_question(world, 0), [liar.held[key]], None)
    world.server.post(1, [Blob(encode(letter)) for letter in letters.letters])
    assert stored(world, submission)
    assert ana.held_by("first")


def test_an_older_version_does_not_outlive_one_that_ended(world, copies):
    ana = world.person("ana")
    submission = ana.submit(ana.draft(X, 3, "first"))
    world.settle()
    copies.keep(world)
    sooner = replace(ana.reports["first"], expiry_month=month_of(world.day) + 1)
    ana.submit(sooner)
    world.settle()
    world.day += 70
    for trustee in world.opening:
        trustee.review(world.day)
    copies.bring_back(world)
    assert stored(world, submission)
    world.settle()
    assert not stored(world, submission)


def test_a_withdrawal_after_the_end_reaches_every_trustee(world):
    ana = world.person("ana")
    ana.submit(replace(ana.draft(X, 3, "first"), expiry_month=month_of(world.day) + 1))
    world.settle()
    world.day += 70
    for trustee in world.opening:
        trustee.review(world.day)
    world.restart()
    key = ana.report_key("first")
    assert {type(t.held[key]) for t in world.opening} == {EndedReport}
    ana.withdraw("first")
    world.settle()
    assert {type(t.held[key]) for t in world.opening} == {Tombstone}
    assert ana.erased_by("first") == [1, 2, 3]


def test_who_missed_a_withdrawal_that_the_server_lost_is_told(world, copies):
    copies.keep(world)
    ana = world.file("ana")
    world.settle()
    missed = world.opening[2]
    missed.up = False
    ana.withdraw("first")
    world.settle()
    copies.bring_back(world)
    world.settle()
    missed.up = True
    world.settle()
    assert isinstance(missed.held[ana.report_key("first")], Tombstone)


def test_who_filed_after_the_backup_can_take_it_back(world, copies):
    copies.keep(world)
    ana = world.file("ana")
    world.settle()
    copies.bring_back(world)
    world.settle()
    key = ana.report_key("first")
    ana.withdraw("first")
    world.settle()
    assert {type(t.held[key]) for t in world.opening} == {Tombstone}
    assert ana.erased_by("first") == [1, 2, 3]
    # Again, as a client does that does not know how far it came.
    ana.withdraw("first")
    ana.withdraw("first")
    assert len(world.server.pull(1).items) == 1
    world.settle()
    assert ana.erased_by("first") == [1, 2, 3]
    assert not ana.bring(replace(ana.reports["first"], withdrawn=False))


def test_who_changed_after_the_backup_can_take_it_back(world, copies):
    ana = world.file("ana")
    world.settle()
    copies.keep(world)
    ana.submit(ana.changed("first"))
    world.settle()
    copies.bring_back(world)
    world.settle()
    ana.withdraw("first")
    world.settle()
    assert ana.erased_by("first") == [1, 2, 3]


def test_a_stranger_can_withdraw_nothing_after_a_backup_either(world, copies):
    copies.keep(world)
    world.file("ana")
    world.settle()
    copies.bring_back(world)
    world.settle()
    mal = world.person("mal")
    mal.reports["first"] = replace(mal.draft(X, 3, "first"), version=1)
    with pytest.raises(ApiFault) as unknown:
        mal.withdraw("first")
    assert unknown.value.kind == "not-found"
    assert all(world.server.pull(index).items == () for index in (1, 2, 3))


def test_who_filed_after_the_backup_sends_it_again(world, copies):
    world.file_all("bea", "cleo")
    copies.keep(world)
    ana = world.person("ana")
    assert ana.bring(ana.draft(X, 3, "first"))
    copies.bring_back(world)
    world.settle()
    assert ana.bring(ana.reports["first"])
    assert ana.reports["first"].version == 2
    assert ana.held_by("first") == [1, 2, 3]
    world.consent_all()
    assert world.contacts("ana") == ["bea", "cleo"]


def test_who_got_an_old_vault_with_the_old_server_goes_on_from_the_trustees(
    world, copies
):
    """Vault and report come out of the same backup, which is the usual case."""
    ana = world.person("ana")
    assert ana.bring(ana.draft(X, 3, "first"))
    vault = ana.reports["first"]
    copies.keep(world)
    assert ana.change("first", match_threshold=2)
    assert ana.change("first", match_threshold=4)
    copies.bring_back(world)
    world.settle()
    ana.reports["first"] = vault
    assert ana.bring(vault)
    assert ana.reports["first"].version == 4
    assert ana.held_by("first") == [1, 2, 3]


def notes(world):
    async def waiting(records):
        return await records.figures.notices()

    return world.read(waiting)
