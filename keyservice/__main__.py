"""The trustee's command line: `python -m keyservice COMMAND --config FILE`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from blind_index.errors import AlongsideError
from escrow.manifest import roster_digest
from escrow.messages.codec import decode
from escrow.messages.deployment import Roster
from escrow.operation.database.engines import bring_up_to_date
from keyservice import backup, hold_commands, operator_commands
from keyservice.audit import LogEntry, gaps, verify
from keyservice.config import Config, UnusableConfig, load_config
from keyservice.enrolment import enrolment_card, keep_roster, participant
from keyservice.passphrase import ask_passphrase, choose_passphrase, head_of_text
from keyservice.premises import sole_process, store_of, today
from keyservice.report import describe
from keyservice.sealed_key import TrusteeSecrets, make_secrets, open_secrets
from keyservice.tables import SCHEMA


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it did what it says, 1 if not, 2 for wrong usage."""
    options = _parser().parse_args(arguments)
    os.umask(0o077)
    try:
        if "plain" in options:
            options.plain(options)
            return 0
        status: int = options.command(options, load_config(options.config))
    except AlongsideError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m keyservice",
        description="Run one trustee of Alongside.",
        epilog="A trustee's life: init, card, confirm, run.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command, text in (
        ("init", _init, "make this trustee's secrets and print its enrolment card"),
        ("card", _card, "print the enrolment card again"),
        ("confirm", _confirm, "confirm the roster of all trustees"),
        ("run", _run, "hold the key ceremony, then serve"),
        ("status", _status, "say how far this trustee is"),
        ("migrate", _migrate, "make the tables, or bring them up to date"),
        ("verify-log", _verify_log, "walk the log and check every entry"),
    ):
        sub = commands.add_parser(name, help=text, description=text.capitalize() + ".")
        sub.add_argument(
            "--config", type=Path, required=True, help="the trustee's TOML file"
        )
        sub.set_defaults(command=command)
        if name in {"init", "card"}:
            sub.add_argument("--out", type=Path, help="write the card to this file")
        if name == "confirm":
            _add_confirm_options(sub)
        if name == "verify-log":
            sub.add_argument(
                "--remembered",
                metavar="SIZE:HASH",
                action="append",
                default=[],
                type=head_of_text,
                help="a head that a fellow trustee or you noted (may be repeated)",
            )
    operator_commands.add_parsers(commands)
    hold_commands.add_parsers(commands)
    return parser


def _add_confirm_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--roster", type=Path, required=True, help="the roster file")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--digest", help="confirm only if the digest is this (hex)")
    how.add_argument("--yes", action="store_true", help="confirm without being asked")


def _init(options: argparse.Namespace, config: Config) -> int:
    return _show_card(options, config, make_secrets(config, choose_passphrase))


def _card(options: argparse.Namespace, config: Config) -> int:
    return _show_card(options, config, open_secrets(config, ask_passphrase))


def _show_card(
    options: argparse.Namespace, config: Config, secrets: TrusteeSecrets
) -> int:
    card = enrolment_card(config, secrets)
    if options.out is None:
        sys.stdout.write(card.decode() + "\n")
    else:
        options.out.write_bytes(card)
    return 0


def _confirm(options: argparse.Namespace, config: Config) -> int:
    try:
        payload = options.roster.read_bytes()
    except OSError:
        raise UnusableConfig(f"{options.roster}: cannot be read") from None
    digest = roster_digest(payload).hex()
    secrets = open_secrets(config, ask_passphrase)
    place = participant(config, secrets, payload)
    sys.stdout.write(
        f"You are {place.role} trustee {place.index}.\nThe roster's digest: {digest}\n"
    )
    for text in decode(payload, Roster).weaknesses:
        sys.stdout.write(f"Known weakness: {text}\n")
    if not _agreed(options, digest):
        sys.stderr.write("The roster is not confirmed.\n")
        return 1
    asyncio.run(_keep(config, secrets, payload))
    sys.stdout.write("The roster is confirmed.\n")
    return 0


def _agreed(options: argparse.Namespace, digest: str) -> bool:
    if options.yes:
        return True
    if options.digest is not None:
        return bool(options.digest.strip().lower() == digest)
    sys.stdout.write(
        "Compare the digest with the other trustees by voice or on paper.\n"
        "Type yes if every trustee reads out the same: "
    )
    sys.stdout.flush()
    return sys.stdin.readline().strip() == "yes"


async def _keep(config: Config, secrets: TrusteeSecrets, payload: bytes) -> None:
    with sole_process(config):
        async with store_of(config, secrets) as store:
            await keep_roster(store, payload, today())


def _run(_: argparse.Namespace, config: Config) -> int:
    # The web server and its libraries are loaded for this command alone.
    import uvloop  # noqa: PLC0415

    from keyservice.app import run  # noqa: PLC0415

    secrets = open_secrets(config, ask_passphrase)
    backup.declare_if_marked(config, secrets)
    # Every row that is read or written wakes the loop; this one wakes sooner.
    uvloop.run(run(config, secrets))
    return 0


def _status(_: argparse.Namespace, config: Config) -> int:
    secrets = open_secrets(config, ask_passphrase)

    async def lines() -> list[str]:
        async with store_of(config, secrets) as store, store.transaction() as ledger:
            return await describe(config, ledger)

    sys.stdout.write("\n".join(asyncio.run(lines())) + "\n")
    return 0


def _migrate(_: argparse.Namespace, config: Config) -> int:
    changed = asyncio.run(bring_up_to_date(config.database, SCHEMA))
    text = "were brought" if changed else "are"
    sys.stdout.write(f"The tables {text} up to date.\n")
    return 0


def _verify_log(options: argparse.Namespace, config: Config) -> int:
    secrets = open_secrets(config, ask_passphrase)

    async def walk() -> list[LogEntry]:
        async with store_of(config, secrets) as store, store.transaction() as ledger:
            return [entry async for entry in ledger.entries()]

    entries = asyncio.run(walk())
    for gap in gaps(entries, options.remembered):
        known = "" if gap.remembered else ", at a head that none of those given names"
        sys.stdout.write(
            f"GAP: entries {gap.first} to {gap.last} were lost with a backup, says the "
            f"entry of day {gap.day} after them{known}\n"
        )
    head = verify(entries, options.remembered)
    sys.stdout.write(f"The log holds: {head.text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
