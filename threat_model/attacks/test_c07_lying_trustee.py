"""C07: each trustee of a committee of five lies in turn; somebody must name it."""

import pytest
from msgspec.structs import replace

from blind_index.errors import ProtocolError
from blind_index.group import Element
from blind_index.oprf import blind_evaluate
from escrow.messages.codec import EncodedElement, Proof, decode
from escrow.messages.filing import EvaluationRequest
from tests.world.dealt import Plan, deal_deployment
from tests.world.lies import NAMED, POINT
from tests.world.world import World, email

PLAN = Plan(name="C07", index=(3, 5), opening=(3, 5))
NAME = (email("named@company.example"),)


def wrong_element(_world, response, _request):
    return replace(
        response, evaluated_elements=(POINT, *response.evaluated_elements[1:])
    )


def wrong_order(_world, response, _request):
    return replace(response, evaluated_elements=response.evaluated_elements[::-1])


def wrong_proof(_world, response, _request):
    return replace(response, proof=Proof(bytes(reversed(response.proof))))


def anothers_answer(world, response, request):
    """Right and proven, but made with the share of another trustee."""
    other = world.index[response.index % len(world.index)]
    return replace(other.answer(request, world.day), index=response.index)


def an_older_share(world, response, request):
    """Made and proven with a share of another key, as of an earlier epoch."""
    old = deal_deployment(Plan(name="C07 before", index=(3, 5), opening=(3, 5)))
    share = old.key_shares["index"][response.index - 1]
    points = [Element.decode(e) for e in world.blinded(request)]
    key = Element.base_multiple(share.scalar)
    elements, proof = blind_evaluate(share.scalar, key, points)
    encoded = tuple(EncodedElement(e.encode()) for e in elements)
    return replace(response, evaluated_elements=encoded, proof=Proof(proof))


def too_few(_world, response, _request):
    return replace(response, evaluated_elements=response.evaluated_elements[1:])


LIES = (
    wrong_element,
    wrong_order,
    wrong_proof,
    anothers_answer,
    an_older_share,
    too_few,
)


class Corruptible(World):
    """A world whose index trustees may lie about the request they got."""

    def blinded(self, request):
        return decode(request.payload, EvaluationRequest).blinded_elements

    def corrupt(self, index, lie):
        trustee = self.index[index - 1]
        honest = type(trustee).answer.__get__(trustee)

        def answer(request, day):
            trustee.answer = honest
            try:
                return lie(self, honest(request, day), request)
            finally:
                trustee.answer = answer

        trustee.answer = answer


def outputs(world):
    survivor = world.person("ana")
    survivor.faults.clear()
    try:
        return set(survivor.outputs(NAME)), survivor.faults
    except (ProtocolError, ValueError) as error:
        return set(), [*survivor.faults, error]


def missed(world, right, liar, lie):
    """Whether a lie got through: a wrong output, or nobody named."""
    corrupt = Corruptible(PLAN)
    corrupt.survivors = world.survivors
    survivor = world.person("ana")
    survivor.world = corrupt
    corrupt.corrupt(liar, lie)
    found, faults = outputs(corrupt)
    survivor.world = world
    named = [getattr(fault, "culprit", None) for fault in faults]
    return not (right & found) or named != [liar]


def index_part(trial):
    world = World(PLAN)
    right, faults = outputs(world)
    assert not faults
    # Padding differs every time: only what is named stays the same.
    right &= outputs(world)[0]
    assert len(right) == 1
    tries = [(i, lie) for i in range(1, 6) for lie in LIES]
    won = sum(missed(world, right, *one) for one in tries)
    trial.tell(won, len(tries), {"lies": len(tries)}, part="index committee")


def opening_part(trial):
    """Wrong index answers that come first: the pair must match all the same."""
    won = 0
    for liar in range(1, 6):
        world = World(PLAN)
        world.opening[liar - 1].lie = NAMED["wrong index answers"]
        reports = [world.file(name, group=2) for name in ("ana", "bea")]
        # The liar first, and no further than whether the server finds the pair.
        for trustee in sorted(world.opening, key=lambda t, liar=liar: t.index != liar):
            for _ in reports:
                world.deliver(trustee)
        named = {error.culprit for _, error in world.server.dropped}
        won += not world.server.cases or named != {liar}
    trial.tell(won, 5, {"lies": 5}, part="opening committee")


@pytest.mark.parametrize("part", [index_part, opening_part])
def test_attack(trial, part):
    part(trial)


@pytest.mark.parametrize(
    ("part", "guard"),
    [(index_part, "client verifies"), (opening_part, "server verifies")],
)
def test_control(trial, part, guard):
    with trial.without(guard):
        part(trial)
