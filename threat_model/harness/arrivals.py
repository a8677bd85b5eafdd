"""People who come one after the other, and the files in which that must not stand."""

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from blind_index.labels import Label
from blind_index.randomness import SYSTEM
from blind_index.secret import SecretBytes
from escrow import aead
from escrow.calendar import month_of
from escrow.client.letterbox import letterbox_key, wish_letters, write_letterbox
from escrow.client.vault import SavedLetterbox
from escrow.messages.codec import Blob
from escrow.messages.filing import NudgePart
from escrow.messages.letterbox import LetterboxSubmission
from escrow.messages.registration import IndexCredential
from escrow.messages.vault import VaultWrite
from escrow.padding import VAULT_BYTES
from escrow.server.tag_index import open_row, tag_keys
from escrow.server.vaults import vault_id_of
from escrow.signing import peek, public_key, sign
from tests.api.running import running
from tests.world.dealt import Plan
from tests.world.stream import stream
from tests.world.world import email
from threat_model.harness.thief import run_attacker

FEW, MANY = 24, 150
#: Of two random orders one pair is right; more than ten are once in a hundred million.
CHANCE = 10
#: A correlation that so many random ranks have once in ten million.
MOST_CORRELATED = {FEW: 0.85, MANY: 0.42}
_PLAN = Plan(name="P01")
_STORE_KEY = SecretBytes(bytes(range(32)))

Orders = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Arrivals:
    """Who came when, by the names of rows; and copies of the files.

    `fresh` was taken when everybody had filed, `rewritten` after the daily rewriting.
    """

    fresh: Path
    rewritten: Path
    truth: Mapping[str, Mapping[str, int]]


@cache
def arrivals(people: int = FEW) -> Arrivals:
    """People withdraw tokens, write vault and letterbox and file, one by one."""
    folder = Path(tempfile.mkdtemp(prefix="arrivals-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with running(folder / "api", _PLAN) as world:
        came = [_come(world, place) for place in range(people)]
        fresh = _copied(folder / "api", folder / "fresh")
        rewriting = world.app.state.office.store.rewriting
        world.client.blocking_portal.call(rewriting.rewrite)
        rewritten = _copied(folder / "api", folder / "rewritten")
    truth = {
        kind: {who[kind]: place for place, who in enumerate(came)} for kind in came[0]
    }
    return Arrivals(fresh, rewritten, truth | {"tag rows": _owners(rewritten, truth)})


def _come(world: Any, place: int) -> dict[str, str]:
    """One person does what there is to do; the names of her rows."""
    name = f"person{place}"
    held = world.person(name).registration
    survivor = world.person(name)
    survivor.tokens.append(survivor.token())
    vault = _write_vault(world, place)
    letters = _make_letterbox(world, survivor)
    world.file(name, (email(f"{name}@company.example"),))
    world.settle()
    credential = peek(held.index_credential, IndexCredential)
    return {
        "grants": credential.pseudonym.hex(),
        "reports": survivor.report_key("first").hex(),
        "vaults": vault,
        "letterboxes": letters,
    }


def _make_letterbox(world: Any, survivor: Any) -> str:
    address = f"{survivor.name}@private.example"
    part = NudgePart(channel="email", address=address, plant="fern", language="en")
    last = month_of(world.day) + 60
    box, signed = write_letterbox(world.deployment, _new_box(part), last)
    paid = LetterboxSubmission(write=signed, token=survivor.token())
    world.server.write_letterbox(paid)
    return letterbox_key(box).hex()


def _new_box(part: NudgePart) -> SavedLetterbox:
    box = wish_letters(None, part)
    if box is None:
        raise LookupError("a wish makes a letterbox")
    return box


def _write_vault(world: Any, place: int) -> str:
    draw = stream("P01 vault", place)
    seed = SecretBytes(draw(32))
    write = VaultWrite(
        vault_id=vault_id_of(public_key(seed)),
        key=public_key(seed),
        counter=1,
        ciphertext=Blob(SYSTEM(VAULT_BYTES + aead.OVERHEAD_BYTES)),
    )
    world.server.call("PUT", "/v1/vaults", sign(seed, Label.VAULT_WRITE, write))
    return write.vault_id.hex()


def _copied(source: Path, target: Path) -> Path:
    target.mkdir()
    for path in source.glob("api.sqlite3*"):
        shutil.copy2(path, target)
    return target


def _owners(folder: Path, truth: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Whose each tag row is: with a key that no thief of files has."""
    keys = tag_keys(_STORE_KEY)
    with closing(sqlite3.connect(folder / "api.sqlite3")) as database:
        rows = database.execute("SELECT name, sealed FROM tag_row").fetchall()
    return {
        name.hex(): truth["reports"][open_row(keys, sealed).report_key.hex()]
        for name, sealed in rows
    }


@cache
def orders_found(folder: Path) -> Orders:
    """What the attacker's program makes of a folder."""
    found: Orders = run_attacker("orders", folder)
    return found


def right_pairs(
    found: Orders, truth: Mapping[str, Mapping[str, int]]
) -> dict[str, int]:
    """For each kind: how many of its rows' owners the best oracles give a report.

    Two orders are laid beside each other, forwards and backwards.
    """
    people = len(truth["reports"])
    reports = _each_way(_places(found["reports"], truth["reports"]))
    return {
        kind: max(
            sum(
                one == other
                for one, other in zip(_owners_of(mine, people), theirs, strict=True)
            )
            for mine, theirs in product(_places(orders, truth[kind]), reports)
        )
        for kind, orders in found.items()
        if kind != "reports"
    }


def _places(
    orders: Mapping[str, Sequence[str]], came: Mapping[str, int]
) -> list[list[int]]:
    """Each different order, as when its rows' owners came."""
    listed = [[came[name] for name in order] for order in orders.values()]
    return [list(one) for one in dict.fromkeys(map(tuple, listed))]


def _each_way(orders: Sequence[list[int]]) -> list[list[int]]:
    return [*orders, *(order[::-1] for order in orders)]


def _owners_of(order: Sequence[int], people: int) -> list[int]:
    """One owner for each report's worth of rows: whoever has most of them."""
    size = len(order) // people
    parts = [order[first : first + size] for first in range(0, len(order), size)]
    return [max(part, key=part.count) for part in parts]


def correlations(found: Orders, truth: Mapping[str, Mapping[str, int]]) -> list[float]:
    """Of each oracle's order with that in which people came (Spearman), unsigned."""
    return [
        abs(_spearman(order))
        for kind in ("grants", "reports", "vaults", "letterboxes")
        for order in _places(found[kind], truth[kind])
    ]


def _spearman(order: Sequence[int]) -> float:
    count = len(order)
    apart = sum((rank - came) ** 2 for rank, came in enumerate(order))
    return 1 - 6 * apart / (count * (count**2 - 1))
