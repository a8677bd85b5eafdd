"""Who may answer, who may see, whose key is used: refusals around a group."""

import pytest
from msgspec.structs import replace

from api.handlers.nudging import open_notice
from blind_index.labels import Label
from escrow.case import case_id_of
from escrow.client import answers, following
from escrow.messages.cases import (
    ANSWER_DAYS,
    CLOCKS_APART,
    AnswerReceipt,
    Consent,
    NudgeLetter,
    SignedAnswerReceipt,
)
from escrow.messages.codec import Digest, SealingKey, decode
from escrow.messages.deployment import BoxKey
from escrow.messages.filing import NudgePart, ShareReceipt
from escrow.messages.mailbox import ConsentNotice, SignedReceipt, Work
from escrow.signing import peek, public_key, sign
from tests.api.running import ApiFault, running
from tests.api.test_letters import post, said
from tests.world.world import X


@pytest.fixture(scope="module")
def met(tmp_path_factory, new_database):
    folder = tmp_path_factory.mktemp("met")
    with running(folder, database=new_database()) as world:
        world.file_all("ana", "bea", "cleo")
        world.file("dana", group=5)
        world.settle()
        yield world


def refused(call, *arguments):
    with pytest.raises(ApiFault) as fault:
        call(*arguments)
    return fault.value.status, fault.value.kind


def answered(world, name, **changes):
    """Ana's group's answer, signed by `name`'s report, but for the changes."""
    (view,) = world.survivors["ana"].views("first")
    report = world.survivors[name].reports["first"]
    _, signed = following.answer_case(report, view, "later", day=world.day)
    consent = replace(decode(signed.payload, Consent), **changes)
    return sign(report.keys().report_seed, Label.CONSENT, consent)


def test_the_same_answer_again_is_fine_and_an_older_one_is_not(met):
    newer, older = answered(met, "ana", counter=9), answered(met, "ana", counter=8)
    met.server.consent(newer)
    met.server.consent(newer)
    assert refused(met.server.consent, older) == (403, "invalid-consent")
    other = answered(met, "ana", counter=9, answer="no")
    assert refused(met.server.consent, other) == (403, "invalid-consent")


def test_an_answer_that_holds_for_too_long_is_refused(met):
    last = met.day + ANSWER_DAYS + CLOCKS_APART
    ever = answered(met, "cleo", last_day=last + 1)
    assert refused(met.server.consent, ever) == (403, "invalid-consent")
    met.server.consent(answered(met, "cleo", last_day=last))


def waiting(world):
    """How many answers wait for each trustee."""
    bodies = [
        [decode(item.body, Work) for item in world.server.pull(t.index).items]
        for t in world.opening
    ]
    return [sum(isinstance(work, ConsentNotice) for work in works) for works in bodies]


def test_who_signed_is_told_and_the_same_again_goes_to_the_others(world):
    world.file_all("ana", "bea", "cleo")
    ana = world.survivors["ana"]
    world.consent("ana", "no")
    world.serve(world.opening[0])
    assert waiting(world) == [0, 1, 1]
    (given,) = ana.unheard("first")
    assert given.heard == (1,)
    signed = answers.sign_answer(ana.reports["first"], given)
    for _ in range(3):
        told = world.server.consent(signed).receipts
        assert [peek(one, AnswerReceipt).index for one in told] == [1]
    assert waiting(world) == [0, 1, 1]
    world.settle()
    assert not ana.unheard("first")
    assert len(world.server.consent(signed).receipts) == 3
    assert waiting(world) == [0, 0, 0]


def test_a_newer_answer_takes_the_place_of_one_that_waits(world):
    world.file_all("ana", "bea", "cleo")
    world.consent("ana")
    world.consent("ana", "no")
    assert waiting(world) == [1, 1, 1]
    world.settle()
    world.consent_all("bea", "cleo")
    assert world.contacts("bea") == []


def test_a_receipt_for_an_older_answer_takes_the_place_of_none(world):
    world.file_all("ana", "bea", "cleo")
    world.consent("ana")
    world.settle()
    old = said(world, SignedAnswerReceipt, 1)[0]
    world.consent("ana", "no")
    world.settle()
    post(world, 1, old)
    (view,) = world.survivors["ana"].views("first")
    told = [peek(one, AnswerReceipt) for one in view.heard]
    assert [(one.index, one.answer) for one in told] == [
        (index, "no") for index in (1, 2, 3)
    ]
    # Nobody says it in another trustee's name.
    post(world, 2, old)
    (view,) = world.survivors["ana"].views("first")
    assert [peek(one, AnswerReceipt).answer for one in view.heard] == ["no"] * 3


def test_a_yes_is_taken_back_also_where_the_group_is_not_shown_any_more(world):
    world.file_all("ana", "bea", "cleo")
    world.consent("ana")
    world.settle()
    ana = world.survivors["ana"]
    world.withdraw("cleo")
    world.settle()
    assert ana.views("first") == []
    (given,) = answers.told_yes(ana.reports["first"], world.day)
    again = replace(given, counter=given.counter + 1)
    yes = answers.sign_answer(ana.reports["first"], again)
    assert refused(world.server.consent, yes) == (404, "not-found")
    ana.reports["first"] = following.retract(ana.reports["first"], given, day=world.day)
    ana.go_on("first")
    world.settle()
    ana.go_on("first")
    assert not ana.unheard("first")
    bea = answers.sign_answer(world.survivors["bea"].reports["first"], given)
    assert refused(world.server.consent, bea) == (404, "not-found")


def test_who_is_not_a_member_cannot_answer(met):
    stranger = answered(met, "dana")
    assert refused(met.server.consent, stranger) == (403, "invalid-consent")


def test_nobody_answers_for_another_member(met):
    mine, hers = answered(met, "bea"), answered(met, "cleo")
    forged = replace(mine, signature=hers.signature)
    assert refused(met.server.consent, forged) == (403, "invalid-signature")


def test_an_expired_answer_is_refused(met):
    expired = answered(met, "bea", last_day=met.day - 1)
    assert refused(met.server.consent, expired) == (403, "invalid-consent")


def test_an_answer_to_no_case_is_refused(met):
    nowhere = answered(met, "bea", case_id=Digest(bytes(32)))
    assert refused(met.server.consent, nowhere) == (404, "not-found")


def test_only_members_are_shown_what_was_released(met):
    (view,) = met.survivors["ana"].views("first")
    dana = met.survivors["dana"].reports["first"]
    asked = following.ask_connection(met.deployment, dana, view.case_id)
    assert refused(met.server.connection, asked) == (404, "not-found")
    ana = met.survivors["ana"].reports["first"]
    asked = following.ask_connection(met.deployment, ana, Digest(bytes(32)))
    assert refused(met.server.connection, asked) == (404, "not-found")
    asked = following.ask_connection(met.deployment, ana, view.case_id)
    assert met.server.connection(asked).givers == ()


def test_before_the_verdicts_a_case_cannot_be_answered(world):
    for name in ("ana", "bea", "cleo"):
        world.file(name)
    # Every trustee takes in its boxes; the claims wait.
    for trustee in world.opening:
        world.serve(trustee)
    members = [
        bytes(s.reports["first"].header_digest) for s in world.survivors.values()
    ]
    listed = tuple(Digest(member) for member in sorted(members))
    ana = world.survivors["ana"].reports["first"]
    key = ana.keys().report_seed
    consent = Consent(
        case_id=case_id_of(listed),
        report_key=public_key(key),
        header_digests=listed,
        answer="yes",
        counter=1,
        last_day=world.day,
    )
    signed = sign(key, Label.CONSENT, consent)
    assert refused(world.server.consent, signed) == (404, "not-found")


def test_a_reader_who_took_her_report_back_is_shown_nothing(world):
    world.file_all("ana", "bea", "cleo", group=2)
    world.consent_all()
    (view,) = world.survivors["cleo"].views("first")
    cleo = world.survivors["cleo"].reports["first"]
    world.withdraw("cleo")
    asked = following.ask_connection(world.deployment, cleo, view.case_id)
    assert refused(world.server.connection, asked) == (404, "not-found")
    assert world.contacts("ana") == ["bea"]


def test_a_nudge_letter_after_the_notice_makes_no_second_one(world):
    world.file_all("ana", "bea", "cleo")
    for index in (1, 2, 3):
        for letter in said(world, NudgeLetter, index):
            post(world, index, letter)
    assert len(world.read(lambda records: records.notices.waiting())) == 3
    (case_id,) = {letter.case_id for letter in said(world, NudgeLetter)}
    left = world.read(lambda records: records.openings.nudges(case_id, 0))
    assert left == []


def test_who_wants_no_notice_gets_none(world):
    ana = world.person("ana")
    ana.submit(
        replace(ana.draft(X, 3, "first"), nudge=NudgePart(channel="", address=""))
    )
    world.file_all("bea", "cleo")
    desk, waiting = world.desk(), world.read(lambda records: records.notices.waiting())
    addresses = sorted(open_notice(desk, notice).address for notice in waiting)
    assert addresses == ["bea@example.org", "cleo@example.org"]


def test_a_box_key_of_somebody_else_or_for_other_days_is_refused(met):
    seed = met.dealt.identity_seeds["opening"][0]
    key = decode(met.opening[0].publish(met.day).payload, BoxKey)

    def put(**changes):
        signed = sign(seed, Label.BOX_KEY, replace(key, **changes))
        met.server.put_box_key(1, signed, met.day)

    def refuse(**changes):
        with pytest.raises(ApiFault) as fault:
            put(**changes)
        return fault.value.status

    put()
    assert refuse(index=2) == 403
    assert refuse(deployment_id=type(key.deployment_id)(bytes(16))) == 400
    assert refuse(first_day=met.day + 5) == 400
    assert refuse(last_day=met.day - 1) == 400
    assert refuse(key=SealingKey(bytes([255]) * 1216)) == 400
    other = sign(met.dealt.identity_seeds["opening"][1], Label.BOX_KEY, key)
    assert refused(met.server.put_box_key, 1, other, 0) == (403, "invalid-signature")


def test_a_receipt_for_another_report_or_version_is_dropped(world):
    ana = world.file("ana")
    world.settle()
    (receipt,) = [
        signed
        for signed in ana.status("first").receipts
        if decode(signed.payload, ShareReceipt).index == 1
    ]
    ana.submit(ana.changed("first", country="CA"))
    post(world, 1, SignedReceipt(receipt=receipt))
    assert ana.status("first").receipts == ()
    world.settle()
    assert ana.held_by("first") == [1, 2, 3]
