"""O07R: a trustee says that it was restored, to be rid of what its log says."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from escrow.messages.codec import Digest
from escrow.messages.mailbox import LogHead
from escrow.signing import peek
from keyservice.audit import BrokenLog, Gap, Head, gaps, head_of, verify
from keyservice.ports import HEADS
from tests.keyservice.keyed_world import KeyedWorld
from tests.keyservice.old_copies import copy_of
from tests.world.dealt import Plan

pytestmark = pytest.mark.slow
PLAN = Plan(name="O07R")
LIAR, FELLOWS = 1, (2, 3)


async def goes_back(folder, *, declared):
    """What the liar's log said, says now, and what its fellows have of it."""
    async with AsyncExitStack() as stack:
        world = KeyedWorld(folder, stack, PLAN)
        await world.start()
        for name in ("ana", "bea"):
            world.file(name, group=2)
        await world.work()
        before = await copy_of(world, LIAR)
        kept = len(await world.log(LIAR))
        world.consent_all()
        world.file("cleo", group=2)
        await world.work()
        said = await world.log(LIAR)
        await before.bring_back(declared=declared)
        world.file("dora", group=2)
        await world.work()
        now = await world.log(LIAR)
        heads = [head for fellow in FELLOWS for head in await remembered(world, fellow)]
        noted = [await world.log(fellow) for fellow in FELLOWS]
        return said, now, kept, heads, noted


async def remembered(world, fellow):
    """Every head of the liar's log that a fellow has, contradictions too."""
    async with world.stores[fellow - 1].transaction() as ledger:
        known = await ledger.load(HEADS, bytes([LIAR]))
    signed = [peek(one, LogHead) for one in (*known.signed, *known.conflicts)]
    return [Head(one.size, Digest(one.head), one.skipped) for one in signed]


def lost_unproven(now, said, heads):
    """The lines that are gone, if nothing proves that the log is not the old one."""
    try:
        verify(now, heads)
    except BrokenLog:
        return []
    left = set(now)
    return [entry for entry in said if entry not in left]


def test_attack(trial, tmp_path):
    said, now, kept, heads, noted = asyncio.run(goes_back(tmp_path, declared=True))
    lost = lost_unproven(now, said, heads)
    # Its extent: no line of before the copy; what is gone is named, dated and counted,
    # here and in its fellows' logs, up to the newest head that they had.
    (gap,) = gaps(now, heads)
    newest = max(head.size for head in map(head_of, said) if head in heads)
    first = next(entry for entry in now if entry.position == gap.last + 1)
    assert gap == Gap(kept + 1, newest, first.day, remembered=True)
    assert {entry.position for entry in lost} == set(range(kept + 1, len(said) + 1))
    for log in noted:
        (line,) = [entry.detail for entry in log if entry.kind == "gap"]
        assert f"lacks {gap.last - gap.first + 1} of" in line
        (shown,) = [e for e in log if e.kind == "records shown"]
        assert shown.subject.hex() in first.detail
    kinds = {entry.kind for entry in lost}
    notes = {
        "lines": f"{len(lost)}: {', '.join(sorted(kinds))}",
        "not counted": f"{len(said) - newest} that no fellow had a head of",
    }
    trial.tell(len(lost), len(said), {"logs gone back": 1}, notes=notes)


def test_control(trial, tmp_path):
    said, now, _, heads, _ = asyncio.run(goes_back(tmp_path, declared=False))
    lost = lost_unproven(now, said, heads)
    trial.tell(len(lost), len(said), {"logs gone back": 1})
