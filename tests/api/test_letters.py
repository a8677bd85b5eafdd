"""What trustees post: each letter for itself, each once."""

import base64

import pytest
from msgspec.structs import replace

from blind_index.labels import Label
from escrow.messages.cases import NudgeLetter, Release, SealedLetter
from escrow.messages.codec import Blob, Digest, Nonce, decode, encode
from escrow.messages.filing import IndexAnswer
from escrow.messages.mailbox import (
    HeadNotice,
    LogHead,
    Refusal,
    SignedReceipt,
    SignedVerdict,
    Work,
)
from escrow.signing import sign
from tests.api.running import running


def said(world, kind, sender=1):
    mine = [letter for index, letter in world.said if index == sender]
    return [letter for letter in mine if isinstance(letter, kind)]


def post(world, sender, *letters):
    world.server.post(sender, [Blob(encode(letter)) for letter in letters])


@pytest.fixture(scope="module")
def met(tmp_path_factory, new_database):
    folder = tmp_path_factory.mktemp("met")
    with running(folder, database=new_database()) as world:
        world.file_all("ana", "bea", "cleo")
        world.consent_all()
        yield world


def everything(world):
    status = [world.survivors[name].status("first") for name in world.survivors]
    return status, world.contacts("ana"), world.read(lambda r: r.queue.counts())


def test_repeating_every_letter_changes_nothing(met):
    before = everything(met)
    for index, letter in met.said:
        if not isinstance(letter, SealedLetter | HeadNotice):
            post(met, index, letter)
    assert everything(met) == before


def test_letters_in_another_trustees_name_are_dropped(met):
    before = everything(met)
    for kind in (SignedReceipt, IndexAnswer, SignedVerdict, NudgeLetter, Release):
        for letter in said(met, kind, 1):
            post(met, 2, letter)
    for letter in said(met, SealedLetter, 1):
        post(met, 2, letter)
    assert everything(met) == before


def test_a_bad_letter_does_not_hold_up_the_others(world):
    world.file("ana")
    (item,) = world.server.pull(1).items
    letters = world.opening[0].handle(decode(item.body, Work), world.day)
    bodies = [Blob(encode(letter)) for letter in letters]
    nonsense = Refusal(index=1, item=Nonce(bytes(16)), error="InvalidReport")
    world.server.post(
        1, [Blob(b"{}"), Blob(b""), *bodies, Blob(encode(nonsense))], [item.item]
    )
    assert world.survivors["ana"].held_by("first") == [1]
    assert world.server.pull(1).items == ()


def test_a_lying_index_answer_is_dropped_and_an_honest_one_kept(world):
    world.file("ana")
    (item,) = world.server.pull(1).items
    receipt, answer = world.opening[0].handle(decode(item.body, Work), world.day)
    elements = answer.evaluated_elements
    post(world, 1, replace(answer, evaluated_elements=(elements[1], *elements[1:])))
    key = receipt and next(iter(world.opening[0].held))
    assert world.read(lambda r: r.evidence.answers(key)) == {}
    post(world, 1, answer)
    assert list(world.read(lambda r: r.evidence.answers(key))) == [1]


def test_an_answer_at_rest_does_not_show_its_elements(world):
    world.file("ana")
    world.settle()
    (answer,) = said(world, IndexAnswer)
    stored = world.stored_bytes()
    element = answer.evaluated_elements[0]
    assert bytes(element) not in stored
    assert base64.urlsafe_b64encode(element).rstrip(b"=") not in stored


def test_letters_about_an_unknown_case_or_nobody_are_dropped(met):
    before = everything(met)
    case_id = said(met, Release)[0].case_id
    for letter in (
        replace(said(met, Release)[0], case_id=Digest(bytes(32))),
        replace(said(met, Release)[0], giver=9),
        replace(said(met, Release)[0], reader=-1),
        replace(said(met, NudgeLetter)[0], member=3),
        replace(said(met, SealedLetter)[0], recipient=9),
        replace(said(met, SealedLetter)[0], recipient=1),
        replace(said(met, SealedLetter)[0], case_id=Digest(bytes(32))),
    ):
        post(met, 1, letter)
    assert case_id
    assert everything(met) == before


def test_only_the_newest_head_of_a_trustee_waits(met):
    seed = met.dealt.identity_seeds["opening"][0]
    world_id = met.deployment.roster.deployment_id
    for size in (1, 2, 3):
        head = LogHead(
            deployment_id=world_id, index=1, size=size, head=Blob(bytes(32)), skipped=0
        )
        post(met, 1, HeadNotice(head=sign(seed, Label.LOG_HEAD, head)))
    forged = replace(head, index=2, size=9)
    post(met, 1, HeadNotice(head=sign(seed, Label.LOG_HEAD, forged)))
    assert met.server.pull(1).items == ()
    for index in (2, 3):
        (item,) = met.server.pull(index).items
        notice = decode(item.body, Work)
        assert decode(notice.head.payload, LogHead).size == 3
        met.server.post(index, [], [item.item])


def test_nobody_acknowledges_for_another_trustee(world):
    world.file("ana")
    (item,) = world.server.pull(1).items
    world.server.post(2, [], [item.item])
    assert world.server.pull(1).items == (item,)
    world.server.post(1, [], [item.item])
    assert world.server.pull(1).items == ()


def test_what_a_refusal_says_is_not_logged(world, capsys):
    words = "her name is Ana"
    post(world, 1, Refusal(index=1, item=Nonce(bytes(16)), error=words))
    logged = capsys.readouterr()
    assert words not in logged.out + logged.err


def test_work_comes_in_the_order_in_which_it_arose(world):
    world.file("ana")
    world.withdraw("ana")
    world.file("bea")
    found = [decode(item.body, Work) for item in world.server.pull(1).items]
    kinds = [type(work).__name__ for work in found]
    # The withdrawn report's box no longer waits.
    assert kinds == ["WithdrawalNotice", "BoxDelivery"]
