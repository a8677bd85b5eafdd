"""P01: does it stand in stolen files in which order rows came?"""

from functools import cache

import pytest

from threat_model.harness.arrivals import (
    CHANCE,
    FEW,
    MANY,
    MOST_CORRELATED,
    arrivals,
    correlations,
    orders_found,
    right_pairs,
)
from threat_model.known_bad.counted_rows import counted

CROWDS = [FEW, pytest.param(MANY, marks=pytest.mark.slow)]
crowds = pytest.mark.parametrize("people", CROWDS)


@pytest.fixture(scope="module")
def naive(tmp_path_factory):
    """The control's files: the same rows, numbered as they came."""

    @cache
    def made(people):
        came = arrivals(people)
        folder = tmp_path_factory.mktemp("naive") / "api"
        return counted(came.rewritten, folder, came.truth)

    return made


def pair(trial, folder, people):
    """Rows of grants, vaults, letterboxes and tags are laid beside reports."""
    found = orders_found(folder)
    best = right_pairs(found, arrivals(people).truth)
    oracles = sum(map(len, found.values()))
    told = {f"best for {kind}": f"{n} of {people}" for kind, n in best.items()}
    notes = told if trial.kind == "attack" else {}
    injected = {"people": people, "oracles": oracles}
    part = f"pairs of {people}"
    trial.tell(max(best.values()), people, injected, part=part, notes=notes)


def order(trial, folder, people):
    """How many oracles know when people came."""
    found = correlations(orders_found(folder), arrivals(people).truth)
    won = sum(one > MOST_CORRELATED[people] for one in found)
    notes = {f"largest rank correlation, {trial.kind}, {people}": f"{max(found):.2f}"}
    done, part = {"people": people}, f"order of {people}"
    trial.tell(won, len(found), done, part=part, allowed=0, notes=notes)


@crowds
def test_attack_pairs(trial, people):
    assert trial.attack.bound == CHANCE
    pair(trial, arrivals(people).rewritten, people)


@crowds
def test_attack_order(trial, people):
    order(trial, arrivals(people).rewritten, people)


@crowds
def test_control_pairs(trial, naive, people):
    pair(trial, naive(people), people)


@crowds
def test_control_order(trial, naive, people):
    order(trial, naive(people), people)
