"""Several API processes on one PostgreSQL: each step is taken once, whoever asks."""

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from litestar.testing import TestClient
from msgspec.structs import replace

from api.app import check_start, create_app
from api.config import InlineRegistrar
from blind_index.errors import InputError
from blind_index.labels import Label
from escrow.client import following
from escrow.command.clock import today
from escrow.command.layout import free_ports
from escrow.command.layout_configs import url_of
from escrow.command.service import Service
from escrow.messages.codec import Blob, decode, encode
from escrow.messages.mailbox import PullRequest, Work
from escrow.signing import sign
from escrow.trustee.ceremony import confirm
from escrow.trustee.requests import OutgoingRequest
from tests.api.running import JSON, ApiFault, RemoteServer, _publish, lay_out
from tests.api.test_ceremony import PLAN as CEREMONY_PLAN
from tests.api.test_ceremony import abort, board, participants, post, roster_payload
from tests.api.test_tokens import ask
from tests.api.test_vaults import GOOD, SEED, read
from tests.world.dealt import Plan, deal_deployment
from tests.world.world import World, X

CLIENTS = 8
WAIT = 25
READY_SECONDS = 120
DAY = today()


def at_once(servers, calls):
    """Start all calls together, by turns to each server; what each came to."""
    barrier = threading.Barrier(len(calls))

    def run(place):
        barrier.wait()
        try:
            calls[place](servers[place % len(servers)])
        except ApiFault as fault:
            return fault.kind
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, range(len(calls))))


class Pair(World):
    """A world whose server is two processes; what people do goes to either."""

    def __init__(self, config, servers) -> None:
        super().__init__(Plan(), DAY)
        self.config = config
        self.servers = [RemoteServer(client, self) for client in servers]
        self.server = self.servers[0]
        for trustee in self.opening:
            key = trustee.publish(self.day)
            self.server.put_box_key(trustee.index, key, self.day)
        # A trustee's counter rises whichever process it speaks to.
        self.servers[1].boot = self.server.boot
        self.servers[1].counter = self.server.counter

    def at_once(self, calls):
        """Start all calls together, by turns to each process; what each came to.

        Args:
            calls: Each takes the server that it is to speak to.
        """
        return at_once(self.servers, calls)

    def serve(self, server, index) -> int:
        """One trustee's round with one process."""
        trustee = self.opening[index - 1]
        items = server.pull(index).items
        for item in items:
            letters = trustee.handle(decode(item.body, Work), self.day)
            server.post(index, [Blob(encode(x)) for x in letters], [item.item])
        return len(items)

    def settle(self, _choose=None) -> None:
        """Rounds of all trustees at the same time, each with another process."""
        while True:
            with ThreadPoolExecutor(len(self.opening)) as pool:
                done = pool.map(
                    lambda t: self.serve(self.servers[t.index % 2], t.index),
                    self.opening,
                )
                if not sum(done):
                    return


class Processes:
    """Two API processes on one database."""

    def __init__(self, config, folder) -> None:
        self.services, self.clients = [], []
        for number, port in enumerate(free_ports(2)):
            file = folder / f"api-{number}.toml"
            file.write_text(
                f"data_dir = {json.dumps(config.data_dir)}\n"
                f"origin = {json.dumps(config.origin)}\n"
                f"database = {json.dumps(config.database_url)}\n"
                f"port = {port}\n",
                "utf-8",
            )
            run = ("api", "run", "--config", str(file))
            url = url_of(port)
            self.services.append(Service(f"api-{number}", run, folder, url))
            self.clients.append(httpx.Client(base_url=url, timeout=90))

    def start(self):
        for service in self.services:
            service.start()

    def wait_until(self, state):
        deadline = time.monotonic() + READY_SECONDS
        while {service.state() for service in self.services} != {state}:
            for service in self.services:
                service.check_alive()
            assert time.monotonic() < deadline, "the processes do not get ready"
            time.sleep(0.05)

    def close(self):
        for client in self.clients:
            client.close()
        for service in self.services:
            service.stop()


@contextmanager
def processes_on(config, folder):
    found = Processes(config, folder)
    try:
        found.start()
        yield found
    finally:
        found.close()


@pytest.fixture
def pair(postgres_url, tmp_path):
    config = lay_out(tmp_path, Plan(), database=postgres_url)
    with processes_on(config, tmp_path) as processes:
        processes.wait_until("ready")
        world = Pair(config, processes.clients)
        world.processes = processes
        yield world


def rows(pair, statement):
    name = pair.config.database_url.split("/")[3].split("?")[0]
    return pair.postgres.sql(statement, name)


@pytest.fixture(autouse=True)
def _server(request):
    if "pair" in request.fixturenames:
        pair = request.getfixturevalue("pair")
        pair.postgres = request.getfixturevalue("postgres_server")


def test_of_two_first_versions_under_one_key_one_is_kept(pair):
    ana = pair.person("ana")
    draft = ana.draft(X, 3, "first")
    submissions = [ana.seal(draft)[1] for _ in range(2)]
    outcomes = pair.at_once(
        [lambda s, n=n: s.submit(submissions[n // 2 % 2], 0) for n in range(CLIENTS)]
    )
    # The same again is answered again; the other one is another report.
    assert sorted(set(outcomes)) == ["conflicting-report", "done"]
    assert outcomes.count("done") == CLIENTS // 2
    assert rows(pair, "SELECT count(*) FROM report")[0][0] == 1
    assert rows(pair, "SELECT count(*) FROM spent_token")[0][0] == 1


def test_a_token_is_spent_once(pair):
    people = [pair.person(f"person-{n}") for n in range(CLIENTS)]
    token = people[0].token()
    for person in people:
        person.tokens = [token]
    submissions = [p.seal(p.draft(X, 3, "r"))[1] for p in people]
    outcomes = pair.at_once([lambda s, x=x: s.submit(x, 0) for x in submissions])
    assert sorted(outcomes) == ["done"] + ["invalid-token"] * (CLIENTS - 1)
    assert rows(pair, "SELECT count(*) FROM report")[0][0] == 1


def test_nobody_gets_more_tokens_by_asking_everywhere_at_once(pair):
    requests = [ask(pair, "ana", 2).request for _ in range(CLIENTS)]
    outcomes = pair.at_once([lambda s, r=r: s.grant_tokens(r, 0) for r in requests])
    assert outcomes.count("done") == 3
    assert outcomes.count("quota-exceeded") == CLIENTS - 3
    assert rows(pair, "SELECT sum(tokens) FROM token_grant")[0][0] == 6


def test_of_two_writes_of_a_vault_under_one_counter_one_stays(pair):
    def write(server, number):
        text = Blob(bytes([number]) * len(GOOD.ciphertext))
        signed = sign(SEED, Label.VAULT_WRITE, replace(GOOD, ciphertext=text))
        server.call("PUT", "/v1/vaults", signed)

    outcomes = pair.at_once([lambda s, n=n: write(s, n) for n in range(CLIENTS)])
    assert outcomes.count("done") == 1
    assert outcomes.count("conflicting-report") == CLIENTS - 1
    stored = {read(pair).ciphertext[0]}
    assert stored == {outcomes.index("done")}


def test_a_trustees_request_is_answered_once_by_all_of_them(pair):
    message = PullRequest(wait_seconds=0)
    request = OutgoingRequest("POST", "/v1/trustees/pull", encode(message))
    header = {"alongside-trustee": pair.server.authorisation(1, request)} | JSON
    outcomes = pair.at_once(
        [
            lambda s: s.call("POST", "/v1/trustees/pull", message, headers=header)
            for _ in range(CLIENTS)
        ]
    )
    assert sorted(outcomes) == ["done"] + ["stale-challenge"] * (CLIENTS - 1)


def test_people_and_trustees_at_all_processes_make_one_case(pair):
    names = [f"person-{n}" for n in range(4)]
    people = [pair.person(name) for name in names]
    drafts = [p.draft(X, 3, "first") for p in people]
    sealed = [p.seal(d) for p, d in zip(people, drafts, strict=True)]
    for person, (saved, _) in zip(people, sealed, strict=True):
        person.reports["first"] = saved
    outcomes = pair.at_once([lambda s, x=x: s.submit(x, 0) for _, x in sealed])
    assert outcomes == ["done"] * 4
    numbers = rows(pair, "SELECT trustee, sequence FROM queue")
    assert len({tuple(row) for row in numbers}) == len(numbers) == 12
    pair.settle()
    assert rows(pair, "SELECT bits, split, rows FROM tag_buckets")[0]["rows"] == 64
    assert rows(pair, "SELECT count(*) FROM tag_row")[0][0] == 64
    newest = max(len(p.views("first")[-1].header_digests) for p in people)
    assert newest == 4
    cases = rows(pair, "SELECT case_id, count(*) FROM case_member GROUP BY 1")
    # As reports came in one after the other: three first, then all four.
    assert sorted(row[1] for row in cases) in ([4], [3, 4])
    numbers = rows(pair, "SELECT sequence FROM case_file")
    assert len({row[0] for row in numbers}) == len(cases)
    answers = [
        following.answer_case(p.reports["first"], p.views("first")[-1], "yes", day=DAY)
        for p in people
    ]
    for person, (saved, _) in zip(people, answers, strict=True):
        person.reports["first"] = saved
    outcomes = pair.at_once([lambda s, x=x: s.consent(x) for _, x in answers])
    assert outcomes == ["done"] * 4
    pair.settle()
    assert pair.contacts(names[0]) == names[1:]


def test_of_many_answers_the_one_with_the_highest_counter_stays(pair):
    names = ["ana", "bea", "cleo"]
    for name in names:
        pair.file(name)
    pair.settle()
    ana = pair.survivors["ana"]
    report, view = ana.reports["first"], ana.views("first")[-1]
    answers = []
    for number in range(CLIENTS):
        said = "yes" if number == CLIENTS - 1 else "later"
        report, signed = following.answer_case(report, view, said, day=DAY)
        answers.append(signed)
    pair.at_once([lambda s, x=x: s.consent(x) for x in answers])
    assert ana.views("first")[-1].answer == "yes"
    assert rows(pair, "SELECT count(*) FROM consent")[0][0] == 1


def test_work_that_one_process_takes_in_wakes_who_waits_at_the_other(pair):
    found = []

    def wait():
        found.extend(pair.servers[1].pull(1, WAIT).items)

    thread = threading.Thread(target=wait)
    begun = time.monotonic()
    thread.start()
    pair.file("ana")
    thread.join()
    assert len(found) == 1
    # Unwoken it would have looked again at the end of its wait only.
    assert time.monotonic() - begun < WAIT


def test_what_a_killed_process_took_in_the_other_goes_on_with(pair):
    pair.file("ana")
    pair.processes.services[0].kill()
    pair.server = pair.servers[1]
    for name in ("bea", "cleo"):
        pair.file(name)
    pair.servers[0] = pair.servers[1]
    pair.settle()
    assert len(pair.survivors["ana"].views("first")) == 1


def test_what_one_process_publishes_every_process_takes_up(postgres_url, tmp_path):
    config = lay_out(tmp_path, Plan(), with_manifest=False, database=postgres_url)
    with processes_on(config, tmp_path) as processes:
        processes.wait_until("ceremony")
        asyncio.run(_publish(config, deal_deployment(Plan()).signed))
        processes.wait_until("ready")


def test_on_sqlite_a_second_process_is_refused(tmp_path):
    config = lay_out(tmp_path, Plan())
    with TestClient(create_app(config)):
        with pytest.raises(InputError, match="in use by another process") as refusal:
            asyncio.run(check_start(config))
        assert "PostgreSQL" in refusal.value.advice
    asyncio.run(check_start(config))


def test_of_many_posts_of_a_trustees_step_one_stays(postgres_url, tmp_path):
    config = lay_out(
        tmp_path, CEREMONY_PLAN, with_manifest=False, database=postgres_url
    )
    (tmp_path / "roster.json").write_bytes(roster_payload())
    with processes_on(config, tmp_path) as processes:
        processes.wait_until("ceremony")
        servers = [RemoteServer(client, None) for client in processes.clients]
        first = participants()[0]
        posts = [abort(first, confirm(first), f"no. {n}") for n in range(CLIENTS)]
        outcomes = at_once(servers, [lambda s, x=x: post(s, x) for x in posts])
        assert outcomes.count("done") == 1
        assert len(board(servers[1]).posts) == 1


@pytest.mark.slow
def test_a_registrar_inside_lets_nobody_else_in(postgres_url, tmp_path):
    config = lay_out(tmp_path, Plan(), database=postgres_url)
    inside = replace(config, registrar=InlineRegistrar())
    with TestClient(create_app(inside)):
        for other in (inside, config):
            with pytest.raises(InputError, match="must be alone"):
                asyncio.run(check_start(other))
    with TestClient(create_app(config)):
        asyncio.run(check_start(config))
        with pytest.raises(InputError, match="must be alone"):
            asyncio.run(check_start(inside))
