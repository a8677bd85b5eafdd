"""C01: a stolen database, its keys and t-1 trustees against a list of names."""

import pytest

from threat_model.harness.deployment import STALKER
from threat_model.harness.thief import dictionary, run_attacker

WORDS = 2000
# What the thief holds besides the database: t is 2 in both committees.
HOLDINGS = {
    "the database": {},
    "database and API keys": {"api_keys": True},
    "and one trustee of each": {"api_keys": True, "index": (1,), "opening": (3,)},
    "and t index trustees": {"api_keys": True, "index": (1, 2), "opening": (3,)},
    "and t opening trustees": {"api_keys": True, "index": (1,), "opening": (2, 3)},
}
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


@pytest.mark.parametrize("part", HOLDINGS)
def test_attack(trial, deployed, words, known, part):
    loot = deployed.stolen(f"c01 attack {part}", **HOLDINGS[part])
    tell(trial, part, run_attacker("dictionary", loot, words), known)


def test_control(trial, deployed, words, known):
    loot = deployed.stolen("c01 control", **EVERYTHING)
    got = run_attacker("dictionary", loot, words)
    assert len(got["confirmed"]) == known
    for part in HOLDINGS:
        tell(trial, part, got, known)
