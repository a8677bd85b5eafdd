"""`alongside registrar vouchers`: who made how many, and taking them back."""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from api.registrar.config import RegistrarConfig
from api.registrar.ports import VoucherTally
from api.registrar.provider_config import VoucherSection, public_key_of
from api.registrar.sql_store import open_person_store
from blind_index.errors import InputError
from escrow.messages.codec import PublicKey

_MONTHS: Final = 12


def add_parser(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add `vouchers list` and `vouchers revoke`."""
    text = "who made how many vouchers; take back unused ones"
    parser = commands.add_parser("vouchers", help=text, description=text)
    inner = parser.add_subparsers(required=True, metavar="COMMAND")
    show = inner.add_parser("list", help="unused ones of each referee, used by month")
    show.set_defaults(command=list_vouchers)
    back = inner.add_parser("revoke", help="erase every unused voucher of a referee")
    back.add_argument("--referee", required=True, help="the name in the configuration")
    back.set_defaults(command=revoke_vouchers)
    for command in (show, back):
        command.add_argument(
            "--config", required=True, type=Path, help="the registrar's TOML file"
        )


def _names(config: RegistrarConfig) -> Mapping[PublicKey, str]:
    return {
        PublicKey(public_key_of("providers.referees.key", one.key)): one.name
        for section in config.providers
        if isinstance(section, VoucherSection)
        for one in section.referees
    }


def list_vouchers(config: RegistrarConfig, _options: argparse.Namespace) -> None:
    """Counts, and nothing else: there is nothing else."""

    async def read() -> Sequence[VoucherTally]:
        store = await open_person_store(config.database)
        async with store.begin() as persons:
            found = await persons.vouchers.tally()
        await store.close()
        return found

    names = _names(config)
    for tally in asyncio.run(read()):
        if tally.month is not None:
            year, month = divmod(tally.month, _MONTHS)
            what = f"used in {year}-{month + 1:02d}"
        else:
            referee = tally.referee or PublicKey(b"")
            what = f"unused, of {names.get(referee, 'a referee of earlier days')}"
        sys.stdout.write(f"{tally.count} {what}\n")


def revoke_vouchers(config: RegistrarConfig, options: argparse.Namespace) -> None:
    """Erase a referee's unused vouchers; take her out of the configuration too.

    Raises:
        InputError: Nobody is called so.
    """
    found = [key for key, name in _names(config).items() if name == options.referee]
    if not found:
        raise InputError("referee", "is not in the configuration")

    async def erase() -> int:
        store = await open_person_store(config.database)
        async with store.begin() as persons:
            gone = [await persons.vouchers.remove(referee=key) for key in found]
        await store.close()
        return sum(gone)

    sys.stdout.write(f"{asyncio.run(erase())} revoked\n")
