"""Two API processes on one PostgreSQL, behind one address; either may be killed.

A registrar is a program of its own then. People and trustees know the one address.
"""

import re
import time
from collections import Counter
from contextlib import closing

import pytest

from api.config import read_config
from escrow.command.layout import Sizes, free_ports
from escrow.command.layout_configs import url_of
from escrow.command.processes import Processes, wait_until_ready
from escrow.command.service import Service
from escrow.operation.database.look import look
from tests.journeys.front import Front
from tests.journeys.story import Story, everyone_met, named
from tests.journeys.test_kills import Fate, Lives, check_what_is_left
from tests.private_postgres import fresh_database

KILLS = 14
LONGEST_PAUSE = 2.0


class TwoServers:
    """`Processes.api` as two processes, with a registrar beside them and a front."""

    name = "api"

    def __init__(self, processes, registrar_database):
        folder = processes.folder
        config = folder / "api.toml"
        # A registrar inside would have to be the only process.
        text = re.sub(r"(?ms)^\[registrar\]$.*?(?=^\[|\Z)", "", config.read_text())
        config.write_text(text)
        *ports, registrar = free_ports(3)
        (folder / "registrar").mkdir()
        (folder / "registrar.toml").write_text(
            f'data_dir = "registrar"\nkey_dir = "api/keys"\nport = {registrar}\n'
            f'api_url = "{processes.server}"\ndatabase = "{registrar_database}"\n'
        )
        run = ("api", "run", "--config", str(config), "--port")
        self.both = [
            Service(f"api-{port}", (*run, str(port)), folder, url_of(port))
            for port in ports
        ]
        desk = ("api.registrar", "run", "--config", str(folder / "registrar.toml"))
        self._registrar = Service("registrar", desk, folder, url_of(registrar))
        port = int(processes.server.rpartition(":")[2])
        self.front = Front(port, [one.url for one in self.both], url_of(registrar))
        self.front.start()

    def _all(self):
        return [*self.both, self._registrar]

    @property
    def running(self):
        return any(one.running for one in self.both)

    def start(self):
        for one in self._all():
            one.start()

    def state(self):
        states = {one.state() for one in self._all()}
        return states.pop() if len(states) == 1 else None

    def check_alive(self):
        for one in self._all():
            one.check_alive()

    def ask_to_stop(self):
        for one in self._all():
            one.ask_to_stop()

    def wait_to_stop(self):
        for one in self._all():
            one.wait_to_stop()
        self.front.close()


@pytest.fixture
def deployment(tmp_path, postgres_server):
    url = postgres_server.url("postgres")
    folder = tmp_path / "deployment"
    processes = Processes(folder, Sizes(memory_kib=64), server=url)
    with fresh_database(postgres_server) as registrar:
        processes.api = TwoServers(processes, registrar)
        with processes:
            yield processes


def kill_in_turn(servers, fate):
    """Kill one or the other, start it again, let both work together for a moment."""
    for _ in range(KILLS):
        time.sleep(fate.below(LONGEST_PAUSE))
        one = fate.one_of(servers.both)
        one.kill()
        # The other one is alone for as long as it takes to come back, and longer.
        time.sleep(fate.below(LONGEST_PAUSE))
        wait_until_ready([one])


def rows(processes, statement):
    database = read_config(processes.folder / "api.toml").database
    return [tuple(row) for row in look(database, statement)]


def check_nothing_twice(processes, reports, groups):
    """What the database says of it, once everything is done."""
    assert rows(processes, "SELECT count(*) FROM report") == [(reports,)]
    assert rows(processes, "SELECT count(*) FROM spent_token") == [(reports,)]
    assert rows(processes, "SELECT count(*) FROM queue") == [(0,)]
    cases = Counter(case for (case,) in rows(processes, "SELECT case_id FROM verdict"))
    assert len(cases) == groups
    assert set(cases.values()) == {3}
    tags = "SELECT count(*), count(DISTINCT name) FROM tag_row"
    assert rows(processes, tags) == [(16 * reports, 16 * reports)]
    (kept,) = rows(processes, "SELECT sum(rows) FROM tag_buckets")
    assert kept == (16 * reports,)


# Takes minutes; test_several_processes, too, goes on with what a killed one took in.
@pytest.mark.slow
def test_either_of_two_may_be_killed_in_the_middle_and_nobody_notices(deployment):
    servers = deployment.api
    with closing(Story(deployment, "two-servers")) as story:
        lives = Lives(story)
        lives.start()
        try:
            kill_in_turn(servers, Fate("two servers"))
        finally:
            lives.enough.set()
            lives.join()
        assert lives.error is None
        # Some of what was cut off was under way in the process that ended.
        assert sum(servers.front.cut.values()) > 0
        story.file("lone", named("Viggo Wrangel", "415 555 0199"))
        story.settle()
        ends = story.ends()
        assert [row["refused"] for row in ends.values() if row["refused"]] == []
        assert ends["lone"]["state"] == "waiting"
        assert lives.groups
        for names in lives.groups:
            assert everyone_met(story, names)
    check_nothing_twice(deployment, 3 * len(lives.groups) + 1, len(lives.groups))
    deployment.close()
    check_what_is_left(deployment, lives.groups)
