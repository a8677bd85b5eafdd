"""`python -m api`: set up a server, make its roster, run it."""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from api import operator_commands
from api.config import Config, read_config
from api.enrolment import make_roster
from api.key_files import make_folder, make_keys, make_registrar_keys, read_keys
from blind_index.errors import AlongsideError
from escrow.manifest import roster_digest
from escrow.messages.codec import decode
from escrow.messages.deployment import Roster

if TYPE_CHECKING:
    from api.handlers.desk import Office

T = TypeVar("T")


def init(config: Config, _options: argparse.Namespace) -> None:
    """Make the server's folders and key files; existing ones stay."""
    make_folder(Path(config.data_dir))
    make_keys(config.keys)
    if config.registrar is not None:
        make_registrar_keys(config.keys)
    say(f"keys are in {config.keys}")


def roster(config: Config, options: argparse.Namespace) -> None:
    """Write the roster and show the digest that every trustee confirms."""
    payload = make_roster(config, options)
    Path(options.out).write_bytes(payload)
    digest = roster_digest(payload).hex()
    say(f"roster: {options.out}")
    for text in decode(payload, Roster).weaknesses:
        say(f"weakness: {text}")
    say(f"digest: {digest}")
    say("in groups: " + " ".join(digest[i : i + 4] for i in range(0, 64, 4)))


def run(config: Config, options: argparse.Namespace) -> None:
    """Serve until told to stop."""
    if options.port is not None:
        config = replace(config, port=options.port)
    if options.metrics_port is not None:
        shown = replace(config.metrics, port=options.metrics_port)
        config = replace(config, metrics=shown)
    # The web server and its libraries are loaded for this command alone.
    from api.app import check_start, create_app, read_roster  # noqa: PLC0415
    from api.routes.pages import page_handlers  # noqa: PLC0415
    from api.serving import serve  # noqa: PLC0415
    from escrow.operation.structured_logs import set_up_logs  # noqa: PLC0415

    # What cannot be served is said here, in words, before anything starts.
    read_roster(config)
    read_keys(config.keys)
    asyncio.run(check_start(config))
    set_up_logs()
    pages = page_handlers(Path(config.web_dir)) if config.web_dir else ()
    serve(create_app(config, more=pages), config)


def send_notices(config: Config, _options: argparse.Namespace) -> None:
    """Send notes and nothing else, until told to stop."""
    from api.app import seconds_now  # noqa: PLC0415
    from api.sender import send_alone  # noqa: PLC0415
    from escrow.operation.structured_logs import set_up_logs  # noqa: PLC0415

    set_up_logs()
    _with_office(
        config,
        lambda office: send_alone(
            office, config, seconds_now, lambda: say("sending notes")
        ),
    )


def restart(config: Config, _options: argparse.Namespace) -> None:
    """Begin another attempt at the ceremony."""
    from api.handlers.ceremony import restart_ceremony  # noqa: PLC0415

    say(f"attempt {_with_office(config, restart_ceremony)} begins")


def load_synthetic(config: Config, options: argparse.Namespace) -> None:
    """Fill a demonstration's empty store with reports of nobody."""
    from api.synthetic import load  # noqa: PLC0415

    _with_office(config, lambda office: load(office, options.reports, options.entries))
    say(f"{options.reports} synthetic reports are stored")


def time_lookups(config: Config, options: argparse.Namespace) -> None:
    """Print how long looking up tags takes, in seconds, as JSON."""
    from api.synthetic import time_lookups as measured  # noqa: PLC0415

    found = _with_office(
        config, lambda office: measured(office, options.tags, options.rounds)
    )
    say(json.dumps(found))


def _with_office(config: Config, work: "Callable[[Office], Awaitable[T]]") -> T:
    """Do something with the store of a server that does not run."""
    from api.app import open_office  # noqa: PLC0415

    async def do() -> T:
        office = await open_office(config)
        try:
            return await work(office)
        finally:
            await office.store.close()

    return asyncio.run(do())


def migrate(config: Config, _options: argparse.Namespace) -> None:
    """Make the database's tables, or bring them up to date."""
    from api.sql_store.schema import SCHEMA  # noqa: PLC0415
    from escrow.operation.database.engines import bring_up_to_date  # noqa: PLC0415

    changed = asyncio.run(bring_up_to_date(config.database, SCHEMA))
    say(
        "the tables were brought up to date" if changed else "the tables are up to date"
    )


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def numbers(text: str) -> list[int]:
    """A list of numbers parted by commas."""
    return [int(part) for part in text.split(",")]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m api", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, function, words in (
        ("init", init, "make folders and key files"),
        ("run", run, "serve until stopped"),
        ("migrate", migrate, "make the database's tables, or bring them up to date"),
        ("send-notices", send_notices, "send notes only, beside the server"),
        ("restart-ceremony", restart, "begin anew after an aborted key ceremony"),
    ):
        command = _command(commands, name, words)
        command.set_defaults(command=function)
        if function is run:
            command.add_argument(
                "--port",
                type=int,
                help="instead of the file's: one of several processes on PostgreSQL",
            )
            command.add_argument(
                "--metrics-port",
                type=int,
                help="likewise, for its figures; 0 shows none",
            )
    _add_roster(commands)
    operator_commands.add_parsers(commands)
    _add_measurements(commands)
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    words: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=words, description=words)
    command.add_argument(
        "--config", required=True, type=Path, help="the server's TOML file"
    )
    return command


def _add_roster(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    command = _command(commands, "roster", "make the roster from enrolment cards")
    command.set_defaults(command=roster)
    add = command.add_argument
    add("--index-threshold", type=int, required=True, help="index trustees needed")
    add(
        "--opening-threshold",
        type=int,
        required=True,
        help="opening trustees needed; better fewer than there are",
    )
    add("--demo", action="store_true", help="protects nobody; this machine only")
    add("--levels", type=numbers, default=[2, 3, 4, 5, 7], help="group sizes, by comma")
    add("--smallest-group", type=int, default=3, help="the smallest group offered")
    add("--stretch-memory-kib", type=int, default=65536, help="Argon2id memory")
    add("--stretch-passes", type=int, default=3, help="Argon2id passes")
    add("--out", required=True, help="where to write the roster")
    add("cards", nargs="+", metavar="CARD", help="trustees' enrolment cards")


def _add_measurements(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    command = _command(
        commands, "load-synthetic", "fill a demonstration's empty store, to measure it"
    )
    command.set_defaults(command=load_synthetic)
    command.add_argument("--reports", type=int, required=True, help="how many")
    command.add_argument("--entries", type=int, default=16, help="tags of each")
    command = _command(
        commands, "time-lookups", "how long it takes to look up tags, as JSON"
    )
    command.set_defaults(command=time_lookups)
    command.add_argument("--tags", type=int, default=64, help="tags at a time")
    command.add_argument("--rounds", type=int, default=50, help="how often")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 2 when something has to be put right first."""
    options = _parser().parse_args(arguments)
    try:
        if "plain" in options:
            options.plain(options)
            return 0
        status: int | None = options.command(read_config(options.config), options)
    except AlongsideError as error:
        advice = getattr(error, "advice", "")
        sys.stderr.write(f"{error}\n{advice}\n" if advice else f"{error}\n")
        return 2
    return status or 0


if __name__ == "__main__":
    sys.exit(main())
