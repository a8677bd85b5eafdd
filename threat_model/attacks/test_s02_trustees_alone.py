"""S02: every opening trustee's disk and key file; no database of the API."""

import shutil

from threat_model.harness.canaries import search_files
from threat_model.harness.deployment import GROUP
from threat_model.harness.thief import run_attacker

ALL = (1, 2, 3)


def take(deployed, name, *, api):
    loot = deployed.stolen(name, opening=ALL)
    for index in ALL:
        shutil.copy2(deployed.folder / f"opening-{index}.log", loot)
    if not api:
        shutil.rmtree(loot / "api")
    return loot


def try_all(trial, deployed, loot):
    """Contacts that open, and planted words that lie open on the disks."""
    got = run_attacker("openers", loot, deployed.report_keys())
    words = deployed.words()
    hits, read = search_files(loot, words)
    # They do hold the keys; that nothing is there to be opened is the point.
    assert got["keys"] >= len(deployed.planted) + len(GROUP)
    injected = {"keys of contacts": got["keys"], "bytes searched": read}
    trial.tell(len(got["contacts"]) + len(hits), got["keys"], injected)


def test_attack(trial, deployed):
    try_all(trial, deployed, take(deployed, "s02 attack", api=False))


def test_control(trial, deployed):
    try_all(trial, deployed, take(deployed, "s02 control", api=True))
