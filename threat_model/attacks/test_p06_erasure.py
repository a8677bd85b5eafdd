"""P06: what is left in the files of a report that was taken back."""

import asyncio
from contextlib import AsyncExitStack

from sqlalchemy import select

from escrow.trustee.boxes import Tombstone
from keyservice.ports import HELD
from keyservice.tables import RECORD
from tests.api.running import running
from tests.keyservice.keyed_world import KeyedWorld
from tests.world.dealt import Plan
from tests.world.world import X

PLAN = Plan(name="P06")
PIECE = slice(200, 232)


async def left_as_it_is(_engine):
    """A store that deletes, and trusts that deleted is gone."""


def bytes_below(folder):
    """Every file's bytes, one after the other."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


# The API has the ciphertext


def remains(folder):
    """Pieces of the withdrawn report's parts in any file, and bytes searched."""
    with running(folder, PLAN) as world:
        ana = world.person("ana")
        submission = ana.submit(ana.draft(X, 3, "first"))
        world.settle()
        pieces = [bytes(part[PIECE]) for part in submission.parts]
        assert all(piece in world.stored_bytes() for piece in pieces)
        ana.withdraw("first")
        stored = bytes_below(folder)
    return sum(piece in stored for piece in pieces), len(pieces), len(stored)


def try_api(trial, folder):
    won, tries, searched = remains(folder)
    injected = {"withdrawals": 1, "bytes searched": searched}
    trial.tell(won, tries, injected, part="the API")


def test_attack_api(trial, tmp_path):
    try_api(trial, tmp_path)


def test_control_api(trial, tmp_path):
    with trial.without("log emptied", left_as_it_is):
        try_api(trial, tmp_path)


# Trustees have shares of its keys, and on the same machine what opens their records


async def sealed_share(store, key):
    """The bytes under which a trustee keeps its shares of a report."""
    async with store.transaction() as ledger:
        name = ledger._name(HELD.name, (key,))
        query = select(RECORD.c.sealed).where(RECORD.c.name == name)
        return (await ledger._connection.execute(query)).scalar_one()


async def shares_left(folder):
    """Trustees whose files still hold what they said they had erased."""
    async with AsyncExitStack() as stack:
        world = KeyedWorld(folder, stack, PLAN)
        await world.start()
        key = world.file("ana").report_key("first")
        await world.work()
        pieces = [bytes(await sealed_share(s, key))[PIECE] for s in world.stores]
        held = bytes_below(folder)
        assert all(piece in held for piece in pieces)
        world.withdraw("ana")
        await world.work()
        # They have signed that it is gone; so what do their disks say?
        signed = world.survivors["ana"].erased_by("first")
        assert signed == [queue.index for queue in world.queues]
        stored = bytes_below(folder)
        for store in world.stores:
            async with store.transaction() as ledger:
                assert isinstance(await ledger.load(HELD, key), Tombstone)
    return sum(piece in stored for piece in pieces), len(pieces), len(stored)


def try_trustees(trial, folder):
    won, tries, searched = asyncio.run(shares_left(folder))
    injected = {"withdrawals": 1, "bytes searched": searched}
    trial.tell(won, tries, injected, part="trustees")


def test_attack_trustees(trial, tmp_path):
    try_trustees(trial, tmp_path)


def test_control_trustees(trial, tmp_path):
    with trial.without("a trustee's log emptied", left_as_it_is):
        try_trustees(trial, tmp_path)
