"""One trustee of each committee lies: the group forms all the same."""

import pytest
from msgspec.structs import replace

from blind_index.errors import (
    InvalidIndex,
    InvalidProof,
    NotEnoughShares,
    ProtocolError,
)
from blind_index.labels import Label
from escrow.client.following import check_case
from escrow.errors import (
    InvalidCase,
    InvalidCiphertext,
    InvalidSignature,
)
from escrow.messages.cases import SealedLetter, StandingShares, Verdict
from escrow.messages.codec import Digest, Nonce, encode
from escrow.messages.deployment import BoxKey
from escrow.messages.filing import EvaluationResponse, ShareReceipt
from escrow.messages.mailbox import SignedReceipt, SignedVerdict
from escrow.padding import pad
from escrow.report.contents import box_key_digest
from escrow.sealing import seal_to
from escrow.signing import peek, sign
from escrow.trustee.fellow_letters import open_letter
from tests.world import lies
from tests.world.lies import POINT, about
from tests.world.world import World, asked, claimed, email


def named(world: World, liar: int) -> bool:
    """Whether somebody honest noted that this trustee sent what does not hold."""
    by_trustees = [
        detail
        for index in (1, 2, 3)
        if index != liar
        for detail in world.log(index, "letter refused")
    ]
    refused = any(f"trustee {liar}:" in detail for detail in by_trustees)
    return refused or any(error.culprit == liar for _, error in world.server.dropped)


def group_with(lie, world: World) -> World:
    """A group of two judged while trustee 1 lies and always speaks first."""
    world.opening[0].lie = lie
    world.choose = lambda busy: min(busy, key=lambda t: t.index)
    world.settle()
    world.consent_all()
    return world


def from_the_start() -> World:
    world = World()
    for name in ("ana", "bea"):
        world.file(name, group=2)
    return world


@pytest.mark.parametrize("lie", lies.NAMED)
def test_a_lie_that_shows_is_named_and_changes_nothing(lie):
    at_once = lie.endswith("index answers")
    start = from_the_start() if at_once else claimed("ana", "bea", group=2)
    world = group_with(lies.NAMED[lie], start)
    assert world.contacts("ana") == ["bea"]
    assert world.contacts("bea") == ["ana"]
    assert named(world, 1)


@pytest.mark.parametrize("lie", lies.UNNAMED)
def test_a_lie_that_does_not_show_changes_nothing(lie):
    world = group_with(lies.UNNAMED[lie], claimed("ana", "bea", group=2))
    assert world.contacts("ana") == ["bea"]
    assert world.contacts("bea") == ["ana"]


@pytest.mark.parametrize("lie", ["silence", "no receipts"])
def test_a_trustee_that_never_takes_part_changes_nothing(lie):
    world = group_with(lies.UNNAMED[lie], from_the_start())
    assert world.contacts("ana") == ["bea"]
    assert world.survivors["ana"].held_by("first") == [2, 3]


@pytest.mark.parametrize(
    "changes", [{}, {"level": 2, "standing": (0,)}, {"level": 7, "standing": (0, 1, 2)}]
)
def test_a_lying_verdict_stands_alone(changes):
    world = claimed("ana", "bea", group=2)

    def lie(letter):
        if not isinstance(letter, SignedVerdict):
            return letter
        seed = world.dealt.identity_seeds["opening"][1]
        (case_id,) = world.server.cases
        verdict = Verdict(case_id=case_id, index=2, level=0, standing=())
        told = sign(seed, Label.VERDICT, replace(verdict, **changes))
        return SignedVerdict(verdict=told)

    world.opening[1].lie = lie
    world.settle()
    world.consent_all()
    assert world.contacts("ana") == ["bea"]


def test_a_verdict_in_anothers_name_is_refused_by_everybody():
    world = asked("ana", "bea", group=2)
    (case_id,) = world.server.cases
    verdict = Verdict(case_id=case_id, index=3, level=2, standing=(0, 1))
    seed = world.dealt.identity_seeds["opening"][0]
    forged = sign(seed, Label.VERDICT, verdict)
    world.server.post(3, SignedVerdict(verdict=forged))
    (_, error) = world.server.dropped[-1]
    assert isinstance(error, InvalidSignature)
    case = world.server.cases[case_id]
    case.verdicts = {3: forged}
    ana = world.survivors["ana"]
    assert ana.views("first") == []
    case.verdicts = {1: asked("ana", "bea", group=2).server.cases[case_id].verdicts[1]}
    assert ana.views("first") == []


def test_a_group_that_too_few_trustees_found_is_not_believed():
    world = asked("ana", "bea", group=2)
    (view,) = world.survivors["ana"].status("first").cases
    report = world.survivors["ana"].reports["first"]
    once = view.verdicts[:1]
    for verdicts in ((), once, once * 2):
        with pytest.raises(InvalidCase):
            check_case(world.deployment, report, replace(view, verdicts=verdicts))


def test_a_receipt_for_what_was_not_held_convinces_nobody():
    world = World()

    def lie(_letter: SignedReceipt) -> SignedReceipt:
        seed = world.dealt.identity_seeds["opening"][0]
        receipt = ShareReceipt(
            deployment_id=Nonce(world.deployment.deployment_id),
            index=1,
            report_key=world.survivors["ana"].report_key("first"),
            version=1,
            header_digest=type(world.deployment.digest)(bytes(32)),
        )
        return SignedReceipt(receipt=sign(seed, Label.SHARE_RECEIPT, receipt))

    world.opening[0].lie = about(SignedReceipt, lie)
    world.file_all("ana")
    ana = world.survivors["ana"]
    assert ana.held_by("first") == [2, 3]
    # What it says is passed on, and moves her to nothing.
    assert len(ana.status("first").receipts) == 3
    assert ana.base(ana.reports["first"]) is None


# The index committee


def _wrong_element(response: EvaluationResponse) -> EvaluationResponse:
    elements = (POINT, *response.evaluated_elements[1:])
    return replace(response, evaluated_elements=elements)


INDEX_LIES = {
    "a wrong element": _wrong_element,
    "elements in another order": lambda r: replace(
        r, evaluated_elements=r.evaluated_elements[::-1]
    ),
    "an element less": lambda r: replace(
        r, evaluated_elements=r.evaluated_elements[1:]
    ),
    "another's name": lambda r: replace(r, index=r.index % 3 + 1),
    "a wrong proof": lambda r: replace(r, proof=type(r.proof)(bytes(64))),
    "the identity": lambda r: replace(
        r,
        evaluated_elements=(
            type(POINT)(bytes(32)),
            *r.evaluated_elements[1:],
        ),
    ),
}


@pytest.mark.parametrize("liar", [1, 2, 3])
@pytest.mark.parametrize("lie", INDEX_LIES)
def test_a_lying_index_trustee_is_named_and_changes_nothing(lie, liar):
    world = asked("ana")
    ana = world.survivors["ana"]
    world.index[liar - 1].lie = INDEX_LIES[lie]
    (known,) = ana.reports["first"].identifiers
    outputs = ana.outputs((known,))
    assert set(outputs) & set(ana.reports["first"].outputs)
    assert [fault.culprit for fault in ana.faults] == [liar]


def test_with_a_liar_and_one_down_filing_stops_and_names_the_liar():
    world = asked("ana")
    world.index[0].lie = _wrong_element
    world.index[1].up = False
    with pytest.raises(NotEnoughShares) as caught:
        world.survivors["ana"].outputs((email("y@company.example"),))
    assert caught.value.culprit == 1


def test_index_answers_that_were_not_made_under_the_key_never_reach_the_index():
    world = World()
    for trustee in world.opening[:2]:
        trustee.lie = lies.NAMED["wrong index answers"]
    world.file_all("ana", "bea", group=2)
    assert not world.server.cases
    errors = [error for _, error in world.server.dropped]
    assert {type(error) for error in errors} == {InvalidProof}
    assert {error.culprit for error in errors} == {1, 2}
    assert all(isinstance(error, ProtocolError) for error in errors)


# Letters between trustees


def sealed_by_hand(world: World, letter, signer: int, **changes) -> SealedLetter:
    """A letter to trustee 2 in the name of trustee 1, whatever it says inside."""
    seed = world.dealt.identity_seeds["opening"][signer - 1]
    inner = pad(encode(sign(seed, Label.FELLOW_LETTER, letter)), 4096, "letter")
    key = peek(world.server.box_keys[2], BoxKey)
    sealed = SealedLetter(
        case_id=CASE,
        sender=1,
        recipient=2,
        box_key=box_key_digest(key),
        ciphertext=seal_to(
            key.key,
            inner,
            Label.FELLOW_LETTER_BOX,
            world.deployment.deployment_id,
            CASE,
            bytes([1]),
            bytes([2]),
        ),
    )
    return replace(sealed, **changes)


CASE = Digest(b"c" * 32)
LETTER = StandingShares(case_id=CASE, sender=1, shares=())


def test_a_letter_opens_for_its_recipient():
    world = World()
    sealed = sealed_by_hand(world, LETTER, 1)
    assert open_letter(world.opening[1].me, sealed) == LETTER


@pytest.mark.parametrize(
    ("letter", "signer", "changes", "kind", "culprit"),
    [
        (replace(LETTER, sender=3), 1, {}, InvalidCase, 1),
        (replace(LETTER, case_id=Digest(bytes(32))), 1, {}, InvalidCase, 1),
        (LETTER, 3, {}, InvalidSignature, 1),
        (LETTER, 1, {"sender": 3}, InvalidCiphertext, None),
        (LETTER, 1, {"case_id": Digest(bytes(32))}, InvalidCiphertext, None),
        (LETTER, 1, {"recipient": 3}, InvalidCase, "api"),
        (LETTER, 1, {"box_key": Digest(bytes(32))}, InvalidCase, "api"),
        (LETTER, 1, {"sender": 9}, InvalidIndex, None),
    ],
    ids=[
        "signed in another's name",
        "about another case",
        "signed by another",
        "passed off as another's",
        "moved to another case",
        "for another trustee",
        "for another key",
        "from nobody",
    ],
)
def test_a_letter_that_does_not_hold_is_refused(letter, signer, changes, kind, culprit):
    world = World()
    sealed = sealed_by_hand(world, letter, signer, **changes)
    with pytest.raises(kind) as caught:
        open_letter(world.opening[1].me, sealed)
    assert caught.value.culprit == culprit
