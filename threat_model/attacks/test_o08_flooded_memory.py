"""O08: a trustee shows so many heads that its fellows forget what its log was."""

import pytest

from escrow.messages.codec import Digest
from escrow.messages.mailbox import LogHead
from escrow.signing import peek
from escrow.trustee.log_heads import receive_head, sign_head
from keyservice import audit
from keyservice.audit import BrokenLog, Head, append, empty_head, head_of
from tests.world.dealt import Plan
from tests.world.world import DAY, World
from threat_model.known_bad import short_memory

pytestmark = pytest.mark.slow
LINES, A_HEAD_EACH = 150, 5
FLOODED, FLOOD = 6, 200
REWRITTEN_FROM = 3


def log_of(words):
    head, entries = empty_head(), []
    for word in words:
        entry = append(head, DAY, "verdict", bytes(32), word)
        entries.append(entry)
        head = head_of(entry)
    return entries


SAID = [f"case {n}" for n in range(LINES)]
HONEST = log_of(SAID)
#: Written anew from an early line on, and long enough for a head at every size.
FORGED = log_of([*SAID[:REWRITTEN_FROM], *("nothing",) * (LINES + FLOODED * FLOOD)])


class Fellow:
    """Who remembers what the liar shows."""

    def __init__(self):
        world = World(Plan(name="O08"))
        self.liar, self.me = world.opening[0].me, world.opening[1].me
        self.known = None
        self.noted = []

    def is_shown(self, entry, day):
        head = head_of(entry)
        notice = sign_head(self.liar, head.size, head.hash)
        step = receive_head(self.me, self.known, notice, day)
        self.known = step.state
        self.noted += [event.kind for event in step.events]

    def heads(self):
        signed = [peek(one, LogHead) for one in self.known.signed]
        return [Head(one.size, Digest(one.head), one.skipped) for one in signed]


def flood():
    """A head a day for a month; then many days of heads never seen before."""
    fellow = Fellow()
    shown = HONEST[A_HEAD_EACH - 1 :: A_HEAD_EACH]
    for day, entry in enumerate(shown):
        fellow.is_shown(entry, DAY + day)
    for number, entry in enumerate(FORGED[LINES : LINES + FLOODED * FLOOD]):
        fellow.is_shown(entry, DAY + len(shown) + number // FLOOD)
    return fellow


def rewritten_unseen(fellow):
    """The lines that the forged log is rid of, if no remembered head denies it."""
    try:
        audit.verify(FORGED, fellow.heads())
    except BrokenLog:
        return 0
    return LINES - REWRITTEN_FROM


def try_it(trial):
    fellow = flood()
    won = rewritten_unseen(fellow)
    injected = {"heads": FLOODED * FLOOD}
    notes = {"heads remembered": str(len(fellow.known.heads))}
    trial.tell(won, LINES, injected, notes=notes)
    return fellow


def test_attack(trial):
    fellow = try_it(trial)
    assert fellow.noted.count("many heads") == FLOODED
    assert not fellow.known.conflicts


def test_control(trial):
    with (
        trial.without("nothing is pushed out", short_memory.the_last),
        trial.without("so many a day", short_memory.always),
    ):
        try_it(trial)
