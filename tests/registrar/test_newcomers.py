"""Where too many checks are open, nobody is kept out by a few addresses."""

import asyncio

import pytest

from api.registrar import verifications
from api.registrar.newcomers import FEW, Newcomers
from api.registrar.verifications import Verification, Verifications
from escrow.errors import NotFound, QuotaExceeded
from escrow.messages.codec import Nonce
from escrow.registrar.identity import Identity
from escrow.registrar.issue import Person
from tests.world.stream import stream

MOST = 200
FLOODERS = (b"one.", b"two.")
PERSON = Person(Nonce(b"p" * 16), Nonce(b"q" * 16), "demo")


class Desk:
    """A registrar's open checks; each gets a handle of its own."""

    def __init__(self):
        self.gone = []
        self.running = Verifications(lambda *one: self.gone.append(one))
        self.begun = 0

    def begin(self, network):
        self.begun += 1
        handle = Nonce(self.begun.to_bytes(16, "big"))
        identity = Identity("Ana Example", "ana@example.org", "", "")
        check = Verification(handle, identity, "codes")
        self.running.begin(handle, check, network)
        return handle

    def flood(self, count=MOST, networks=FLOODERS):
        return [self.begin(networks[n % len(networks)]) for n in range(count)]

    def is_open(self, handle):
        try:
            self.running.get(handle)
        except NotFound:
            return False
        return True


@pytest.fixture
def at_a_desk(monkeypatch):
    monkeypatch.setattr(verifications, "MOST_AT_ONCE", MOST)

    def run(story):
        async def told():
            desk = Desk()
            story(desk)
            desk.running.forget_all()

        asyncio.run(told())

    return run


def test_two_addresses_do_not_keep_everybody_out(at_a_desk):
    def story(desk):
        flood = desk.flood()
        others = [desk.begin(bytes([10, 0, 0, n])) for n in range(MOST // 2)]
        assert all(desk.is_open(handle) for handle in others)
        # The oldest of theirs made room, one for one.
        assert sum(desk.is_open(handle) for handle in flood) == MOST // 2
        assert not desk.is_open(flood[0])

    at_a_desk(story)


def test_a_flooder_displaces_nobody_within_the_hour(at_a_desk):
    def story(desk):
        honest = [desk.begin(bytes([10, 0, 0, n])) for n in range(20)]
        desk.flood(MOST - 20)
        for network in FLOODERS:
            with pytest.raises(QuotaExceeded):
                desk.begin(network)
        assert all(desk.is_open(handle) for handle in honest)

    at_a_desk(story)


def test_a_shelter_keeps_its_checks_while_others_flood(at_a_desk):
    def story(desk):
        shelter = [desk.begin(b"home") for _ in range(FEW)]
        desk.flood(MOST - FEW)
        newcomers = [desk.begin(bytes([10, 0, 0, n])) for n in range(MOST // 2)]
        shelter.append(desk.begin(b"home"))
        assert all(desk.is_open(handle) for handle in [*shelter, *newcomers])

    at_a_desk(story)


def test_where_every_network_has_few_the_last_one_waits(at_a_desk):
    def story(desk):
        crowd = [bytes([10, 0, n, 0]) for n in range(MOST // FEW)]
        desk.flood(networks=crowd)
        with pytest.raises(QuotaExceeded):
            desk.begin(b"new.")

    at_a_desk(story)


def test_who_was_verified_is_not_displaced(at_a_desk):
    def story(desk):
        flood = desk.flood()
        identity = desk.running.get(flood[0]).identity
        desk.running.verified(flood[0], identity, PERSON, known=False)
        desk.begin(b"new.")
        assert desk.is_open(flood[0])
        assert not desk.is_open(flood[1])

    at_a_desk(story)


def test_visitors_through_this_machine_are_one_network(at_a_desk):
    def story(desk):
        flood = desk.flood(networks=(None,))
        assert desk.is_open(desk.begin(b"new."))
        assert not desk.is_open(flood[0])
        with pytest.raises(QuotaExceeded):
            desk.begin(None)

    at_a_desk(story)


def test_a_mark_is_short_and_gone_with_its_check_or_the_hour(monkeypatch):
    networks = Newcomers(randomness=stream("newcomers"))
    networks.note(Nonce(bytes(16)), b"\xcb\x00\x71\x07")
    (mark,) = networks._began.values()
    assert len(mark) == 2
    assert "cb007107" not in repr(vars(networks))
    networks.forget(Nonce(bytes(16)))
    assert networks._began == {}

    monkeypatch.setattr(verifications, "SAFE_SECONDS", 0)

    async def an_hour_later():
        desk = Desk()
        desk.begin(b"home")
        while desk.running._newcomers._began:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        desk.running.forget_all()

    asyncio.run(asyncio.wait_for(an_hour_later(), 60))
