"""C13: groups of people who asked for different numbers, and claims that lie."""

from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from blind_index.errors import ProtocolError
from blind_index.group import Element, Scalar
from blind_index.secret import SecretBytes
from escrow import match_lock
from escrow.case import case_id_of
from escrow.lock_search import judge_locks
from escrow.match_lock import Wrapped, level_secrets
from escrow.messages.cases import CaseClaim, StandingShares
from escrow.messages.codec import Blob, PublicKey, decode, encode
from escrow.messages.filing import Core, Header
from escrow.report.contents import header_digest
from escrow.signing import peek
from escrow.trustee.fellow_letters import open_letter
from tests.world.dealt import Plan
from tests.world.stream import stream
from tests.world.world import World
from threat_model.known_bad.naive_lock import smallest_for_all

LEVELS = (2, 3, 5)
GROUPS = 60
BASE = Element.base_multiple(Scalar.random(stream("C13", "base")))


# Groups in which each asked for her own number


def member(secrets, number, threshold):
    """One member's lock, made and read by the product."""
    draw = stream("C13", number)
    key, r = PublicKey(draw(32)), Scalar.random(draw)
    wrapped = Wrapped(SecretBytes(draw(32)), r)
    entry = match_lock.make_entry(secrets, key, threshold, wrapped, randomness=draw)
    points = (r * BASE, secrets.tag_point + Element.base_multiple(r))
    return match_lock.claimant(key, threshold, LEVELS, entry, points)


def should_open(thresholds):
    """The largest level m that m members of h <= m fill, and all of those."""
    for level in reversed(LEVELS):
        places = {i for i, h in enumerate(thresholds) if h <= level}
        if len(places) >= level:
            return places
    return set()


def opened(secrets, thresholds):
    members = [member(secrets, i, h) for i, h in enumerate(thresholds)]
    opening = judge_locks(members, LEVELS, BASE)
    return set(opening.members) if opening else set()


def mixed_groups():
    """Won for each group of which somebody else opens than should."""
    draw, won = stream("C13", "groups"), 0
    secrets = level_secrets(SecretBytes(draw(64)), LEVELS)
    for _ in range(GROUPS):
        size = 2 + draw(1)[0] % 6
        thresholds = [LEVELS[byte % len(LEVELS)] for byte in draw(size)]
        won += opened(secrets, thresholds) != should_open(thresholds)
    return won, GROUPS


# Claims of a lying API


def mixed_world():
    world = World(Plan(name="C13"))
    for name, group in (("ana", 2), ("bea", 2), ("eve", 5)):
        world.file(name, group=group)
    world.deliver_boxes()
    return world


def claims_of(world):
    """The API's own claim, and what else it needs to lie about it."""
    (honest,) = {c.case_id: c for c in world.queue(world.opening[0])}.values()
    eve = world.server.reports[world.survivors["eve"].report_key("first")]
    ana = next(m for m in honest.members if m.position >= 0)
    return honest, eve, ana


def with_eve(world, header=None):
    """A claim at level 3 that counts Eve, who asked for five."""
    honest, eve, pattern = claims_of(world)
    tags = world.server._tags(eve)
    shared = world.server._tags(world.server.reports[_report_key(pattern)])
    position = next(i for i, tag in enumerate(tags) if tag in shared)
    signed = header or eve.submission.header
    answers = tuple(sorted(eve.answers.values(), key=lambda a: a.index))[:2]
    more = replace(
        pattern,
        header=signed,
        standing=eve.submission.parts[0],
        lock=eve.submission.parts[1],
        position=position,
        answers=tuple(
            replace(a, header_digest=header_digest(signed.payload)) for a in answers
        ),
    )
    members = sorted(
        (*honest.members, more), key=lambda m: header_digest(m.header.payload)
    )
    digests = [header_digest(m.header.payload) for m in members]
    return replace(honest, case_id=case_id_of(digests), level=3, members=tuple(members))


def _report_key(evidence):
    return decode(peek(evidence.header, Header).core, Core).report_key


def lowered(world):
    """Eve's header with the smallest threshold in place of hers."""
    _, eve, _ = claims_of(world)
    signed = eve.submission.header
    header = peek(signed, Header)
    core = replace(decode(header.core, Core), match_threshold=2)
    payload = encode(replace(header, core=Blob(encode(core))))
    return replace(signed, payload=Blob(payload))


def counts_eve(header=None):
    """Won for each trustee that takes the claim and gives its shares of Eve's."""
    world, won = mixed_world(), 0
    claim: CaseClaim = with_eve(world, header and header(world))
    place = [_report_key(m) for m in claim.members].index(
        world.survivors["eve"].report_key("first")
    )
    for trustee in world.opening:
        try:
            step = trustee._step(claim, world.day)
        except ProtocolError:
            continue
        fellow = world.opening[trustee.index % len(world.opening)]
        letters = [
            open_letter(fellow.me, letter)
            for letter in step.letters
            if getattr(letter, "recipient", None) == fellow.index
        ]
        given = [one for one in letters if isinstance(one, StandingShares)]
        taken = header is not None or any(one.shares[place] for one in given)
        won += taken
    return won, len(world.opening)


def counts_altered_eve():
    """As above, with a header in which her threshold is lower."""
    return counts_eve(lowered)


PARTS = {
    "mixed groups": (mixed_groups, ("own threshold: make", "own threshold: read")),
    "claim counts who asked for more": (counts_eve, ("claim: own threshold",)),
    "claim with an altered threshold": (
        counts_altered_eve,
        ("header signature",),
    ),
}


@pytest.mark.parametrize("part", PARTS)
def test_attack(trial, part):
    won, tries = PARTS[part][0]()
    trial.tell(won, tries, {"groups": tries}, part=part)


def test_control_mixed_groups(trial):
    make, read = smallest_for_all(LEVELS)
    with (
        trial.without("own threshold: make", make),
        trial.without("own threshold: read", read),
    ):
        won, tries = mixed_groups()
    trial.tell(won, tries, {"groups": tries}, part="mixed groups")


@pytest.mark.parametrize("part", list(PARTS)[1:])
def test_control(trial, part):
    run, guards = PARTS[part]
    with ExitStack() as stack:
        for guard in guards:
            stack.enter_context(trial.without(guard))
        won, tries = run()
    trial.tell(won, tries, {"groups": tries}, part=part)
