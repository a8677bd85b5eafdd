"""O07: whoever can write a trustee's log edits, drops, moves, cuts, rewrites it."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from escrow.messages.codec import Digest
from keyservice import audit
from keyservice.audit import BrokenLog, Head, LogEntry, append, empty_head, head_of
from threat_model.known_bad import chain_only, credulous

ENTRIES = 60
BEYOND = 3  # a gap may claim to end so far after the last entry that anybody saw
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


def left_out() -> Iterator[list[LogEntry]]:
    """Some left out behind a line that says `restored`, and how many, or not."""
    for place in range(ENTRIES):
        own = head_of(HONEST[place - 1]) if place else empty_head()
        for end in range(place + 1, ENTRIES + BEYOND + 1):
            newest = Head(end, Digest(bytes(32)))
            if end <= ENTRIES:
                newest = head_of(HONEST[end - 1])
            line = audit.resume(own, newest, 20_010, "caught up")
            for skipped in (line.skipped, line.skipped - 1, 0):
                told = replace(line, skipped=skipped)
                yield [*HONEST[:place], *followed(told, HONEST[end:])]


def followed(line, entries):
    """A line, and after it others as they would follow."""
    yield line
    head = head_of(line)
    for entry in entries:
        following = append(head, entry.day, entry.kind, entry.subject, entry.detail)
        yield following
        head = head_of(following)


PARTS = {"in place": in_place, "rewritten": rewritten, "left out": left_out}


def unseen(part):
    """How many edits a reader does not see, and what is named to him instead."""
    won, tries, named = 0, 0, []
    for entries in PARTS[part]():
        tries += 1
        try:
            audit.verify(entries, HEADS)
        except BrokenLog:
            continue
        found = audit.gaps(entries, HEADS)
        named += found
        won += not found
    return won, tries, named


WITHOUT = {
    "in place": ("chain of entries", chain_only.follow_nothing),
    "rewritten": ("remembered heads", chain_only.verify),
    "left out": ("gaps are named", credulous.no_gaps),
}


@pytest.fixture(scope="module", autouse=True)
def _the_log_itself_holds():
    assert audit.verify(HONEST, HEADS) == HEADS[-1]


@pytest.mark.parametrize("part", PARTS)
def test_attack(trial, part):
    won, tries, named = unseen(part)
    # What can be left out and named: everything up to the newest head, or to one that
    # nobody ever saw, which is named as such.
    assert bool(named) == (part == "left out")
    assert all(gap.last >= ENTRIES for gap in named)
    assert all(gap.remembered == (gap.last == ENTRIES) for gap in named)
    trial.tell(won, tries, {"edits": tries}, part=part)


@pytest.mark.parametrize("part", PARTS)
def test_control(trial, part):
    with trial.without(*WITHOUT[part]):
        won, tries, _ = unseen(part)
    trial.tell(won, tries, {"edits": tries}, part=part)
