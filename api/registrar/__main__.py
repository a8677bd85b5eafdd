"""`python -m api.registrar`: set up a registrar, run it, see what is pending."""

import argparse
import asyncio
import base64
import sys
from collections.abc import Sequence
from pathlib import Path

from api.key_files import make_folder, make_registrar_keys
from api.registrar import operator_commands, voucher_commands
from api.registrar.config import RegistrarConfig, read_registrar_config
from api.registrar.opening import read_seal
from api.registrar.ports import PendingDeletion
from api.registrar.sql_store import open_person_store
from api.registrar.tables import SCHEMA
from blind_index.errors import AlongsideError
from escrow.operation.database.engines import bring_up_to_date
from escrow.signing import public_key


def init(config: RegistrarConfig, _options: argparse.Namespace) -> None:
    """Make folders and key files; show the key for the API's configuration."""
    make_folder(Path(config.data_dir))
    make_registrar_keys(config.keys)
    key = public_key(read_seal(config.keys).seed)
    text = base64.urlsafe_b64encode(key).rstrip(b"=").decode()
    sys.stdout.write(f"key: {text}\n")


def run(config: RegistrarConfig, _options: argparse.Namespace) -> None:
    """Serve until told to stop."""
    # The web server and its libraries are loaded for this command alone.
    from api.registrar.app import create_app  # noqa: PLC0415
    from api.serving import serve  # noqa: PLC0415
    from escrow.operation.structured_logs import set_up_logs  # noqa: PLC0415

    read_seal(config.keys)
    set_up_logs()
    serve(create_app(config), config)


def migrate(config: RegistrarConfig, _options: argparse.Namespace) -> None:
    """Make the database's tables, or bring them up to date."""
    changed = asyncio.run(bring_up_to_date(config.database, SCHEMA))
    text = "were brought" if changed else "are"
    sys.stdout.write(f"the tables {text} up to date\n")


def pending_deletions(config: RegistrarConfig, _options: argparse.Namespace) -> None:
    """List the checks whose traces are not confirmed to be gone."""

    async def read() -> list[PendingDeletion]:
        store = await open_person_store(config.database)
        async with store.begin() as persons:
            found = await persons.pending()
        await store.close()
        return found

    found = asyncio.run(read())
    for pending in found:
        sys.stdout.write(f"provider {pending.provider}, since day {pending.day}\n")
    sys.stdout.write(f"{len(found)} pending\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m api.registrar", description=__doc__
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, function, words in (
        ("init", init, "make folders and key files, print the public key"),
        ("run", run, "serve until stopped"),
        ("migrate", migrate, "make the database's tables, or bring them up to date"),
        ("pending-deletions", pending_deletions, "what is not confirmed to be erased"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument(
            "--config", required=True, type=Path, help="the registrar's TOML file"
        )
        command.set_defaults(command=function)
    operator_commands.add_parsers(commands)
    voucher_commands.add_parser(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 2 when something has to be put right first."""
    options = _parser().parse_args(arguments)
    try:
        if "plain" in options:
            options.plain(options)
            return 0
        config = read_registrar_config(options.config)
        status: int | None = options.command(config, options)
    except AlongsideError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return status or 0


if __name__ == "__main__":
    sys.exit(main())
