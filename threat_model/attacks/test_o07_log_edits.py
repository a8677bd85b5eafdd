"""O07: whoever can write a trustee's log edits, drops, moves, cuts, rewrites it."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from keyservice import audit
from keyservice.audit import BrokenLog, LogEntry, append, empty_head, head_of
from threat_model.known_bad import chain_only

ENTRIES = 60
EVERY = 7  # of so many entries one head goes to the fellows, and the last


def log_of(words):
    """A log whose entries say these words."""
    head, entries = empty_head(), []
    for number, word in enumerate(words):
        entry = append(head, 20_000 + number // 9, "verdict", bytes(32), word)
        entries.append(entry)
        head = head_of(entry)
    return entries


HONEST = log_of([f"case {n}" for n in range(ENTRIES)])
HEADS = [head_of(entry) for entry in HONEST[EVERY - 1 :: EVERY]] + [head_of(HONEST[-1])]


def in_place() -> Iterator[list[LogEntry]]:
    """One entry edited, dropped, doubled or exchanged, the others as they were."""
    for place, entry in enumerate(HONEST[:-1]):
        rest = HONEST[place + 1 :]
        yield [*HONEST[:place], replace(entry, detail="nothing"), *rest]
        yield [*HONEST[:place], replace(entry, day=0), *rest]
        yield [*HONEST[:place], *rest]
        yield [*HONEST[: place + 1], entry, *rest]
        yield [*HONEST[:place], rest[0], entry, *rest[1:]]


def rewritten() -> Iterator[list[LogEntry]]:
    """The end cut off, or everything from some place on written anew, chain and all."""
    words = [entry.detail for entry in HONEST]
    for place in range(ENTRIES):
        yield HONEST[:place]
        yield log_of([*words[:place], "nothing", *words[place + 1 :]])
        yield log_of([*words[:place], *words[place + 1 :], "one more"])


PARTS = {"in place": in_place, "rewritten": rewritten}


def unseen(part):
    won = tries = 0
    for entries in PARTS[part]():
        tries += 1
        try:
            audit.verify(entries, HEADS)
        except BrokenLog:
            continue
        won += 1
    return won, tries


@pytest.fixture(scope="module", autouse=True)
def _the_log_itself_holds():
    assert audit.verify(HONEST, HEADS) == HEADS[-1]


@pytest.mark.parametrize("part", PARTS)
def test_attack(trial, part):
    won, tries = unseen(part)
    trial.tell(won, tries, {"edits": tries}, part=part)


def test_control_in_place(trial):
    with trial.without("chain of entries", chain_only.follow_nothing):
        won, tries = unseen("in place")
    trial.tell(won, tries, {"edits": tries}, part="in place")


def test_control_rewritten(trial):
    with trial.without("remembered heads", chain_only.verify):
        won, tries = unseen("rewritten")
    trial.tell(won, tries, {"edits": tries}, part="rewritten")
