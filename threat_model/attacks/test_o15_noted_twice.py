"""O15: a sender of notes is killed at every step, or overtaken: is one sent twice?"""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager

import pytest

from api.config import NoticesSection
from api.handlers.desk import Office
from api.handlers.nudging import seal_notice
from api.key_files import read_keys
from api.sender import Sender
from api.smtp import Mailer, SmtpSection
from api.sql_store.store import open_store
from escrow.messages.filing import NudgePart
from tests.api.running import lay_out
from tests.smtp_sink import RunningSink
from tests.world.dealt import Plan, deal_deployment
from threat_model.known_bad import sociable

PLAN = Plan(name="O15")
ADDRESSES = [f"person{number}@private.example" for number in range(3)]
LEASE = 600
MOST_ROUNDS = 40


class Killed(Exception):
    """The process is gone; nothing of it goes on."""


class Life:
    """Steps of one process; it ends at one of them, if at all."""

    def __init__(self, last: int = 0) -> None:
        self.steps, self.last = 0, last

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.last:
            raise Killed


class MortalStore:
    """The store, as somebody sees it who may be killed around each transaction."""

    def __init__(self, store, life) -> None:
        self._store, self._life = store, life
        self.read = store.read

    @asynccontextmanager
    async def begin(self):
        self._life.step()
        async with self._store.begin() as records:
            yield records
            self._life.step()
        self._life.step()

    async def scrub(self):
        await self._store.scrub()
        self._life.step()


class MortalMailer(Mailer):
    """The mail server's client; `meanwhile` runs once it has named the recipient."""

    def __init__(self, section, life, meanwhile=None) -> None:
        super().__init__(section)
        self._life, self._meanwhile = life, meanwhile

    async def hand_over(self, recipient, data, commit):
        async def committed():
            if self._meanwhile:
                meanwhile, self._meanwhile = self._meanwhile, None
                await meanwhile()
            return await commit()

        await super().hand_over(recipient, data, committed)
        self._life.step()


class Outbox:
    """A server's outbox, and processes that send from it."""

    def __init__(self, config, port) -> None:
        self.now = 0
        smtp = SmtpSection(
            host="127.0.0.1", port=port, security="none", sender="notes@example.org"
        )
        self.section = NoticesSection(smtp=smtp, window_hours=0, lease_seconds=LEASE)
        self.config, self.keys = config, read_keys(config.keys)

    async def open(self):
        self.store = await open_store(self.config.database)
        desk = self._office(self.store).desk()
        async with self.store.begin() as records:
            for address in ADDRESSES:
                part = NudgePart(
                    channel="email", address=address, plant="fern", language="en"
                )
                await records.notices.add(seal_notice(desk, part, 0))

    def _office(self, store):
        deployment = deal_deployment(PLAN).deployment
        return Office(b"", self.keys, store, lambda: 0, deployment=deployment)

    def sender(self, life=None, meanwhile=None):
        life = life or Life()
        mailer = MortalMailer(self.section.smtp, life, meanwhile)
        office = self._office(MortalStore(self.store, life))
        return Sender(office, self.section, mailer, lambda: self.now)

    async def work(self, sender):
        """Until nothing is due, for the process or for those that follow it."""
        for _ in range(MOST_ROUNDS):
            try:
                if not await sender.step():
                    if await self._empty():
                        return
                    self.now += LEASE + 1
            except Killed:
                sender = self.sender()
                self.now += LEASE + 1

    async def _empty(self):
        async with self.store.begin() as records:
            return await records.notices.count() == 0


async def killed_at(config, sink, last):
    """One process dies at a step and others follow; how often each note came."""
    sink.mails.clear()
    outbox = Outbox(config, sink.port)
    await outbox.open()
    life = Life(last)
    await outbox.work(outbox.sender(life))
    await outbox.store.close()
    return life.steps, Counter(m.recipients[0] for m in sink.mails)


async def overtaken(config, sink):
    """One process is slow at each note, and another takes it after the lease."""
    sink.mails.clear()
    outbox = Outbox(config, sink.port)
    await outbox.open()

    async def meanwhile():
        outbox.now += LEASE + 1
        await outbox.sender().step()

    for _ in ADDRESSES:
        await outbox.sender(meanwhile=meanwhile).step()
    await outbox.work(outbox.sender())
    await outbox.store.close()
    return Counter(m.recipients[0] for m in sink.mails)


def doubled(came):
    return sum(count > 1 for count in came.values())


@pytest.fixture(scope="module")
def sink():
    with RunningSink() as found:
        yield found


def try_killed(trial, folder, sink):
    config = lay_out(folder / "api", PLAN)
    steps, came = asyncio.run(killed_at(config, sink, 0))
    assert dict(came) == dict.fromkeys(ADDRESSES, 1)
    won = lost = 0
    for last in range(1, steps + 1):
        died, came = asyncio.run(killed_at(config, sink, last))
        assert died == last
        won += doubled(came)
        lost += len(ADDRESSES) - len(came)
    notes = {f"lost, {trial.kind}": f"{lost} in {steps} kills"}
    tries = steps * len(ADDRESSES)
    trial.tell(won, tries, {"kills": steps}, part="killed", notes=notes)


def try_overtaken(trial, folder, sink):
    config = lay_out(folder / "api", PLAN)
    came = asyncio.run(overtaken(config, sink))
    assert set(came) == set(ADDRESSES)
    trial.tell(doubled(came), len(came), {"leases lost": 3}, part="overtaken")


def test_attack_killed(trial, tmp_path, sink):
    try_killed(trial, tmp_path, sink)


def test_attack_overtaken(trial, tmp_path, sink):
    try_overtaken(trial, tmp_path, sink)


def test_control_killed(trial, tmp_path, sink):
    with trial.without("erased before its text", sociable.send_then_erase):
        try_killed(trial, tmp_path, sink)


def test_control_overtaken(trial, tmp_path, sink):
    with trial.without("erased before its text", sociable.send_then_erase):
        try_overtaken(trial, tmp_path, sink)
