"""What belongs into a trustee's backup, what a good one shows, what it must know."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from escrow.operation.archive import Manifest
from escrow.operation.backup import Holdings
from escrow.operation.backup_file import UnusableBackup
from escrow.operation.database.dump import check_dump, check_file_wanted, load
from escrow.operation.database.dump_rows import dump_into_sqlite
from escrow.operation.snapshot import check_integrity
from keyservice.audit import Head, verify
from keyservice.config import DATABASE, Config
from keyservice.handlers.recovery import (
    close_quota,
    declare_restored,
    everything_held,
)
from keyservice.ports import OFFICE, Ledger
from keyservice.premises import sole_process, store_of, today
from keyservice.sealed_key import (
    SECRETS,
    AskPassphrase,
    TrusteeSecrets,
    open_secrets,
    secrets_path,
)
from keyservice.tables import SCHEMA

KIND: Final = "trustee"
_DUMP: Final = "trustee.pgdump"
_RESTORED: Final = "restored"
_LACKS: Final = "the key file or passphrase, the configuration, certificates"


def holdings(config: Config) -> Holdings:
    """The trustee's database, sealed as it is, and its sealed secrets."""
    return Holdings(
        kind=KIND,
        folder=config.data_dir,
        databases={_DUMP if config.database_url else DATABASE: config.database},
        files={SECRETS: secrets_path(config)},
        notes=(config.role,),
        lacks=_LACKS,
    )


def look_into(
    config: Config, ask: AskPassphrase, remembered: Sequence[Head], folder: Path
) -> Sequence[str]:
    """Walk an unpacked backup: database, secrets, log, a sample of what is held.

    Args:
        config: The trustee's; its key file or passphrase must open the backup.
        ask: Asks for the passphrase.
        remembered: Heads of the log that fellows or the operator noted.
        folder: Where it was unpacked.

    Raises:
        UnusableConfig: The secrets do not open.
        BrokenLog: The log does not hold, or is not the remembered one.
        DamagedStore: A record does not open.
    """
    there = replace(config, data_dir=folder, database_url="")
    secrets = open_secrets(there, ask)
    lines = ["secrets open"]
    if (folder / _DUMP).exists():
        lines.append(check_dump(folder / _DUMP))
        dump_into_sqlite(folder / _DUMP, SCHEMA, folder / DATABASE)
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        check_integrity(database)

    async def walk() -> list[str]:
        async with store_of(there, secrets) as store, store.transaction() as ledger:
            return await _findings(ledger, remembered)

    return [*lines, *asyncio.run(walk())]


async def _findings(ledger: Ledger, remembered: Sequence[Head]) -> list[str]:
    entries = [entry async for entry in ledger.entries()]
    size = entries[-1].position if entries else 0
    known = [head for head in remembered if head.size <= size]
    head = verify(entries, known)
    lines = [f"log: {head.text}, verified from its first entry"]
    if len(known) < len(remembered):
        lines.append("log: shorter than a remembered head; entries came later")
    office = await ledger.load(OFFICE)
    digest = "none yet" if office is None else office.deployment().digest.hex()
    lines.append(f"manifest: {digest}")
    lines.append(f"reports known: {len(await everything_held(ledger))}, all opened")
    return lines


def check_kind(config: Config, manifest: Manifest) -> None:
    """Refuse another role's backup.

    Raises:
        UnusableBackup: It is one.
    """
    if manifest.notes != (config.role,):
        raise UnusableBackup(f"a backup of a trustee that is not {config.role}")


def declare(config: Config, ask: AskPassphrase, folder: Path, enough: int = 0) -> None:
    """Mark a trustee's files as those of a restored backup (§T7, §T9).

    A dump goes into the configured database. Should that be cut off in the middle,
    the file beside it makes the trustee mark the database when it starts.

    Raises:
        UnusableConfig: The secrets do not open, or the trustee runs on them.
        UnusableBackup: The database is not empty, or not of the backup's kind.
    """
    there = replace(config, data_dir=folder)
    secrets = open_secrets(there, ask)
    if (folder / _DUMP).exists():
        (folder / _RESTORED).write_text(str(enough), "ascii")
        load(config.database, folder / _DUMP)
        declare_if_marked(there, secrets)
        return
    if folder != config.data_dir:
        check_file_wanted(config.database)
    asyncio.run(_mark(there, secrets, enough))


def declare_if_marked(config: Config, secrets: TrusteeSecrets) -> None:
    """Mark the database that a dump was restored into; the file that asks goes."""
    mark = config.data_dir / _RESTORED
    if mark.exists():
        asyncio.run(_mark(config, secrets, int(mark.read_text("ascii") or 0)))
        mark.unlink()


async def _mark(config: Config, secrets: TrusteeSecrets, enough: int) -> None:
    with sole_process(config):
        async with store_of(config, secrets) as store, store.transaction() as ledger:
            if config.role == "opening":
                await declare_restored(ledger, enough=enough)
            else:
                await close_quota(ledger, today(), config.quota.window_days)
