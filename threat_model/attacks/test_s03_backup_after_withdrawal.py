"""S03: the API's database of before a withdrawal, every trustee of after it."""

import shutil

import pytest

from threat_model.harness.deployment import mail
from threat_model.harness.thief import dictionary, run_attacker

NAMED = "regretted@company.example"
EVERY = {"api_keys": True, "index": (1, 2, 3), "opening": (1, 2, 3)}


@pytest.fixture(scope="module")
def copies(deployed):
    """Everything before the withdrawal, and everything after it."""
    deployed.story.file("wita", mail(NAMED), report="regretted")
    deployed.story.settle()
    before = deployed.stolen("s03 before", **EVERY)
    deployed.story.step("withdraw", **{"as": "wita", "report": "regretted"})
    deployed.story.settle()
    return before, deployed.stolen("s03 after", **EVERY)


def together(name, api, trustees):
    """The API's folder of one copy beside the trustees of another."""
    loot = trustees.with_name(name)
    shutil.copytree(trustees, loot)
    shutil.rmtree(loot / "api")
    shutil.copytree(api / "api", loot / "api")
    return loot


def try_all(trial, deployed, loot, tmp_path):
    words = dictionary(tmp_path / "words", [NAMED], 2)
    got = run_attacker("dictionary", loot, words)
    # With both committees the name is confirmed; her contact is what must not open.
    opened = deployed.story.card("wita")["email"] in got["contacts"]
    trial.tell(opened, 1, {"guesses": got["guesses"], "withdrawals": 1})


def test_attack(trial, deployed, copies, tmp_path):
    before, after = copies
    try_all(trial, deployed, together("s03 attack", before, after), tmp_path)


def test_control(trial, deployed, copies, tmp_path):
    before, _ = copies
    try_all(trial, deployed, together("s03 control", before, before), tmp_path)
