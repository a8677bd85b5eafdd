"""Backups of real processes, a withdrawal, the old backups again: she stays away."""

import re
import shutil
import subprocess
import sys
import time
from contextlib import closing

import pytest

from api.config import read_config
from escrow.command.layout import Sizes
from escrow.command.processes import Processes
from escrow.messages.cases import Consent
from escrow.messages.codec import Signed, decode
from escrow.operation.database.look import look
from escrow.signing import peek
from tests.journeys.story import Story, everyone_met, named

PROGRAM = (sys.executable, "-m", "escrow.command.main")
TARGET = named("Rex Restored", "(415) 555-0177")
TRUSTEES = ("opening-1", "opening-2", "index-1")
SECONDS = 120
pytestmark = pytest.mark.usefixtures("dump_programs")


class Operator:
    """Runs the operator's commands on a deployment's folder.

    Args:
        folder: Of the deployment.
        new_database: Makes another one; its URL is empty for SQLite.
    """

    def __init__(self, folder, new_database):
        self.folder = folder
        self._new_database = new_database
        self.say("api", "backup-key", "--out", folder / "backup.key")

    def say(self, *words, status=0):
        ended = subprocess.run(
            [*PROGRAM, *map(str, words)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            cwd=self.folder,
        )
        assert ended.returncode == status, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    def program(self, name):
        return "api" if name == "api" else "keyservice"

    def config(self, name):
        return ("--config", self.folder / f"{name}.toml")

    def backup(self, name):
        to, out = self.folder / "backup.key.pub", self.folder / f"{name}.backup"
        where = ("--to", to, "--out", out)
        return self.say(self.program(name), "backup", *self.config(name), *where)

    def restore(self, name, *how, status=0):
        return self.say(
            *(self.program(name), "restore", *self.config(name)),
            *("--key", self.folder / "backup.key", self.folder / f"{name}.backup"),
            *how,
            status=status,
        )

    def replace(self, name):
        """Put the backup where the data was; the API's keys never were in it."""
        data, lost = self.folder / name, self.folder / f"{name}.lost"
        data.rename(lost)
        self.change_database(name, self._new_database())
        self.restore(name, "--into", data)
        if name == "api":
            shutil.copytree(lost / "keys", data / "keys")

    def change_database(self, name, url):
        """Name another database in a program's configuration."""
        file = self.folder / f"{name}.toml"
        text = file.read_text("utf-8")
        line = re.compile(r'^database = ".*"$', re.MULTILINE)
        assert line.search(text)
        file.write_text(line.sub(f'database = "{url}"', text), "utf-8")


@pytest.fixture
def place(tmp_path, postgres_by_option, new_database):
    folder = tmp_path / "deployment"
    with Processes(folder, Sizes(memory_kib=64), server=postgres_by_option) as running:
        yield running, Operator(folder, new_database)


def stored(processes):
    """Reports whose ciphertext is in the API's database."""
    database = read_config(processes.folder / "api.toml").database
    statement = "SELECT count(*) FROM report WHERE header IS NOT NULL"
    return look(database, statement)[0][0]


def until_ready(service):
    def ready():
        service.check_alive()
        return service.state() == "ready"

    until(ready)


def until(reached):
    deadline = time.monotonic() + SECONDS
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_who_withdrew_stays_away_when_server_and_trustees_come_back_old(place):
    processes, operator = place
    with closing(Story(processes, "old-backups")) as story:
        story.file("ana", TARGET)
        story.file("bea", TARGET)
        story.settle()
        for name in ("api", *TRUSTEES):
            assert "not in it: the key file" in operator.backup(name)
        story.step("withdraw", **{"as": "ana"})
        story.settle()
        services = [processes.api, processes.trustees["opening", 1]]
        services += [processes.trustees["opening", 2], processes.trustees["index", 1]]
        for service in services:
            service.stop()
        for name in ("api", *TRUSTEES):
            said = operator.restore(name, "--check")
            assert "the backup holds" in said
            assert ("reports: 2" if name == "api" else "verified from its") in said
            operator.replace(name)
            # No copy of what may have been withdrawn lies about.
            assert not list((operator.folder / name).glob("*.pgdump"))
        assert stored(processes) == 2  # Ana's ciphertext is back in the file.
        for service in services:
            service.start()
        for service in services[:3]:
            until_ready(service)
        assert stored(processes) == 1
        assert services[3].state() == "restored"
        story.file("cleo", TARGET)
        story.file("dora", TARGET)
        states = story.states()
        assert states.pop("ana") == "withdrawn"
        assert set(states.values()) == {"connected"}
        assert sorted(story.met("bea")) == ["Cleo", "Dora"]
    for service in processes.services():
        service.stop()
    assert "The log holds" in operator.say(
        "keyservice", "verify-log", *operator.config("opening-1")
    )


@pytest.mark.slow
def test_who_changed_or_filed_after_the_servers_backup_sends_it_again(place, tmp_path):
    processes, operator = place
    with closing(Story(processes, "lost-versions")) as story:
        story.file("ana", TARGET)
        story.file("bea", TARGET)
        story.settle()
        operator.backup("api")
        more = [{"kind": "email", "value": "rex@restored.example"}]
        story.step("add", **{"as": "ana", "identifiers": more})
        story.file("cleo", TARGET)
        story.settle()
        assert set(story.states().values()) == {"connected"}
        processes.api.stop()
        operator.replace("api")
        processes.api.start()
        until_ready(processes.api)
        # Of ana it had a version that trustees replaced, of cleo nothing.
        assert stored(processes) == 1
        # Ana's vault is of the same backup, and names the version before.
        words = tmp_path / "words"
        words.write_text(" ".join(story.scenario.words["ana"]), "utf-8")
        hers = ("--server", processes.api.url, "--words-file", words)
        assert "has lost this entry" in operator.say("status", *hers)
        # The client waits for enough of them, and the third may come later.
        said = operator.say("change", *hers, "--report", "first")
        assert re.search("[23] of 3 trustees hold their part", said)
        assert "lost" not in operator.say("status", *hers)
        # Cleo has her page open still; her client goes on from what it knows.
        story.consent("ana", "yes")
        assert set(story.states().values()) == {"connected"}
        assert sorted(story.met("bea")) == ["Ana", "Cleo"]
        story.step("withdraw", **{"as": "ana"})
        assert story.states()["ana"] == "withdrawn"
        assert stored(processes) == 2


@pytest.mark.slow
def test_who_met_after_the_backup_meets_again_by_herself(place):
    processes, operator = place
    names = ("ana", "bea", "cleo")
    with closing(Story(processes, "met-again")) as story:
        for name in names:
            story.file(name, TARGET, consent="ask")
        story.settle()
        operator.backup("api")
        for name in names:
            story.consent(name, "yes")
        assert everyone_met(story, names)
        assert (answers(processes), releases(processes)) == ({("yes", 1)}, 18)
        processes.api.stop()
        operator.replace("api")
        assert (answers(processes), releases(processes)) == (set(), 0)
        processes.api.start()
        until_ready(processes.api)
        # Nobody looks at her page meanwhile: the trustees say it by themselves.
        until(lambda: releases(processes) == 18 and processes.pending() == 0)
        assert answers(processes) == {("yes", 1)}
        assert everyone_met(story, names)
    for service in processes.services():
        service.stop()
    config = operator.config("opening-1")
    assert "The log holds" in operator.say("keyservice", "verify-log", *config)


def answers(processes):
    """What members answered and under which number, as the API's database has it."""
    database = read_config(processes.folder / "api.toml").database
    rows = look(database, "SELECT body FROM consent")
    found = [peek(decode(bytes(body), Signed), Consent) for (body,) in rows]
    return {(consent.answer, consent.counter) for consent in found}


def releases(processes):
    """How many releases the API's database has: for each pair one a trustee."""
    database = read_config(processes.folder / "api.toml").database
    return look(database, "SELECT count(*) FROM release")[0][0]


@pytest.mark.slow
def test_restoring_refuses_what_it_should(place, tmp_path):
    processes, operator = place
    operator.backup("api")
    operator.backup("opening-1")
    api = processes.folder / "api"
    assert "not empty" in operator.restore("api", "--into", api, status=2)
    shutil.move(operator.folder / "api.backup", operator.folder / "index-1.backup")
    said = operator.restore("index-1", "--check", status=1)
    assert "another program" in said
    shutil.copy(
        operator.folder / "opening-1.backup", operator.folder / "index-1.backup"
    )
    assert "not index" in operator.restore("index-1", "--check", status=1)
    (operator.folder / "opening-1.key").rename(tmp_path / "lost.key")
    assert "key file" in operator.restore("opening-1", "--check", status=1)
    assert "key file" in operator.restore(
        "opening-1", "--into", tmp_path / "new", status=1
    )
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.slow
def test_a_no_and_a_hold_outlive_the_backups_of_two_trustees(place):
    """Everybody is honest, and t' of three trustees come back from before both."""
    processes, operator = place
    with closing(Story(processes, "forgotten")) as story:
        for who in ("ana", "bea", "cleo"):
            story.file(who, TARGET, consent="ask")
        story.settle()
        for who in ("ana", "cleo"):
            story.consent(who, "yes")
        story.settle()
        (case,) = cases_of(processes)
        for name in TRUSTEES[:2]:
            operator.backup(name)
        story.consent("ana", "no")
        config = operator.config("opening-1")
        operator.say("keyservice", "hold", *config, case, "--reason", "legal")
        until_held(operator, "opening-3", case)
        story.settle()
        two_trustees_come_back(processes, operator)
        for name in TRUSTEES[:2]:
            until_held(operator, name, case)
        operator.say("keyservice", "resume", *config, case, "--reason", "checked")
        story.consent("bea", "yes")
        story.settle()
        assert story.met("bea") == story.met("cleo") == []
        # The control: it was her no alone that stood in the way.
        story.consent("ana", "yes")
        story.settle()
        assert sorted(story.met("bea")) == ["Ana", "Cleo"]


def two_trustees_come_back(processes, operator):
    """The first two opening trustees run on their backups, and catch up."""
    services = [processes.trustees["opening", index] for index in (1, 2)]
    for service in services:
        service.stop()
    for name in TRUSTEES[:2]:
        operator.replace(name)
    for service in services:
        service.start()
    for service in services:
        until_ready(service)


def until_held(operator, name, case):
    """Until a trustee's status says that trustee 1 holds the case."""
    line = re.compile(f"hold of {case}: by trustee 1, legal, .*IN FORCE")
    deadline = time.monotonic() + SECONDS
    while True:
        said = operator.say("keyservice", "status", *operator.config(name))
        if line.search(said):
            return
        assert time.monotonic() < deadline, said
        time.sleep(1)


def cases_of(processes):
    """The ids of all cases, as the API knows them."""
    database = read_config(processes.folder / "api.toml").database
    rows = look(database, "SELECT case_id FROM case_file")
    return [bytes(case_id).hex() for (case_id,) in rows]
