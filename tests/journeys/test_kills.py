"""Any process may be killed at any moment: nothing is lost, nothing comes twice."""

import asyncio
import hashlib
import os
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from itertools import count

import pytest

from api.config import read_config
from escrow.command.layout import Sizes
from escrow.command.net import Unreachable
from escrow.command.processes import Processes
from escrow.operation.database.look import look
from keyservice.audit import verify
from keyservice.config import load_config
from keyservice.premises import store_of
from keyservice.sealed_key import open_secrets
from tests.journeys.story import Story, everyone_met, named

LONGEST_PAUSE = 1.2
MOST_DOWN = 2
NEEDED = 2
COMMITTEE = 3
MOST_GROUPS = 80


class Fate:
    """Draws that look random and are the same for the same seed."""

    def __init__(self, seed):
        self._seed = seed
        self._draws = count()

    def below(self, bound):
        """A number from 0 up to a bound."""
        name = f"{self._seed}/{next(self._draws)}".encode()
        drawn = int.from_bytes(hashlib.sha256(name).digest()[:6])
        return drawn / 2**48 * bound

    def one_of(self, things):
        return things[int(self.below(len(things)))]


class Lives(threading.Thread):
    """Groups of three file and meet, one after another, until told to stop."""

    def __init__(self, story):
        super().__init__()
        self.story = story
        self.enough = threading.Event()
        self.groups = []
        self.error = None

    def run(self):
        try:
            for number in range(MOST_GROUPS):
                if self.enough.is_set():
                    return
                self._live(number)
        except Exception as error:  # noqa: BLE001  shown by the test itself
            self.error = error

    def _live(self, number):
        names = [f"{name}{number}" for name in ("ana", "bea", "cara")]
        letters = chr(ord("a") + number // 10) + chr(ord("a") + number % 10)
        target = named(f"Ulrich Vo{letters}berg", f"415 555 01{number:02}")
        # A mailbox of their own each: numbers and names are similar by now.
        mail = {"kind": "email", "value": f"u{letters}@firm.example.org"}
        self.groups.append(names)
        for name in names:
            self.story.file(name, [*target[:1], mail])
            self._until_done()
        for name in names:
            with suppress(Unreachable):
                self.story.scenario.persons[name].come_back()

    def _until_done(self):
        scenario = self.story.scenario
        while any(person.next_step for person in scenario.persons.values()):
            scenario.go_on()
            time.sleep(0.05)


def kill_and_restart(processes, fate, kills):
    for _ in range(kills):
        # A system of which nothing runs has nothing to lose.
        while sum(one.state() != "ready" for one in processes.services()) > MOST_DOWN:
            time.sleep(0.05)
        time.sleep(fate.below(LONGEST_PAUSE))
        service = fate.one_of(processes.services())
        service.kill()
        time.sleep(fate.below(LONGEST_PAUSE / 2))
        service.start()


def log_of(processes, name):
    """A trustee's log, verified; the trustee does not run."""
    config = load_config(processes.folder / f"{name}.toml")

    async def entries():
        async with (
            store_of(config, open_secrets(config, str)) as store,
            store.transaction() as ledger,
        ):
            return [entry async for entry in ledger.entries()]

    found = asyncio.run(entries())
    verify(found)
    return found


def pairs_released(entries):
    """How often a trustee released each pair of each case."""
    return Counter(
        (bytes(entry.subject), pair)
        for entry in entries
        if entry.kind == "released"
        for pair in entry.detail.split(", ")
    )


def releases_kept(processes):
    """Trustees whose release the API keeps, by case, giver and reader."""
    database = read_config(processes.folder / "api.toml").database
    rows = look(database, "SELECT case_id, giver, reader, trustee FROM release")
    return [tuple(row) for row in rows]


def check_kills(processes, seed, kills):
    with closing(Story(processes, "kills")) as story:
        lives = Lives(story)
        lives.start()
        try:
            kill_and_restart(processes, Fate(seed), kills)
        finally:
            lives.enough.set()
            processes.start(processes.services())
            lives.join()
        assert lives.error is None
        story.file("lone", named("Viggo Wrangel", "415 555 0199"))
        story.settle()
        rows = story.ends()
        assert [row["refused"] for row in rows.values() if row["refused"]] == []
        assert rows["lone"]["state"] == "waiting"
        for names in lives.groups:
            assert everyone_met(story, names)
        return lives.groups


def check_what_is_left(processes, groups):
    kept = releases_kept(processes)
    assert len(kept) == len(set(kept))
    per_pair = Counter(row[:3] for row in kept)
    assert len(per_pair) == sum(3 * 2 for _ in groups)
    assert all(NEEDED <= number <= COMMITTEE for number in per_pair.values())
    for role, index in processes.trustees:
        entries = log_of(processes, f"{role}-{index}")
        assert set(pairs_released(entries).values()) <= {1}


def run_kills(folder, server, seed, kills):
    with Processes(folder, Sizes(memory_kib=64), server=server) as processes:
        groups = check_kills(processes, seed, kills)
    check_what_is_left(processes, groups)


def test_ten_kills_lose_nothing_and_repeat_nothing(tmp_path, postgres_by_option):
    folder = tmp_path / "deployment"
    run_kills(folder, postgres_by_option, seed="make test", kills=10)


@pytest.mark.slow
@pytest.mark.parametrize("round_number", range(int(os.environ.get("KILL_ROUNDS", "5"))))
def test_a_long_sweep_of_kills(tmp_path, postgres_by_option, round_number):
    seed = f"{os.environ.get('KILL_SEED', 'sweep')}/{round_number}"
    run_kills(tmp_path / "deployment", postgres_by_option, seed=seed, kills=100)
