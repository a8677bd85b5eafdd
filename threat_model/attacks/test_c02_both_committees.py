"""C02: t trustees of both committees with the database; what a guess costs."""

import time

import pytest

from blind_index.secret import SecretBytes
from blind_index.stretch import StretchParameters, stretch
from escrow.manifest import FLOOR_MEMORY_KIB, FLOOR_PASSES
from threat_model.harness.deployment import STALKER
from threat_model.harness.thief import dictionary, run_attacker

WORDS = 200
HASHES = 5
SECONDS_AN_HOUR = 3600
BOTH = {"api_keys": True, "index": (1, 2), "opening": (1, 2)}
ONE_LESS = {"api_keys": True, "index": (1,), "opening": (1,)}


@pytest.fixture(scope="module")
def words(deployed, tmp_path_factory):
    path = tmp_path_factory.mktemp("words") / "dictionary"
    return dictionary(path, [*deployed.planted, STALKER], WORDS)


def seconds_a_hash():
    """Argon2id with the least that a manifest of real use may ask for."""
    parameters = StretchParameters(FLOOR_MEMORY_KIB, FLOOR_PASSES)
    started = time.process_time()
    for number in range(HASHES):
        stretch(SecretBytes(bytes([number]) * 64), bytes(16), parameters)
    return (time.process_time() - started) / HASHES


def price(got):
    """What a guess costs; the demonstration's own Argon2id is left in."""
    each = seconds_a_hash() + got["seconds"] / got["guesses"]
    hours = each * 1_000_000 / SECONDS_AN_HOUR
    return {
        "seconds a guess": f"{each:.3f}",
        "core-hours per 10^6 guesses": f"{hours:.0f}",
        "Argon2id": f"{FLOOR_MEMORY_KIB} KiB, {FLOOR_PASSES} passes",
    }


def test_attack(trial, deployed, words):
    loot = deployed.stolen("c02 attack", **BOTH)
    got = run_attacker("dictionary", loot, words)
    names, cards = len(got["confirmed"]), len(got["contacts"])
    assert names == len(deployed.planted) + 1
    # Two planters, and the three who met.
    assert cards == 5
    injected = {"guesses": got["guesses"]}
    trial.tell(names + cards, names + cards, injected, notes=price(got))


def test_control(trial, deployed, words):
    loot = deployed.stolen("c02 control", **ONE_LESS)
    got = run_attacker("dictionary", loot, words)
    won = len(got["confirmed"]) + len(got["contacts"])
    trial.tell(won, len(deployed.planted) + 1, {"guesses": got["guesses"]})
