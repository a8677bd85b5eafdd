"""`keyservice hold CASE` and `resume CASE`: with a reason, for all to see (§H)."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import get_args

from escrow.messages.holds import HoldReason
from escrow.trustee.box_keys import BoxRing, box_seeds
from escrow.trustee.context import Trustee
from keyservice.config import Config
from keyservice.handlers.holding import hold_case, resume_case
from keyservice.handlers.judgement import Desk
from keyservice.passphrase import ask_passphrase
from keyservice.ports import BOX_RING, OFFICE, Store, UnknownCase
from keyservice.premises import store_of, time_of_day
from keyservice.sealed_key import TrusteeSecrets, open_secrets

_HOLDING = ("doubt", "alarm", "legal", "log", "technical")


def add_parsers(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add both commands; each sets `command`."""
    for name, function, text, reasons in (
        ("hold", run_hold, "introduce nobody in a case until you resume it", _HOLDING),
        (
            "resume",
            run_resume,
            "lift your own hold and members' alarms of a case",
            get_args(HoldReason),
        ),
    ):
        sub = commands.add_parser(
            name,
            help=text,
            description=f"{text.capitalize()}. Works while the trustee runs; the "
            "reason goes into the log and to every fellow trustee.",
        )
        sub.add_argument(
            "--config", type=Path, required=True, help="the trustee's TOML file"
        )
        sub.add_argument("case", help="the case, by the first digits of its id")
        sub.add_argument("--reason", required=True, choices=reasons, help="why")
        sub.set_defaults(command=function)


def run_hold(options: argparse.Namespace, config: Config) -> int:
    """Hold a case."""

    async def act(store: Store, desk: Desk) -> str:
        case_id = await hold_case(store, desk, options.case, options.reason)
        return f"Case {case_id.hex()} is held here; your fellows are told."

    return _with_desk(config, act)


def run_resume(options: argparse.Namespace, config: Config) -> int:
    """Resume a case."""

    async def act(store: Store, desk: Desk) -> str:
        case_id, freed = await resume_case(store, desk, options.case, options.reason)
        text = f"Case {case_id.hex()}: your hold and members' alarms are lifted here"
        return f"{text}; {freed} letters go out." if freed else f"{text}."

    return _with_desk(config, act)


def _with_desk(config: Config, act: Callable[[Store, Desk], Awaitable[str]]) -> int:
    secrets = open_secrets(config, ask_passphrase)

    async def run() -> str:
        async with store_of(config, secrets) as store:
            return await act(store, await _desk(store, secrets))

    sys.stdout.write(asyncio.run(run()) + "\n")
    return 0


async def _desk(store: Store, secrets: TrusteeSecrets) -> Desk:
    """The trustee as it runs, for one command.

    Raises:
        UnknownCase: The key ceremony is not over, so there is no case.
    """
    async with store.transaction() as ledger:
        office = await ledger.load(OFFICE)
        ring = await ledger.load(BOX_RING) or BoxRing()
    if office is None:
        raise UnknownCase("there is no case before the key ceremony is over")
    trustee = Trustee(
        office.deployment(),
        office.index,
        secrets.identity_seed,
        office.key_share(),
        box_seeds(ring),
    )
    day, second = time_of_day()
    return Desk(trustee, day, 0, second)
