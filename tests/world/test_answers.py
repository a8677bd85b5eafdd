"""Who signed that she was heard: a no is not finished before enough have (§C10)."""

import pytest
from msgspec.structs import replace

from blind_index.labels import Label
from escrow.case import check_consent
from escrow.client import answers, following
from escrow.client.vault import SavedAnswer
from escrow.errors import InvalidConsent
from escrow.messages.cases import ANSWER_DAYS, CLOCKS_APART, Consent
from escrow.messages.codec import Digest
from escrow.messages.mailbox import ConsentNotice
from escrow.signing import peek, sign
from tests.world.world import asked, connected

GROUP = ("ana", "bea", "cleo")


def counts(survivor, label="first"):
    """By how many trustees each of her shown answers is had."""
    report, deployment = survivor.reports[label], survivor.world.deployment
    views = survivor.views(label)
    return [len(answers.heard_by(deployment, report, view)) for view in views]


def keep_back(world, *indexes):
    """The API keeps every answer back from these trustees."""
    for index in indexes:
        queue = world.server.queues[index]
        queue[:] = [work for work in queue if not isinstance(work, ConsentNotice)]


def test_every_trustee_signs_that_it_has_a_yes():
    world = asked(*GROUP)
    world.consent("ana")
    assert counts(world.survivors["ana"]) == [0]
    world.settle()
    assert counts(world.survivors["ana"]) == [3]
    assert counts(world.survivors["bea"]) == [0]


def test_a_no_is_not_finished_before_too_few_are_left_to_open():
    world = asked(*GROUP)
    ana = world.survivors["ana"]
    world.consent("ana")
    world.settle()
    world.consent("ana", "no")
    assert len(ana.unheard("first")) == 1
    world.deliver(world.opening[0])
    (waiting,) = ana.unheard("first")
    assert waiting.heard == (1,)
    world.deliver(world.opening[1])
    assert not ana.unheard("first")


def test_a_no_that_the_server_keeps_back_is_not_called_finished():
    world = asked(*GROUP)
    ana = world.survivors["ana"]
    world.consent_all(*GROUP[:2])
    world.consent("ana", "no")
    keep_back(world, 2, 3)
    world.settle()
    assert len(ana.unheard("first")) == 1
    ana.go_on("first")
    world.settle()
    assert not ana.unheard("first")
    world.consent_all("cleo")
    assert not world.released()


def test_the_same_again_goes_only_to_those_that_have_not_signed():
    world = asked(*GROUP)
    ana = world.survivors["ana"]
    world.consent("ana", "no")
    world.deliver(world.opening[0])
    ana.go_on("first")
    assert [len(world.queue(trustee)) for trustee in world.opening] == [0, 2, 2]


def test_a_server_that_forgets_receipts_takes_none_back():
    world = asked(*GROUP)
    ana = world.survivors["ana"]
    world.consent("ana", "no")
    world.deliver(world.opening[0])
    ana.unheard("first")
    for case in world.server.cases.values():
        case.heard.clear()
    (waiting,) = ana.unheard("first")
    assert waiting.heard == (1,)


def test_to_an_older_answer_a_trustee_signs_for_the_newest():
    world = asked(*GROUP)
    ana = world.survivors["ana"]
    world.consent("ana")
    yes = world.queue(world.opening[0])[-1]
    world.settle()
    world.consent("ana", "no")
    world.settle()
    (letter,) = world.opening[0].handle(yes, world.day)
    receipts = list(
        answers.open_receipts(
            world.deployment,
            ana.reports["first"],
            [letter.receipt],
            answers.AnswerReceipt,
            Label.ANSWER_RECEIPT,
        )
    )
    assert [(one.answer, one.counter) for one in receipts] == [("no", 2)]


def test_a_receipt_for_the_yes_before_finishes_no_no():
    world = asked(*GROUP)
    ana = world.survivors["ana"]
    world.consent("ana")
    world.settle()
    old = [dict(case.heard) for case in world.server.cases.values()]
    world.consent("ana", "no")
    for case, heard in zip(world.server.cases.values(), old, strict=True):
        assert case.heard == heard
        assert len(heard) == 3
    assert len(ana.unheard("first")) == 1


def test_a_newer_yes_ends_a_no_that_was_not_finished():
    world = asked(*GROUP)
    ana = world.survivors["ana"]
    world.consent("ana", "no")
    world.consent("ana")
    assert not ana.unheard("first")
    world.settle()
    world.consent_all("bea", "cleo")
    assert world.contacts("ana") == ["bea", "cleo"]


def test_a_no_is_over_when_no_yes_before_it_can_be_used():
    world = asked(*GROUP)
    ana = world.survivors["ana"]
    world.consent("ana", "no")
    keep_back(world, 1, 2, 3)
    world.day += ANSWER_DAYS + CLOCKS_APART
    assert len(ana.unheard("first")) == 1
    world.day += 1
    assert not ana.unheard("first")


def test_a_yes_about_a_group_that_is_hidden_is_taken_back_too():
    """The server shows a later group, and keeps the yes about the one before."""
    world = asked(*GROUP)
    ana = world.survivors["ana"]
    world.consent("ana")
    world.settle()
    world.file_all("dana")
    (shown,) = ana.views("first")
    assert len(shown.header_digests) == 4
    (hidden,) = answers.told_yes(ana.reports["first"], world.day)
    assert hidden.case_id != shown.case_id
    report = following.retract(ana.reports["first"], hidden, day=world.day)
    ana.reports["first"] = report
    (said,) = answers.unheard(world.deployment, report, world.day)
    world.server.consent(answers.sign_answer(report, said))
    world.settle()
    for trustee in world.opening:
        file = trustee.files[hidden.case_id]
        told = [peek(signed, Consent) for signed in file.consents]
        assert [one.answer for one in told] == ["no"]


@pytest.mark.parametrize(("members", "kept"), [(8, 32), (100, 2), (300, 1)])
def test_of_very_many_answers_the_oldest_are_left_out(members, kept):
    """Or the vault, whose size is fixed, could not be written any more."""
    world = asked(*GROUP)
    report = world.survivors["ana"].reports["first"]
    for number in range(40):
        given = SavedAnswer(
            case_id=Digest(bytes([number]) * 32),
            header_digests=(Digest(bytes(32)),) * members,
            answer="yes",
            counter=report.consent_counter + 1,
            last_day=world.day + ANSWER_DAYS,
        )
        report = answers.with_answer(report, given, day=world.day)
    numbers = [given.case_id[0] for given in report.answers]
    assert numbers == list(range(40 - kept, 40))


def test_an_invitation_is_not_taken_back_with_the_yes_of_the_group():
    world = connected(*GROUP)
    world.saw("wren")
    ana = world.survivors["ana"]
    (note,) = [view for view in ana.views("first") if view.witness]
    ana.answer("first", note, "yes")
    told = answers.told_yes(ana.reports["first"], world.day)
    assert note.case_id not in {given.case_id for given in told}
    assert len(told) == 1


def holding_until(world, last_day):
    """Ana's yes, to hold until a day of her choice."""
    ana = world.survivors["ana"]
    (view,) = ana.views("first")
    _, signed = following.answer_case(ana.reports["first"], view, "yes", day=world.day)
    consent = replace(peek(signed, Consent), last_day=last_day)
    return sign(ana.reports["first"].keys().report_seed, Label.CONSENT, consent)


@pytest.mark.parametrize(("more", "taken"), [(0, True), (1, False), (10_000, False)])
def test_an_answer_holds_no_longer_than_answers_do(more, taken):
    world = asked(*GROUP)
    last = world.day + ANSWER_DAYS + CLOCKS_APART + more
    signed = holding_until(world, last)
    consent = peek(signed, Consent)
    members = dict.fromkeys(world.survivors)
    members = {
        member.report_key: member.header_digest
        for member in next(iter(world.server.cases.values())).group.members
    }
    if taken:
        check_consent(signed, consent.case_id, members, day=world.day)
    else:
        with pytest.raises(InvalidConsent, match="too long"):
            check_consent(signed, consent.case_id, members, day=world.day)
    world.server.to_all(ConsentNotice(consent=signed))
    world.settle()
    kept = [bool(t.files[consent.case_id].consents) for t in world.opening]
    assert kept == [taken] * 3
