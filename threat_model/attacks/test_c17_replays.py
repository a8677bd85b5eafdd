"""C17: claims, letters and answers sent again, mixed, and to some trustees only."""

from collections import Counter

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from escrow.client import following
from escrow.messages.cases import Release, SealedLetter, Verdict
from escrow.messages.codec import encode
from escrow.signing import peek
from escrow.trustee.case_files import GatheringCase
from tests.world.dealt import Plan
from tests.world.releases import opened
from tests.world.world import World, X, Y
from threat_model.known_bad import forgetful

NAMES = ("ana", "bea")
TIMES = 3


def met(seed):
    """Two people who said yes, and everything that was delivered to a trustee."""
    world, delivered = World(Plan(name=seed)), {t: [] for t in (1, 2, 3)}
    for name in NAMES:
        world.file(name, group=2)
    honest = world.deliver

    def deliver(trustee, place=0, *, keep=False):
        delivered[trustee.index].append(world.queue(trustee)[place])
        honest(trustee, place, keep=keep)

    world.deliver = deliver
    world.settle()
    world.consent_all()
    return world, delivered


# Everything again


def sent_again(seed):
    """Won for everything that a trustee decided twice, or said again as news."""
    world, delivered = met(seed)
    for index, works in delivered.items():
        trustee = world.opening[index - 1]
        for work in works * TIMES + works[::-1]:
            for letter in trustee.handle(work, world.day):
                world.said.append((index, letter))
    # A new yes of somebody who said yes before is news, but decides nothing anew.
    for name in NAMES:
        survivor = world.survivors[name]
        (view,) = survivor.views("first")
        for _ in range(TIMES):
            survivor.answer("first", view, "yes")
    world.settle()
    verdicts = Counter(
        (trustee.index, event.subject)
        for trustee in world.opening
        for event in trustee.events
        if event.kind == "verdict"
    )
    twice = sum(n > 1 for n in verdicts.values())
    twice += sum(n > 1 for n in world.decided().values())
    # What is said again is the same share to the same reader, and the log says so.
    again = Counter(
        (event.subject, trustee.index, pair)
        for trustee in world.opening
        for event in trustee.events
        if event.kind == "released again"
        for pair in event.detail.split(", ")
    )
    for (case_id, index, giver, reader), count in world.released().items():
        twice += count != 1 + again[case_id, index, f"{giver} to {reader}"]
    twice += sum(len(shares) > 1 for shares in contents(world).values())
    items = sum(map(len, delivered.values())) * (TIMES + 1)
    assert len(verdicts) == len(world.opening)
    return twice, len(world.opening) + len(world.released()), items


def contents(world):
    """What each trustee gave of each pair, as the reader opens it."""
    found = {}
    for _, letter in world.said:
        if isinstance(letter, Release):
            pair = (letter.case_id, letter.index, letter.giver, letter.reader)
            found.setdefault(pair, set()).add(encode(opened(world, letter)))
    return found


# Letters of one case in another


def two_cases(seed):
    """Two groups of the same people, about two named persons, being judged."""
    world = World(Plan(name=seed))
    for name in NAMES:
        world.file(name, X, group=2)
        world.file(name, Y, group=2, report="second")
    world.deliver_boxes()
    for trustee in world.opening:
        while world.queue(trustee) and not isinstance(
            world.queue(trustee)[0], SealedLetter
        ):
            world.deliver(trustee)
    return world


def mixed(world):
    """Won for each letter of one case that is filed in the other."""
    one, other = world.server.cases
    won = tries = 0
    for trustee in world.opening:
        for letter in list(world.queue(trustee)):
            if not isinstance(letter, SealedLetter):
                continue
            to = other if letter.case_id == one else one
            before = trustee.files[to]
            trustee.handle(replace(letter, case_id=to), world.day)
            tries += 1
            won += _evidence(trustee.files[to]) != _evidence(before)
            trustee.files[to] = before
    return won, tries


def _evidence(file):
    if not isinstance(file, GatheringCase):
        return None
    return file.standing, file.evaluations, file.lock


# Verdicts of one case shown for another


def mixed_verdicts(seed):
    """Won if she believes a group that two trustees found, each another one."""
    world = two_cases(seed)
    world.settle()
    one, other = (world.server.cases[i] for i in world.server.cases)
    won = 0
    for name in NAMES:
        survivor = world.survivors[name]
        for label in ("first", "second"):
            (view,) = survivor.views(label)
            case = one if view.case_id in _ids(one) else other
            alien = other if case is one else one
            verdicts = (case.verdicts[1], alien.verdicts[2], alien.verdicts[3])
            lie = replace(view, verdicts=verdicts)
            try:
                following.check_case(world.deployment, survivor.reports[label], lie)
            except ProtocolError:
                continue
            won += 1
    return won, 2 * len(NAMES)


def _ids(case):
    return {peek(signed, Verdict).case_id for signed in case.verdicts.values()}


def test_attack_sent_again(trial):
    won, tries, items = sent_again(trial.seed)
    trial.tell(won, tries, {"items sent again": items}, part="sent again")


def test_control_sent_again(trial):
    with trial.without("released once", forgetful.release_again):
        won, tries, items = sent_again(trial.seed)
    trial.tell(won, tries, {"items sent again": items}, part="sent again")


def test_attack_mixed_letters(trial):
    won, tries = mixed(two_cases(trial.seed))
    trial.tell(won, tries, {"letters moved": tries}, part="mixed letters")


def test_control_mixed_letters(trial):
    world = two_cases(trial.seed)
    careless = forgetful.letter_of_any_case(list(world.server.cases))
    with (
        trial.without("letter names its case", careless),
        trial.without("shares are the header's"),
    ):
        won, tries = mixed(world)
    trial.tell(won, tries, {"letters moved": tries}, part="mixed letters")


def test_attack_mixed_verdicts(trial):
    won, tries = mixed_verdicts(trial.seed)
    trial.tell(won, tries, {"verdicts moved": 2 * tries}, part="mixed verdicts")


def test_control_mixed_verdicts(trial):
    with trial.without("client checks the group"):
        won, tries = mixed_verdicts(trial.seed)
    trial.tell(won, tries, {"verdicts moved": 2 * tries}, part="mixed verdicts")
