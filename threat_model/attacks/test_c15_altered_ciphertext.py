"""C15: every stored field altered, cut short, or put in another one's place."""

import asyncio
import sqlite3
from contextlib import ExitStack, closing, suppress
from functools import cache
from itertools import permutations

import pytest

from blind_index.secret import SecretBytes
from escrow.messages.codec import Digest, EncodedScalar, PublicKey
from escrow.trustee.boxes import HeldReport
from keyservice.audit import BrokenLog
from keyservice.ports import HELD, DamagedStore
from keyservice.sql_store import open_store
from tests.world.stream import stream
from threat_model.harness.stored import stored_fields
from threat_model.known_bad import loose_sealing

# Places between two altered bytes, so that a field of any size is covered.
SAMPLES = 160
REPORTS = 5


# Bits


@cache
def honest_fields(seed):
    return stored_fields(seed)


def altered(field, stride, bits):
    """The field with one bit changed, at each place in turn; and cut short."""
    for place in range(0, len(field.data), stride):
        for bit in bits:
            changed = bytearray(field.data)
            changed[place] ^= 1 << bit
            yield bytes(changed)
    for length in (0, 1, len(field.data) // 2, len(field.data) - 1):
        yield field.data[:length]


def bits_won(fields, *, every=False):
    won = tries = 0
    for field in fields:
        assert field.accepts(field.data), field.name
        stride = 1 if every else max(len(field.data) // SAMPLES, 1)
        for data in altered(field, stride, range(8) if every else (0, 7)):
            tries += 1
            won += field.accepts(data)
    return won, tries


def tell_bits(trial, won, tries):
    trial.tell(won, tries, {"altered fields": tries}, part="altered")


def test_attack_altered(trial):
    tell_bits(trial, *bits_won(honest_fields(trial.seed)))


@pytest.mark.slow
def test_attack_every_bit(trial):
    tell_bits(trial, *bits_won(honest_fields(trial.seed), every=True))


def test_control_altered(trial):
    with (
        trial.without("sealing authenticates", loose_sealing.seal_malleable),
        trial.without("opening authenticates", loose_sealing.unseal_malleable),
    ):
        tell_bits(trial, *bits_won(stored_fields(f"{trial.seed} malleable")))


# Rows of a trustee's file in one another's place


def held(number):
    """A trustee's shares of one report; every value tells which."""
    mark = bytes([number]) * 32
    share = EncodedScalar(bytes([number]) + bytes(31))
    return HeldReport(
        report_key=PublicKey(mark),
        version=1,
        witness=0,
        header_digest=Digest(mark),
        expiry_month=24_000,
        accepted_day=20_000,
        sequence=number,
        shares=(share,) * 4,
    )


KEYS = [PublicKey(bytes([n]) * 32) for n in range(1, REPORTS + 1)]


async def fill(path, key):
    async with open_store(path, key) as store, store.transaction() as ledger:
        for number, name in enumerate(KEYS, 1):
            await ledger.save(HELD, held(number), name)
            await ledger.log(20_000, "accepted", name, f"report {number}")


async def read(path, key):
    """How many records or log entries are read that are not the right ones."""
    wrong = 0
    async with open_store(path, key) as store, store.transaction() as ledger:
        for number, name in enumerate(KEYS, 1):
            try:
                wrong += await ledger.load(HELD, name) != held(number)
            except DamagedStore:
                continue
        with suppress(BrokenLog):
            wrong += sum(
                [e.detail != f"report {e.position}" async for e in ledger.entries()]
            )
    return wrong


def swap(path, table, one, other):
    """Two rows exchange what is sealed in them."""
    name = "name" if table == "record" else "position"
    with closing(sqlite3.connect(path)) as database, database:
        rows = database.execute(f"SELECT {name}, sealed FROM {table}").fetchall()  # noqa: S608
        (first, a), (second, b) = rows[one], rows[other]
        update = f"UPDATE {table} SET sealed = ? WHERE {name} = ?"  # noqa: S608
        database.executemany(update, [(b, first), (a, second)])


def swaps_won(path):
    key = SecretBytes(stream("C15", "storage")(32))
    asyncio.run(fill(path, key))
    assert asyncio.run(read(path, key)) == 0
    won = tries = 0
    for table in ("record", "log_entry"):
        for one, other in permutations(range(REPORTS), 2):
            if one > other:
                continue
            swap(path, table, one, other)
            won += asyncio.run(read(path, key)) > 0
            swap(path, table, one, other)
            tries += 1
    return won, tries


def tell_swaps(trial, won, tries):
    trial.tell(won, tries, {"rows swapped": 2 * tries}, part="swapped rows")


def test_attack_swapped_rows(trial, tmp_path):
    tell_swaps(trial, *swaps_won(tmp_path / "trustee.sqlite"))


def test_control_swapped_rows(trial, tmp_path):
    guards = {
        "sealing binds its place": loose_sealing.seal_anywhere,
        "opening binds its place": loose_sealing.unseal_anywhere,
    }
    with ExitStack() as stack:
        for guard, replacement in guards.items():
            stack.enter_context(trial.without(guard, replacement))
        tell_swaps(trial, *swaps_won(tmp_path / "trustee.sqlite"))


# Ciphertexts of one report in another's place


def exchanged(fields):
    """Won for each field that takes another field's bytes as its own."""
    won = tries = 0
    for one, other in permutations(fields, 2):
        tries += 1
        won += one.accepts(other.data)
    return won, tries


def test_attack_exchanged_fields(trial):
    mine = honest_fields(trial.seed)
    theirs = honest_fields(f"{trial.seed} another")
    won, tries = exchanged(mine)
    won += sum(
        a.accepts(b.data) for a, b in zip(mine, theirs, strict=True) if a.data != b.data
    )
    trial.tell(won, tries + len(mine), {"fields exchanged": tries}, part="exchanged")


def test_control_exchanged_fields(trial):
    with (
        trial.without("sealing authenticates", loose_sealing.seal_malleable),
        trial.without("opening authenticates", loose_sealing.unseal_malleable),
    ):
        won, tries = exchanged(stored_fields(f"{trial.seed} exchanged"))
    trial.tell(won, tries, {"fields exchanged": tries}, part="exchanged")
