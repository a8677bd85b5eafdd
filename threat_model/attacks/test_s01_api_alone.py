"""S01: the API's folder, keys and logs included, without anything else."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from threat_model.harness.canaries import search_files
from threat_model.harness.thief import run_attacker

T_OPENING = {"api_keys": True, "opening": (1, 2)}


def take_folder(deployed, name):
    """Everything of the API: database, keys, registrar inside it, log."""
    loot = deployed.stolen(name, api_keys=True)
    folder = deployed.folder
    for path in (*(folder / "api").glob("registrar.sqlite3*"), folder / "api.log"):
        shutil.copy2(path, loot / "api")
    return loot


def scan(trial, deployed, loot):
    words = deployed.words()
    hits, read = search_files(loot, words)
    trial.tell(len(hits), len(words), {"bytes searched": read}, part="search")


def test_attack_search(trial, deployed):
    scan(trial, deployed, take_folder(deployed, "s01 search"))


def test_control_search(trial, deployed):
    loot = take_folder(deployed, "s01 search control")
    card = deployed.story.card("ana")["email"].encode()
    with closing(sqlite3.connect(loot / "api" / "api.sqlite3")) as database, database:
        database.execute("UPDATE report SET nudge = ?", (card,))
    scan(trial, deployed, loot)


def open_everything(trial, deployed, name, **holdings):
    loot = deployed.stolen(name, **holdings)
    got = run_attacker("openers", loot, deployed.report_keys())
    won = len(got["contacts"]) + got["persons"] + got["keys"]
    tries = 3 * got["reports"]
    trial.tell(won, tries, {"reports tried": got["reports"]}, part="locks")


@pytest.mark.parametrize("keys", [False, True], ids=["database", "with its keys"])
def test_attack_locks(trial, deployed, keys):
    open_everything(trial, deployed, f"s01 locks {keys}", api_keys=keys)


def test_control_locks(trial, deployed):
    open_everything(trial, deployed, "s01 locks control", **T_OPENING)
