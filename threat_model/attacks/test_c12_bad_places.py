"""C12: shares at places where they must not be; coefficients that are not even."""

import pytest

from blind_index.errors import AlongsideError
from blind_index.group import Element, Scalar
from blind_index.randomness import SYSTEM
from blind_index.shamir import interpolate, interpolate_element
from escrow import trustee_lock
from escrow.match_lock import level_polynomial
from escrow.messages.codec import PublicKey, decode, encode
from escrow.messages.filing import Box, IndexAnswer
from escrow.messages.mailbox import Refusal
from escrow.registrar.identity import Identity
from escrow.trustee_lock import Part, Quorum
from tests.blind_index.strategies import ORDER
from tests.world.altered import sample
from tests.world.dealt import Plan
from tests.world.stream import stream
from tests.world.world import World
from threat_model.harness.uniform import uneven_columns
from threat_model.known_bad.naive_lock import short_scalar

COEFFICIENTS = 100_000
PER_SECRET = 6
DRAW = stream("C12")
KEY = PublicKey(bytes(32))


# A share at zero, at the group's order, twice at one place


def combiners():
    """Both combiners, with the value that the attacker wants them to give."""
    chosen = Scalar.random(DRAW)

    def scalars(*places):
        points = [(Scalar.from_int(x), Scalar.random(DRAW)) for x in places]
        return interpolate([*points[:-1], (points[-1][0], chosen)]) == chosen

    def elements(*places):
        points = [(x, Element.base_multiple(Scalar.random(DRAW))) for x in places]
        wanted = Element.base_multiple(chosen)
        return interpolate_element([*points[:-1], (places[-1], wanted)]) == wanted

    return scalars, elements


def bad_places():
    """Won if a combiner takes a bad place, or a decoder lets one through."""
    won, tries = 0, 0
    for combine in combiners():
        for places in ((1, 0), (1, 2, 0), (1, 1), (2, 1, 2), (3, ORDER)):
            tries += 1
            won += _taken(lambda c=combine, p=places: c(*p))
    for message in (sample(Box), sample(IndexAnswer), sample(Refusal)):
        for index in (0, -1, 33, ORDER):
            tries += 1
            text = encode(message).replace(b'"index":3', b'"index":%d' % index)
            won += _taken(lambda t=text, m=message: bool(decode(t, type(m))))
    for data in (ORDER.to_bytes(32, "little"), b"\xff" * 32):
        tries += 1
        won += _taken(lambda d=data: bool(Scalar.decode(d)))
    return won, tries


def _taken(step):
    try:
        return step()
    except AlongsideError:
        return False


# Two shares of one person


def one_person_twice():
    """Won if a group of three opens that two people made."""
    world = World(Plan(name="C12"))
    same = Identity(name="Mal Example", email="mal@example.org", phone="", country="")
    world.file("mal", group=3, verified=same)
    world.file("mal", group=3, report="second")
    world.file("ana", group=3)
    world.settle()
    world.consent_all()
    assert world.server.cases
    return int(bool(world.released())), 1


def everybody(verified, _members, _held):
    """`standing._newest_of_each` that lets every report of a person stand."""
    return {member.place for member in verified}


# Coefficients


def drawn(draw_scalar):
    return [draw_scalar(SYSTEM).encode() for _ in range(COEFFICIENTS)]


def hashed():
    """Coefficients of match locks and trustee locks, the top ones among them."""
    found = []
    quorum = Quorum(3, 5)
    for _ in range(COEFFICIENTS // PER_SECRET // 2):
        secret = Scalar.random(SYSTEM)
        part = trustee_lock._polynomial(
            secret, KEY, Part.LOCK, quorum.trustee_threshold
        )
        found += [c.encode() for c in part.coefficients[1:]]
        found += [c.encode() for c in level_polynomial(secret, 7).coefficients[1:]]
    return found


@pytest.mark.parametrize(
    ("part", "run"),
    [("bad places", bad_places), ("one person twice", one_person_twice)],
)
def test_attack(trial, part, run):
    won, tries = run()
    trial.tell(won, tries, {"bad shares": tries}, part=part)


def test_attack_on_uneven_coefficients(trial):
    found = drawn(Scalar.random), hashed()
    won = sum(len(uneven_columns(one)) for one in found)
    injected = {"coefficients": sum(map(len, found))}
    trial.tell(won, 2 * 32, injected, part="coefficients")


def test_control_bad_places(trial):
    with trial.without("distinct places, none zero"):
        won, tries = bad_places()
    trial.tell(won, tries, {"bad shares": tries}, part="bad places")


def test_control_one_person_twice(trial):
    with trial.without("one report a person", everybody):
        won, tries = one_person_twice()
    trial.tell(won, tries, {"bad shares": tries}, part="one person twice")


def test_control_uneven_coefficients(trial):
    found = drawn(short_scalar)
    won = len(uneven_columns(found))
    injected = {"coefficients": len(found)}
    trial.tell(won, 32, injected, part="coefficients")
