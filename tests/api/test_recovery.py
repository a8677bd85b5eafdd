"""A server that comes back from an old backup brings nothing back to life (§T8)."""

import pytest

from escrow.messages.cases import ANSWER_DAYS
from escrow.messages.codec import Blob, encode
from escrow.messages.holds import HONOURED_DAYS, AlarmNotice, Hold, HoldNotice
from escrow.messages.mailbox import BoxDelivery, ConsentNotice, WithdrawalNotice
from escrow.messages.recovery import TOLD_DAYS, RecordsWanted
from escrow.signing import peek
from escrow.trustee.recovery import answer_records
from tests.api.old_copies import a_question, decoded, state, stored
from tests.api.running import ApiFault
from tests.world.world import X, Y


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


def test_what_waits_for_it_already_does_not_wait_twice(world):
    world.file_all("ana", "bea", "cleo")
    world.consent_all()
    world.file("eve", Y)
    world.settle()
    world.survivors["eve"].withdraw("first")
    world.settle()
    asked_once = kinds_for(world, 1)
    assert {WithdrawalNotice, ConsentNotice} <= set(asked_once)
    assert kinds_for(world, 1) == asked_once


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
    world.day += ANSWER_DAYS + TOLD_DAYS
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


def notes(world):
    async def waiting(records):
        return await records.figures.notices()

    return world.read(waiting)
