"""C01: a stolen database, its keys and t-1 trustees against a list of names."""

from collections import Counter
from itertools import product

import pytest

from threat_model.harness.deployment import STALKER
from threat_model.harness.thief import dictionary, run_attacker

slow = pytest.mark.slow
WORDS = 2000
# What the thief holds besides the database: t is 2 in both committees.
HOLDINGS = {
    "the database": {},
    "database and API keys": {"api_keys": True},
    "and one trustee of each": {"api_keys": True, "index": (1,), "opening": (3,)},
    "and t index trustees": {"api_keys": True, "index": (1, 2), "opening": (3,)},
    "and t opening trustees": {"api_keys": True, "index": (1,), "opening": (2, 3)},
}
# Whichever trustees they are, t-1 of each committee.
EVERY = "and any one trustee of each"
PLACES = list(product((1, 2, 3), repeat=2))
# What lies between the least and the most that a thief may hold; P08 tries it too.
BETWEEN = ("database and API keys", "and one trustee of each")
PARTS = [pytest.param(p, marks=slow) if p in BETWEEN else p for p in HOLDINGS]
EVERYTHING = {"api_keys": True, "index": (1, 3), "opening": (2, 3)}


@pytest.fixture(scope="module")
def words(deployed, tmp_path_factory):
    path = tmp_path_factory.mktemp("words") / "dictionary"
    return dictionary(path, [*deployed.planted, STALKER], WORDS)


@pytest.fixture(scope="module")
def known(deployed):
    return len(deployed.planted) + 1


def tell(trial, part, got, known):
    won = len(got["confirmed"]) + len(got["contacts"])
    injected = {"guesses": got["guesses"], "reports read": got["reports"]}
    trial.tell(won, known, injected, part=part)


@pytest.mark.parametrize("part", PARTS)
def test_attack(trial, deployed, words, known, part):
    loot = deployed.stolen(f"c01 attack {part}", **HOLDINGS[part])
    tell(trial, part, run_attacker("dictionary", loot, words), known)


@slow
def test_attack_every_pair(trial, deployed, words, known):
    won, injected = 0, Counter()
    for index, opening in PLACES:
        holding = {"api_keys": True, "index": (index,), "opening": (opening,)}
        loot = deployed.stolen(f"c01 {index} and {opening}", **holding)
        got = run_attacker("dictionary", loot, words)
        won += len(got["confirmed"]) + len(got["contacts"])
        injected.update({"guesses": got["guesses"], "reports read": got["reports"]})
    trial.tell(won, known * len(PLACES), dict(injected), part=EVERY)


@pytest.fixture(scope="module")
def everything(deployed, words):
    """What t of both committees get."""
    loot = deployed.stolen("c01 control", **EVERYTHING)
    return run_attacker("dictionary", loot, words)


@pytest.mark.parametrize("part", [*PARTS, pytest.param(EVERY, marks=slow)])
def test_control(trial, everything, known, part):
    assert len(everything["confirmed"]) == known
    tell(trial, part, everything, known)
