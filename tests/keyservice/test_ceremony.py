"""The key ceremony of three and three trustees, each with its own files."""

from contextlib import AsyncExitStack, suppress
from dataclasses import replace

import anyio
import pytest
from msgspec.structs import replace as struct_replace

from blind_index.group import Element
from blind_index.labels import Label
from escrow.errors import InvalidCeremony
from escrow.messages.codec import Blob, Signed, decode, encode
from escrow.messages.deployment import CeremonyPost
from escrow.operation.database.engines import open_engines
from escrow.server.roster import read_card
from escrow.signing import peek, sign
from escrow.trustee import ceremony as steps
from keyservice.ceremony import conclude, hold_ceremony, take_part
from keyservice.config import Listen
from keyservice.enrolment import (
    UnusableRoster,
    enrolment_card,
    keep_roster,
    participant,
)
from keyservice.ports import CEREMONY, OFFICE, Unreachable
from keyservice.tables import METADATA, SCHEMA
from tests.databases import sqlite_file
from tests.keyservice.committees import DAY, enrol, enrol_all, seat
from tests.keyservice.small_api import Bulletin

pytestmark = pytest.mark.anyio


class Ceremony:
    """The committees at one board; each trustee can be stopped and restarted."""

    def __init__(self, trustees, roster):
        self.trustees = trustees
        self.roster = roster
        self.board = Bulletin(roster)
        self.chairs = []

    async def open(self, stack):
        self.chairs = [
            await seat(stack, trustee, self.roster, self.board)
            for trustee in self.trustees
        ]

    async def rounds(self, count):
        for _ in range(count):
            for chair in self.chairs:
                await take_part(chair, DAY)

    async def offices(self):
        found = []
        for chair in self.chairs:
            state = await take_part(chair, DAY)
            found.append(await conclude(chair, state, DAY))
        return found

    async def log(self, place):
        async with self.chairs[place].store.transaction() as ledger:
            return [entry async for entry in ledger.entries()]


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory, new_database):
    return enrol_all(tmp_path_factory.mktemp("trustees"), 3, 2, new_database)


async def forget(trustee):
    """As if the trustee had never run: its tables are made anew."""
    engines = await open_engines(trustee.config.database, SCHEMA, b"")
    async with engines.writer.begin() as connection:
        await connection.run_sync(METADATA.drop_all)
        await connection.exec_driver_sql(f"DROP TABLE {SCHEMA.version_table}")
    await engines.close()


@pytest.fixture
async def ceremony(enrolled):
    trustees, roster = enrolled
    for trustee in trustees:
        await forget(trustee)
    held = Ceremony(trustees, roster)
    async with AsyncExitStack() as stack:
        await held.open(stack)
        yield held


async def test_the_ceremony_ends_with_one_manifest_and_fitting_shares(ceremony):
    await ceremony.rounds(5)
    offices = await ceremony.offices()
    assert len({encode(office.manifest) for office in offices}) == 1
    deployment = offices[0].deployment()
    for committee, keys in (
        (offices[:3], deployment.index_keys),
        (offices[3:], deployment.opening_keys),
    ):
        shares = [office.key_share() for office in committee]
        for share in shares:
            expected = keys.verification_share(share.index)
            assert Element.base_multiple(share.scalar) == expected


async def test_afterwards_nothing_of_the_ceremony_is_kept(ceremony):
    await ceremony.rounds(5)
    await ceremony.offices()
    for chair in ceremony.chairs:
        async with chair.store.transaction() as ledger:
            assert await ledger.load(CEREMONY) is None
            assert await ledger.load(OFFICE) is not None


async def test_holding_the_ceremony_waits_for_an_api_that_is_not_up(ceremony):
    said, offices = [], []
    ceremony.board.down = True

    def say(text):
        said.append(text)
        ceremony.board.down = len(said) < 3

    async def hold(chair):
        offices.append(await hold_ceremony(chair, lambda: DAY, pause=0.01))

    async with anyio.create_task_group() as group:
        for chair in ceremony.chairs:
            group.start_soon(hold, replace(chair, say=say))
    assert len(offices) == 6
    assert said[0] == "waiting for the API: status 503"


async def test_a_trustee_killed_before_any_of_its_posts_goes_on(ceremony):
    """Each post of each trustee is lost once, after its state was saved."""
    post, lost = ceremony.board.post_to_board, set()

    async def lose_once(signed):
        if signed.signature not in lost:
            lost.add(signed.signature)
            raise Unreachable("killed")
        await post(signed)

    ceremony.board.post_to_board = lose_once
    for _ in range(12):
        for chair in ceremony.chairs:
            with suppress(Unreachable):
                await take_part(chair, DAY)
    assert len(lost) == 6 * 4
    offices = await ceremony.offices()
    assert all(office is not None for office in offices)
    # One dealing a trustee: nothing was drawn twice.
    assert len(ceremony.board.posts) == 6 * 4


async def test_a_trustee_started_again_after_every_step_goes_on(ceremony):
    for _ in range(6):
        async with AsyncExitStack() as stack:
            await ceremony.open(stack)
            await ceremony.rounds(1)
    async with AsyncExitStack() as stack:
        await ceremony.open(stack)
        assert all(office is not None for office in await ceremony.offices())


async def test_a_trustee_killed_while_concluding_concludes_again(ceremony):
    await ceremony.rounds(5)
    chair = ceremony.chairs[0]
    scrub, chair.store.scrub = chair.store.scrub, None
    with pytest.raises(TypeError):
        await conclude(chair, await take_part(chair, DAY), DAY)
    chair.store.scrub = scrub
    async with chair.store.transaction() as ledger:
        assert await ledger.load(OFFICE) is not None


async def deal_badly(ceremony, place):
    """A trustee deals its last fellow something that does not open."""
    await ceremony.rounds(1)
    chair = ceremony.chairs[place]
    state = await load(chair)
    step = steps.advance(chair.me, state, await ceremony.board.board())
    for signed in step.posts:
        post = peek(signed, CeremonyPost)
        if post.step == "round-one":
            altered = bytearray(post.body)
            altered[-1] ^= 1
            post = struct_replace(post, body=Blob(altered))
        await ceremony.board.post_to_board(
            sign(chair.me.identity_seed, Label.CEREMONY_POST, post)
        )
    return [c for c in ceremony.chairs if c is not chair]


async def load(chair):
    async with chair.store.transaction() as ledger:
        return await ledger.load(CEREMONY)


@pytest.mark.parametrize("place", [0, 1, 3, 4])
async def test_who_deals_badly_is_named_in_every_honest_log(ceremony, place):
    honest = await deal_badly(ceremony, place)
    for _ in range(4):
        for chair in honest:
            await take_part(chair, DAY)
    culprit = f"culprit {place % 3 + 1},"
    for number, chair in enumerate(ceremony.chairs):
        if chair not in honest:
            continue
        log = await ceremony.log(number)
        (entry,) = [e for e in log if e.kind == "ceremony aborted"]
        assert culprit in entry.detail
        assert "InvalidCiphertext" in entry.detail


async def test_a_stopped_attempt_leaves_no_half_key(ceremony):
    honest = await deal_badly(ceremony, 0)
    dealt = []
    for _ in range(4):
        for chair in honest:
            await take_part(chair, DAY)
            state = await load(chair)
            if state.dkg:
                dealt.append((chair, state.dkg))
    assert dealt
    for chair in honest:
        state = await load(chair)
        assert (state.phase, state.dkg, state.manifest) == ("aborted", b"", b"")


async def test_a_new_attempt_succeeds_after_a_stopped_one(ceremony):
    honest = await deal_badly(ceremony, 0)
    for _ in range(4):
        for chair in honest:
            await take_part(chair, DAY)
    ceremony.board.attempt = 2
    await ceremony.rounds(6)
    assert all(office is not None for office in await ceremony.offices())


async def test_another_published_manifest_is_not_accepted(ceremony):
    await ceremony.rounds(5)
    published = ceremony.board.published
    ceremony.board.published = struct_replace(
        published, payload=Blob(bytes(published.payload) + b" ")
    )
    chair = ceremony.chairs[0]
    state = await take_part(chair, DAY)
    with pytest.raises(InvalidCeremony, match="another manifest"):
        await conclude(chair, state, DAY)
    assert (await load(chair)).phase == "signed"


async def test_a_board_with_another_roster_is_not_joined(ceremony):
    ceremony.board.roster = ceremony.roster.replace(b'"epoch":1', b'"epoch":2')
    with pytest.raises(InvalidCeremony, match="another roster"):
        await take_part(ceremony.chairs[0], DAY)


async def test_the_ceremony_lies_sealed_in_the_file(ceremony):
    await ceremony.rounds(2)
    for trustee, chair in zip(ceremony.trustees, ceremony.chairs, strict=True):
        state = await load(chair)
        assert state.dkg
        file = sqlite_file(trustee.config.database)
        for path in file.parent.glob(file.name + "*"):
            assert state.dkg[-32:] not in path.read_bytes()
            assert b"ceremony-state" not in path.read_bytes()


async def test_a_confirmed_roster_cannot_be_exchanged_once_the_ceremony_began(
    ceremony,
):
    other = ceremony.roster.replace(b'"epoch":1', b'"epoch":2')
    store = ceremony.chairs[0].store
    await keep_roster(store, other, DAY)
    await keep_roster(store, ceremony.roster, DAY)
    await ceremony.rounds(1)
    with pytest.raises(UnusableRoster, match="has begun"):
        await keep_roster(store, other, DAY)


def test_a_trustee_that_is_not_on_the_roster_cannot_confirm_it(enrolled, tmp_path):
    _, roster = enrolled
    stranger = enrol(tmp_path, "index", 1)
    with pytest.raises(UnusableRoster, match="not on the roster"):
        participant(stranger.config, stranger.secrets, roster)


def test_a_changed_card_is_not_confirmed(enrolled):
    trustees, roster = enrolled
    moved = struct_replace(trustees[0].config, url="https://elsewhere.example.org")
    with pytest.raises(UnusableRoster, match="as it was given"):
        participant(moved, trustees[0].secrets, roster)


def test_a_demo_is_not_served_to_the_world(enrolled):
    trustees, roster = enrolled
    listen = Listen(host="0.0.0.0")  # noqa: S104  that is the point
    public = struct_replace(trustees[0].config, listen=listen)
    with pytest.raises(UnusableRoster, match="demo"):
        participant(public, trustees[0].secrets, roster)


def test_the_card_is_signed_by_its_own_key(enrolled):
    trustees, _ = enrolled
    signed = decode(enrolment_card(trustees[0].config, trustees[0].secrets), Signed)
    card = read_card(signed)
    assert (card.role, card.name) == ("index", "index 1")
