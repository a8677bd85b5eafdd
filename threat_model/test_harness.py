"""The harness itself can fail: verdicts, guards, the scanner."""

import pytest

from threat_model.harness import canaries
from threat_model.harness.catalogue import Attack
from threat_model.harness.guards import removed
from threat_model.harness.trial import Trial
from threat_model.harness.verdicts import (
    BROKEN,
    CONFIRMED,
    GONE,
    HELD,
    NOT_RUN,
    VOID,
    Observation,
    judge,
    worst,
)

WORD = "Ottilie Ångström+7@canary.example"


def attack(outcome, bound=0):
    return Attack("X01", "x", "A1", "AS1", outcome, "text", "control", bound)


def seen(kind, won, tries=10, injected=1, part=""):
    return Observation("X01", kind, part, won, tries, 0, {"things": injected})


@pytest.mark.parametrize(
    ("outcome", "attacked", "controlled", "word"),
    [
        ("P", 0, 10, HELD),
        ("P", 0, 1, HELD),
        ("D", 1, 10, BROKEN),
        ("P", 0, 0, VOID),
        ("P", 1, 0, BROKEN),
        ("R", 10, 0, CONFIRMED),
        ("R", 0, 0, GONE),
        ("R", 10, 1, VOID),
    ],
)
def test_attack_and_control_together_give_the_word(outcome, attacked, controlled, word):
    trials = [seen("attack", attacked), seen("control", controlled)]
    assert judge(attack(outcome), trials).verdict == word


def test_an_attack_without_its_control_is_void():
    assert judge(attack("P"), [seen("attack", 0)]).verdict == VOID
    assert judge(attack("P"), [seen("control", 10)]).verdict == VOID
    apart = [seen("attack", 0, part="a"), seen("control", 9, part="b")]
    assert judge(attack("P"), apart).verdict == VOID


def test_a_run_that_injected_nothing_is_void():
    nothing = [seen("attack", 0, injected=0), seen("control", 1)]
    assert judge(attack("P"), nothing).verdict == VOID
    nothing = [seen("attack", 0, tries=0), seen("control", 1)]
    assert judge(attack("P"), nothing).verdict == VOID


def test_a_test_that_broke_down_is_void():
    trials = [seen("attack", 0), seen("control", 10)]
    assert judge(attack("P"), trials, ["test_attack failed"]).verdict == VOID
    assert judge(attack("P"), [], ["setup failed"]).verdict == VOID
    assert judge(attack("P"), []).verdict == NOT_RUN


def test_a_claim_takes_the_worst_of_its_attacks():
    assert worst([HELD, CONFIRMED, VOID]) == VOID
    assert worst([VOID, BROKEN]) == BROKEN
    assert worst([]) == NOT_RUN


def test_a_trial_fails_when_the_attack_wins():
    trial = Trial(attack("P"), "attack", said := [])
    with pytest.raises(AssertionError, match="BROKEN"):
        trial.tell(1, 2, {"things": 2})
    assert said[0][1]["won"] == 1


def test_a_trial_fails_when_the_control_does_not_win():
    with pytest.raises(AssertionError, match="VOID"):
        Trial(attack("P"), "control", []).tell(0, 2, {"things": 2})
    with pytest.raises(AssertionError, match="VOID"):
        Trial(attack("P"), "attack", []).tell(0, 2, {})


def test_an_attack_cannot_take_a_guard_away():
    with pytest.raises(LookupError):
        Trial(attack("P"), "attack", []).without("anything")


def test_a_guard_that_is_not_listed_for_an_attack_stays():
    with pytest.raises(KeyError), removed("no such guard", "C01"):
        pass


@pytest.mark.parametrize("form", dict(canaries.forms(WORD)))
def test_the_scanner_finds_a_word_in_every_form(form):
    planted = b"before " + dict(canaries.forms(WORD))[form] + b" after"
    assert form in {hit.form for hit in canaries.search(planted, [WORD], "here")}


def test_the_scanner_finds_nothing_where_nothing_is(tmp_path):
    (tmp_path / "file").write_bytes(bytes(range(256)) * 100)
    hits, read = canaries.search_files(tmp_path, [WORD])
    assert hits == []
    assert read == 25_600
