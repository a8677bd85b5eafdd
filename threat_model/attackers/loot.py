"""What a thief reads from stolen stores, with the product's own code."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from blind_index.group import Scalar
from blind_index.secret import SecretBytes
from blind_index.shamir import interpolate
from escrow.manifest import Deployment, open_manifest
from escrow.messages.codec import Blob, PublicKey, Signed, decode
from escrow.messages.deployment import SignedManifest
from escrow.messages.filing import Core, Header
from escrow.server.tag_index import open_row, tag_keys
from escrow.signing import peek
from escrow.trustee.boxes import HeldReport
from escrow.trustee_lock import Part
from keyservice.config import load_config
from keyservice.ports import HELD, OFFICE
from keyservice.premises import store_of
from keyservice.sealed_key import open_secrets


@dataclass(frozen=True)
class StolenReport:
    """One row of the API's table of reports, decoded."""

    key: PublicKey
    core: Core
    header: Header
    parts: dict[Part, Blob]


@dataclass(frozen=True)
class ApiLoot:
    """The API's database: manifest, reports; tags only with the API's key file."""

    deployment: Deployment
    reports: tuple[StolenReport, ...]
    tags: frozenset[bytes]


def read_api(folder: Path) -> ApiLoot:
    """Read a copy of the API's folder."""
    with closing(sqlite3.connect(folder / "api.sqlite3")) as database:
        (manifest,) = database.execute("SELECT body FROM manifest").fetchone()
        rows = database.execute(
            "SELECT header, standing, lock, contact, nudge FROM report "
            "WHERE header IS NOT NULL"
        ).fetchall()
        sealed = [row for (row,) in database.execute("SELECT sealed FROM tag_row")]
    store_key = folder / "keys" / "store.key"
    tags: frozenset[bytes] = frozenset()
    if store_key.exists():
        keys = tag_keys(SecretBytes(store_key.read_bytes()))
        tags = frozenset(bytes(open_row(keys, row).tag) for row in sealed)
    return ApiLoot(
        open_manifest(decode(manifest, SignedManifest)),
        tuple(_report(*row) for row in rows),
        tags,
    )


def _report(header: bytes, *parts: bytes) -> StolenReport:
    opened = peek(decode(header, Signed), Header)
    core = decode(opened.core, Core)
    contents = {part: Blob(parts[part]) for part in Part}
    return StolenReport(core.report_key, core, opened, contents)


@dataclass(frozen=True)
class TrusteeLoot:
    """One trustee's disk with its key file: its share, and those of reports."""

    role: str
    index: int
    key_share: Scalar
    reports: dict[PublicKey, HeldReport]


def read_trustee(config: Path, reports: Sequence[PublicKey]) -> TrusteeLoot:
    """Read a trustee's folder by its configuration file.

    Args:
        config: Its TOML; folder and key file lie beside it.
        reports: Keys known from elsewhere: the store names none.
    """
    return asyncio.run(_read_trustee(config, reports))


async def _read_trustee(path: Path, reports: Sequence[PublicKey]) -> TrusteeLoot:
    config = load_config(path)
    secrets = open_secrets(config, lambda: SecretBytes(b""))
    async with store_of(config, secrets) as store, store.transaction() as ledger:
        office = await ledger.load(OFFICE)
        if office is None:
            raise LookupError("the trustee holds no key share")
        held = {key: await ledger.load(HELD, key) for key in reports}
    return TrusteeLoot(
        config.role,
        office.index,
        office.key_share().scalar,
        {key: one for key, one in held.items() if isinstance(one, HeldReport)},
    )


def candidates(shares: dict[int, Scalar], needed: int, size: int) -> list[Scalar]:
    """Every secret that these shares give, or that one might hope they give.

    With enough shares, the one that they determine. With fewer: none at all (1),
    each share alone, the polynomial through those there are, and the same with
    the missing ones taken as zero.
    """
    known = [(Scalar.from_int(i), share) for i, share in sorted(shares.items())]
    if len(known) >= needed:
        return [interpolate(known[:needed])]
    hopes = [Scalar.from_int(1), *(share for _, share in known)]
    if known:
        hopes.append(interpolate(known))
    missing = [i for i in range(1, size + 1) if i not in shares]
    zeros = [(Scalar.from_int(i), Scalar.from_int(0)) for i in missing]
    hopes.append(interpolate([*known, *zeros[: needed - len(known)]]))
    return list({hope.encode(): hope for hope in hopes}.values())
