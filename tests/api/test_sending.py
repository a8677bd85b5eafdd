"""Notes leave a real server process for a real mail server: once, or not at all."""

import asyncio
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager

import httpx
import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import func, select

from api.config import read_config
from api.handlers.desk import Desk
from api.handlers.nudging import seal_notice
from api.key_files import read_keys
from api.sql_store.store import open_store
from api.sql_store.tables import NOTICE
from escrow.command.layout import free_ports
from escrow.messages.filing import NudgePart
from escrow.note import LANGUAGES, PLANTS
from tests.operation.api_process import ROOT, ApiProcess
from tests.smtp_sink import HOST, OK, RunningSink, Sink

ANA, BEA = "ana@private.example", "bea.a.longer.name@mail.private.example"
SECONDS = 120
STEPS = ("recipient", "command", "text")
SETTINGS = """
[notices]
name = "Notes"
window_hours = 0
poll_seconds = 0.05
retry_minutes = 0.02
lease_seconds = {lease}
in_process = {inside}
[notices.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "notes@example.org"
"""


def until(true, what="it"):
    """Wait for a condition."""
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline, f"{what} did not happen in time"
        time.sleep(0.1)


class Gate:
    """Where a mail server stops, and waits to be let on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()

    async def pass_through(self) -> None:
        self.reached.set()
        await asyncio.get_running_loop().run_in_executor(None, self.open.wait)


class Server(SMTP):
    """Stops at the command DATA if its handler has a gate there, or hangs up."""

    async def smtp_DATA(self, arg):  # noqa: N802
        handler = self.event_handler
        if gate := handler.gates.get("command"):
            await gate.pass_through()
        if handler.scripted.get("command"):
            await self.push(handler.scripted["command"].pop(0))
            return
        await super().smtp_DATA(arg)


class Post(Sink):
    """A sink with gates, and answers to give one after another."""

    def __init__(self) -> None:
        super().__init__()
        self.gates: dict[str, Gate] = {}
        self.scripted: dict[str, list[str]] = {}
        self.hang_up = False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if gate := self.gates.get("recipient"):
            await gate.pass_through()
        if self.scripted.get("recipient"):
            return self.scripted["recipient"].pop(0)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.scripted.get("text"):
            return self.scripted["text"].pop(0)
        await super().handle_DATA(server, session, envelope)
        if gate := self.gates.get("text"):
            await gate.pass_through()
        if self.hang_up:
            self.hang_up = False
            server.transport.abort()
        return OK


class RunningPost(RunningSink):
    kind = Server


class Office(ApiProcess):
    """A server process with an outbox that the tests fill."""

    def __init__(self, folder, port, *, inside=True, lease=600, database="") -> None:
        settings = SETTINGS.format(port=port, inside=str(inside).lower(), lease=lease)
        (self.figures,) = free_ports(1)
        metrics = f"[metrics]\nport = {self.figures}\n"
        super().__init__(folder, settings + metrics, database=database)

    def put(self, *addresses, plant="fern", language="en") -> None:
        """Notes for these addresses, due now."""
        asyncio.run(self._put(addresses, plant, language))

    async def _put(self, addresses, plant, language) -> None:
        config = read_config(self.config)
        store = await open_store(config.database)
        desk = Desk(None, read_keys(config.keys), store, None, 0)
        async with store.begin() as records:
            for address in addresses:
                part = NudgePart(
                    channel="email", address=address, plant=plant, language=language
                )
                await records.notices.add(seal_notice(desk, part, 0))
        await store.close()

    def ask(self, question):
        """Ask the server's store, from outside of its process."""

        async def ask():
            store = await open_store(read_config(self.config).database)
            async with store.begin() as records:
                found = await question(records)
            await store.close()
            return found

        return asyncio.run(ask())

    def waiting(self) -> int:
        return self.ask(lambda records: records.notices.count())

    def emptied(self) -> None:
        until(lambda: self.waiting() == 0, "the last note leaving")

    def attempts(self) -> int:
        async def most(records):
            query = select(func.max(NOTICE.c.attempts))
            return (await records._connection.execute(query)).scalar_one()

        return self.ask(most) or 0


@pytest.fixture
def post():
    with RunningPost(sink=Post()) as sink:
        yield sink


@contextmanager
def office(folder, post, **how):
    api = Office(folder, post.port, **how)
    api.start()
    try:
        yield api
    finally:
        api.stop()


def recipients(post):
    return [address for mail in post.mails for address in mail.recipients]


def test_a_note_arrives_once_and_is_forgotten(tmp_path, post):
    with office(tmp_path, post) as api:
        api.put(ANA)
        mail = post.wait_for(ANA)
        api.emptied()
        api.put(BEA)
        post.wait_for(BEA)
        api.emptied()
    assert recipients(post) == [ANA, BEA]
    assert mail.sender == "notes@example.org"
    assert mail.message["to"] == ANA
    assert "This is your note from Fern." in mail.text


def test_a_note_that_is_not_taken_now_is_tried_again(tmp_path, post):
    with office(tmp_path, post) as api:
        for count, step in enumerate(STEPS, 1):
            post.scripted[step] = ["451 later", "421 busy"]
            api.put(ANA)
            post.wait_for(ANA, count)
            api.emptied()
            assert recipients(post) == [ANA] * count, step
            assert post.scripted[step] == [], step


def test_a_note_that_is_refused_for_good_is_dropped(tmp_path, post):
    with office(tmp_path, post) as api:
        for count, step in enumerate(STEPS, 1):
            post.scripted[step] = ["550 no"]
            api.put(ANA)
            api.emptied()
            until(lambda n=count: _dropped(api) == n, f"the log line ({step})")
            api.put(BEA)
            post.wait_for(BEA, count)
            api.emptied()
            assert _dropped(api) == count, step
            assert recipients(post) == [BEA] * count, step
    assert ANA not in api.said()


def _dropped(api):
    return api.said().count("a note was dropped")


def test_a_note_outlives_a_mail_server_that_is_away(tmp_path):
    sink = Post()
    with RunningPost(sink=sink):
        pass
    with office(tmp_path, sink) as api:
        api.put(ANA)
        until(lambda: api.attempts() >= 2, "a second attempt")
        with RunningPost(sink=sink, port=sink.port):
            sink.wait_for(ANA)
            api.emptied()
    assert recipients(sink) == [ANA]


def test_a_server_that_hangs_up_after_the_text_gets_it_no_second_time(tmp_path, post):
    post.hang_up = True
    with office(tmp_path, post) as api:
        api.put(ANA)
        post.wait_for(ANA)
        api.emptied()
        until(lambda: "a note may not have arrived" in api.said(), "the log line")
        api.put(BEA)
        post.wait_for(BEA)
    assert recipients(post) == [ANA, BEA]


@pytest.mark.parametrize(
    ("step", "arrived"), [("recipient", 1), ("command", 0), ("text", 1)]
)
def test_a_killed_process_sends_no_note_twice(tmp_path, post, step, arrived):
    """Killed before it is erased, between that and its text, and while it is sent."""
    gate = post.gates[step] = Gate()
    with office(tmp_path, post, lease=1) as api:
        api.put(ANA)
        assert gate.reached.wait(SECONDS)
        left = api.waiting()
        api.process.send_signal(signal.SIGKILL)
        api.process.wait()
        assert left == (1 if step == "recipient" else 0)
        post.gates.clear()
        gate.open.set()
        api.start()
        # A later note shows that the earlier one had its turn.
        time.sleep(1.5)  # the lease, in which nobody else may take it
        api.put(BEA)
        post.wait_for(BEA)
        api.emptied()
    assert Counter(recipients(post)) == Counter({ANA: arrived, BEA: 1}) - Counter()


def test_whoever_lost_the_lease_sends_nothing(tmp_path, post, postgres_url):
    gate = post.gates["recipient"] = Gate()
    with office(tmp_path, post, lease=1, database=postgres_url) as api:
        api.put(ANA)
        assert gate.reached.wait(SECONDS)
        with sender(api) as other:
            until(lambda: api.attempts() >= 2, "another process taking it")
            post.gates.clear()
            gate.open.set()
            post.wait_for(ANA)
            api.emptied()
            assert other.poll() is None
    assert recipients(post) == [ANA]


@contextmanager
def sender(api):
    """`python -m api send-notices` beside the server."""
    # One that has ended said so too, in the same file.
    begun = api.said().count("sending notes")
    with api.output.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "api", "send-notices", "--config", api.config],
            stdout=output,
            stderr=output,
            cwd=ROOT,
        )
    try:
        until(lambda: api.said().count("sending notes") > begun, "its beginning")
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.wait()


def test_senders_send_two_hundred_notes_each_once(tmp_path, post, database_url):
    """Two of them on PostgreSQL; on SQLite one, beside a server that does not send."""
    addresses = [f"person.{number}@private.example" for number in range(200)]
    where = {"inside": False, "database": database_url}
    with office(tmp_path, post, **where) as api, ExitStack() as stack:
        api.put(*addresses)
        for _ in range(2 if database_url else 1):
            stack.enter_context(sender(api))
        api.emptied()
        until(lambda: len(post.mails) >= len(addresses), "the last note")
    assert Counter(recipients(post)) == Counter(addresses)


def refused_sender(api):
    """What a sender says that may not begin."""
    command = [sys.executable, "-m", "api", "send-notices", "--config", api.config]
    ended = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=SECONDS
    )
    assert ended.returncode == 2
    return ended.stderr


def check_refused(api, post, *addresses):
    said = refused_sender(api)
    assert "notices: another process sends notes already" in said
    assert "several senders need PostgreSQL" in said
    api.put(*addresses)
    for address in addresses:
        post.wait_for(address)


def test_a_second_sender_on_sqlite_is_refused_in_words(tmp_path, post):
    with office(tmp_path, post, inside=False) as api:
        with sender(api):
            check_refused(api, post, ANA)
        # The next one may begin when the first has ended.
        with sender(api):
            check_refused(api, post, BEA)


def test_a_sender_beside_a_server_that_sends_is_refused_on_sqlite(tmp_path, post):
    with office(tmp_path, post) as api:
        check_refused(api, post, ANA)


def test_a_server_that_sends_is_refused_beside_a_sender(tmp_path, post):
    with office(tmp_path, post, inside=False) as api, sender(api):
        text = api.config.read_text("utf-8")
        api.stop()
        api.config.write_text(text.replace("in_process = false", "in_process = true"))
        command = [*api.program, "run", "--config", api.config]
        ended = subprocess.run(
            command, cwd=ROOT, check=False, capture_output=True, text=True
        )
        assert ended.returncode == 2
        assert "another process sends notes already" in ended.stderr


def test_every_note_is_of_one_size_on_the_wire(tmp_path, post):
    addresses = {}
    with office(tmp_path, post) as api:
        for number, plant in enumerate(PLANTS):
            language = LANGUAGES[number % len(LANGUAGES)]
            address = f"{'a' * (number + 1)}@{'b' * number or 'c'}.example"
            addresses[address] = plant
            api.put(address, plant=plant, language=language)
        for address in addresses:
            post.wait_for(address)
    assert len({len(mail.data) for mail in post.mails}) == 1
    assert len({tuple(mail.message.keys()) for mail in post.mails}) == 1
    fixed = ("from", "auto-submitted", "content-type", "content-transfer-encoding")
    assert len({tuple(m.message[name] for name in fixed) for m in post.mails}) == 1


def found_in(folder, needle):
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file() and needle in path.read_bytes()
    ]


def test_no_address_is_left_anywhere(tmp_path, post):
    address = "planted.canary@private.example"
    post.scripted["recipient"] = ["451 <planted.canary@private.example> later"]
    with office(tmp_path, post) as api:
        api.put(address)
        assert found_in(tmp_path, address.encode()) == []
        post.wait_for(address)
        api.emptied()
        post.scripted["recipient"] = ["550 <planted.canary@private.example> unknown"]
        api.put(address)
        api.emptied()
        until(lambda: "a note was dropped" in api.said(), "the log line")
        assert found_in(tmp_path, address.encode()) == []
        assert found_in(tmp_path, b"planted.canary") == []
        # What the scan would find, it finds.
        (tmp_path / "control").write_text(f"to {address}\n")
        assert found_in(tmp_path, b"planted.canary") == ["control"]
    (mail,) = post.mails
    assert mail.recipients == (address,)


def test_the_operator_sees_how_many_and_never_who(tmp_path, post):
    with office(tmp_path, post) as api:
        post.scripted["recipient"] = ["550 no", "451 later"]
        api.put(ANA)
        api.emptied()
        api.put(BEA)
        post.wait_for(BEA)
        url = f"http://127.0.0.1:{api.figures}/metrics"
        wanted = {"handed_over": 1, "put_off": 1, "dropped": 1, "unclear": 0}

        def shown():
            text = httpx.get(url, trust_env=False).text
            assert "private" not in text
            return all(
                f'alongside_notices{{way="{way}"}} {count}.0' in text
                for way, count in wanted.items()
            )

        until(shown, "the figures")


def test_without_the_section_or_the_ceremony_nothing_starts(tmp_path, post):
    api = ApiProcess(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "api", "send-notices", "--config", api.config],
        capture_output=True,
        cwd=ROOT,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 2
    assert b"notices" in done.stderr
    assert HOST == "127.0.0.1"
    assert post.mails == []
