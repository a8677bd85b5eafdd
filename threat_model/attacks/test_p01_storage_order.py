"""P01: does it stand in stolen files in which order rows came?"""

import pytest

from threat_model.harness.arrivals import (
    CHANCE,
    MOST_CORRELATED,
    PEOPLE,
    arrivals,
    correlations,
    right_pairs,
)
from threat_model.harness.thief import run_attacker
from threat_model.known_bad.counted_rows import counted


@pytest.fixture(scope="module")
def naive(tmp_path_factory):
    """The control's files: the same rows, numbered as they came."""
    came = arrivals()
    folder = tmp_path_factory.mktemp("naive") / "api"
    return counted(came.rewritten, folder, came.truth)


def pair(trial, folder):
    """Rows of grants, vaults and tags are laid beside reports, order by order."""
    found = run_attacker("orders", folder)
    best = right_pairs(found, arrivals().truth)
    oracles = sum(map(len, found.values()))
    told = {f"best for {kind}": f"{n} of {PEOPLE}" for kind, n in best.items()}
    notes = told if trial.kind == "attack" else {}
    injected = {"people": PEOPLE, "oracles": oracles}
    trial.tell(max(best.values()), PEOPLE, injected, part="pairs", notes=notes)


def order(trial, folder):
    """How many oracles know when people came."""
    found = correlations(run_attacker("orders", folder), arrivals().truth)
    won = sum(one > MOST_CORRELATED for one in found)
    notes = {f"largest rank correlation, {trial.kind}": f"{max(found):.2f}"}
    people = {"people": PEOPLE}
    trial.tell(won, len(found), people, part="order", allowed=0, notes=notes)


def test_attack_pairs(trial):
    assert trial.attack.bound == CHANCE
    pair(trial, arrivals().rewritten)


def test_attack_order(trial):
    order(trial, arrivals().rewritten)


def test_control_pairs(trial, naive):
    pair(trial, naive)


def test_control_order(trial, naive):
    order(trial, naive)
