"""A server that comes back from an old backup brings nothing back to life (§T8)."""

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from api.backup import declare_database
from api.handlers import recovery
from escrow.calendar import month_of
from escrow.client.following import CONSENT_DAYS
from escrow.messages.codec import Blob, Nonce, decode, encode
from escrow.messages.holds import HONOURED_DAYS, AlarmNotice, Hold, HoldNotice
from escrow.messages.mailbox import BoxDelivery, ConsentNotice, WithdrawalNotice, Work
from escrow.messages.recovery import TOLD_DAYS, CasesWanted, RecordsWanted
from escrow.operation.database.look import look
from escrow.signing import peek
from escrow.trustee.boxes import EndedReport, Tombstone
from escrow.trustee.recovery import answer_records
from tests.api.running import ApiFault
from tests.databases import name_of
from tests.world.world import X, Y


class Copies:
    """Copies of a closed database, whichever it is."""

    def __init__(self, server):
        self._server = server

    def keep(self, world):
        """The database as it is now."""
        world.close()
        if isinstance(world.config.database, Path):
            path = world.config.database
            shutil.copy(path, path.with_suffix(".kept"))
        else:
            name = name_of(world.config.database_url)
            self._server().sql(f"CREATE DATABASE {name}_kept TEMPLATE {name}")
        world.open()

    def bring_back(self, world, *, declared=True):
        """The copy takes the database's place; by default it is declared."""
        world.close()
        if isinstance(world.config.database, Path):
            path = world.config.database
            for old in path.parent.glob("api.sqlite3*"):
                old.unlink()
            shutil.copy(path.with_suffix(".kept"), path)
        else:
            name = name_of(world.config.database_url)
            self._server().sql(f"DROP DATABASE {name} WITH (FORCE)")
            self._server().sql(f"ALTER DATABASE {name}_kept RENAME TO {name}")
        if declared:
            declare_database(world.config.database)
        world.open()


@pytest.fixture
def copies(request):
    return Copies(lambda: request.getfixturevalue("postgres_server"))


def state(world):
    return world.client.get("/v1/health").json()["state"]


@pytest.fixture
def withdrawn(world, copies):
    """Ana took her report back after the copy was made; bea did not."""
    ana = world.person("ana")
    submission = ana.submit(ana.draft(X, 3, "first"))
    world.file("bea")
    world.settle()
    copies.keep(world)
    ana.withdraw("first")
    world.settle()
    return submission


def stored(world, submission):
    piece = bytes(submission.parts[0][200:232])
    if world.config.database_url:
        # What PostgreSQL's files keep of erased rows: see test_rewriting.
        rows = look(world.config.database, "SELECT standing FROM report")
        return any(piece in (standing or b"") for (standing,) in rows)
    return piece in world.stored_bytes()


def test_a_withdrawn_report_is_erased_again_after_a_restore(world, withdrawn, copies):
    assert not stored(world, withdrawn)
    copies.bring_back(world)
    assert stored(world, withdrawn)
    world.settle()
    assert state(world) == "ready"
    assert not stored(world, withdrawn)
    with pytest.raises(ApiFault) as refused:
        world.server.submit(withdrawn, world.day)
    assert refused.value.kind == "conflicting-report"


def test_undeclared_the_old_copy_would_live_on(world, withdrawn, copies):
    """The control: without the declaration the ciphertext stays."""
    copies.bring_back(world, declared=False)
    world.settle()
    assert state(world) == "ready"
    assert stored(world, withdrawn)


def test_nobody_is_served_before_t_trustees_have_answered(world, withdrawn, copies):
    copies.bring_back(world)
    world.serve(world.opening[0])
    assert state(world) == "restored"
    with pytest.raises(ApiFault) as refused:
        world.server.submit(withdrawn, world.day)
    assert (refused.value.status, refused.value.kind) == (503, "restored")
    world.serve(world.opening[1])
    assert state(world) == "ready"


def test_a_withdrawal_in_a_late_answer_still_counts(world, copies, withdrawn):
    copies.bring_back(world, declared=False)
    trustee = world.opening[2]
    known = tuple(trustee.held.values())
    late = answer_records(trustee.me, a_question(world, 0), known, None).letters
    world.server.post(3, [Blob(encode(letter)) for letter in late])
    with pytest.raises(ApiFault) as refused:
        world.server.submit(withdrawn, world.day)
    assert refused.value.kind == "conflicting-report"


def test_it_asks_again_after_a_crash(world, withdrawn, copies):
    copies.bring_back(world)
    world.restart()
    assert state(world) == "restored"
    world.settle()
    assert state(world) == "ready"
    assert not stored(world, withdrawn)


def test_a_report_it_never_knew_cannot_be_filed_again(world, copies):
    copies.keep(world)
    ana = world.person("ana")
    submission = ana.submit(ana.draft(X, 3, "first"))
    world.settle()
    ana.withdraw("first")
    world.settle()
    copies.bring_back(world)
    world.settle()
    with pytest.raises(ApiFault) as refused:
        world.server.submit(submission, world.day)
    assert refused.value.kind == "conflicting-report"


def test_a_restored_trustee_gets_every_withdrawal_from_the_server_first(world):
    for name in ("ana", "bea"):
        world.file(name)
        world.settle()
    world.survivors["ana"].withdraw("first")
    world.settle()
    world.file("cleo")
    wanted = a_question(world, 1)
    world.server.post(1, [Blob(encode(wanted))])
    (first, *rest) = world.server.pull(1).items
    assert isinstance(decoded(first), WithdrawalNotice)
    assert [type(decoded(item)).__name__ for item in rest] == ["BoxDelivery"]
    assert decoded(world.server.pull(2).items[0]) == wanted


def test_a_restored_trustee_gets_answers_alarms_and_holds_from_the_server_first(world):
    world.file_all("ana", "bea", "cleo")
    world.consent_all()
    world.survivors["ana"].alarm("first")
    (view,) = world.survivors["bea"].views("first")
    for trustee in world.opening[:2]:
        for what in ("doubt", "legal"):
            said = trustee.order(view.case_id, what, world.day)
            letters = [Blob(encode(letter)) for letter in said]
            world.server.post(trustee.index, letters)
    world.settle()
    world.file("dora")
    world.server.post(1, [Blob(encode(a_question(world, 1)))])
    works = [decoded(item) for item in world.server.pull(1).items]
    assert [type(work) for work in works] == [
        *3 * [ConsentNotice],
        AlarmNotice,
        *2 * [HoldNotice],
        BoxDelivery,
    ]
    holds = [peek(work.hold, Hold) for work in works[4:6]]
    # Of each the last: the asker's own and its fellow's.
    assert sorted((hold.index, hold.reason) for hold in holds) == [
        (1, "legal"),
        (2, "legal"),
    ]


def test_what_is_over_it_is_not_given_but_for_its_own_orders(world):
    world.file_all("ana", "bea", "cleo")
    world.consent_all()
    world.survivors["ana"].alarm("first")
    (view,) = world.survivors["bea"].views("first")
    for trustee in world.opening[:2]:
        letters = trustee.order(view.case_id, "doubt", world.day)
        world.server.post(trustee.index, [Blob(encode(letter)) for letter in letters])
    world.settle()
    world.day += HONOURED_DAYS + 1
    assert kinds_for(world, 1) == [*3 * [ConsentNotice], HoldNotice]
    world.day += CONSENT_DAYS + TOLD_DAYS
    assert kinds_for(world, 2) == [HoldNotice]


def kinds_for(world, index):
    """What a restored trustee is given; it comes before all else."""
    world.server.post(index, [Blob(encode(a_question(world, index)))])
    works = [decoded(item) for item in world.server.pull(index).items]
    return [type(work) for work in works if not isinstance(work, RecordsWanted)]


def test_a_question_in_anothers_name_goes_nowhere(world):
    world.server.post(1, [Blob(encode(a_question(world, 2)))])
    assert world.server.pull(1).items == ()
    assert world.server.pull(3).items == ()


def test_an_answer_reaches_the_trustee_that_asked_and_nobody_else(world):
    (letter,) = answer_records(
        world.opening[1].me, a_question(world, 1), (), None
    ).letters
    world.server.post(2, [Blob(encode(letter))])
    assert [decoded(item) for item in world.server.pull(1).items] == [letter]
    world.server.post(3, [Blob(encode(letter))])  # Not signed by trustee 3.
    assert world.server.pull(3).items == ()
    assert len(world.server.pull(1).items) == 1


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
    for report, about in (("first", X), ("second", Y), ("third", X + Y)):
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
    assert any(met.values())
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


def a_question(world, recipient):
    return RecordsWanted(
        deployment_id=Nonce(world.deployment.deployment_id),
        recipient=recipient,
        nonce=Nonce(bytes(range(16))),
    )


def decoded(item):
    return decode(item.body, Work)
