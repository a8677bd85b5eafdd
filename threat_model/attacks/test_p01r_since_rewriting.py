"""P01R: what a copy of the files shows of the day on which it is taken."""

import pytest

from threat_model.harness.arrivals import (
    CHANCE,
    FEW,
    arrivals,
    orders_found,
    right_pairs,
)

pytestmark = pytest.mark.slow


def pair(trial, folder):
    """Pairs beyond what chance gives."""
    best = right_pairs(orders_found(folder), arrivals().truth)
    told = {f"best for {kind}": f"{n} of {FEW}" for kind, n in best.items()}
    notes = told if trial.kind == "attack" else {}
    won = max(0, max(best.values()) - CHANCE)
    trial.tell(won, FEW, {"people": FEW}, notes=notes)


def test_attack(trial):
    pair(trial, arrivals().fresh)


def test_control(trial):
    pair(trial, arrivals().rewritten)
