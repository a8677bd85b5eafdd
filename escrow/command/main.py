"""`alongside`: one program; what it starts runs beside it."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import escrow
from blind_index.errors import AlongsideError, InputError, ProtocolError

_ENDED: Final = 143
_SERVERS: Final = ("api", "registrar", "keyservice")
_MODULES: Final = ("api", "api.registrar", "keyservice")

_DESCRIPTION: Final = """\
Survivors of work-related sexual misconduct privately find out whether others
were harmed by the same person. You name the person by whatever you know. Until
enough independent, verified people have named the same person, and each of them
agrees, nobody can read anything: not the server, not any single trustee.
"""

_EPILOG: Final = """\
Begin with `alongside demo`, which runs everything on this machine with invented
people. Servers: `alongside api`, `alongside registrar`, `alongside keyservice`
(each with --help).
"""


def build_parser() -> argparse.ArgumentParser:
    """The command line, all subcommands included."""
    # Whoever starts a server through this program waits for none of them.
    from escrow.command import (  # noqa: PLC0415
        client_options,
        demo,
        keys,
        match_quality,
        operating,
        referee,
        scenario,
    )
    from escrow.command.bench import run as bench  # noqa: PLC0415

    parser = argparse.ArgumentParser(
        prog="alongside",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    client_options.add_parsers(subparsers)
    for module in (scenario, demo, keys, match_quality, bench, operating, referee):
        module.add_parser(subparsers)
    for name in _SERVERS:
        subparsers.add_parser(name, help=f"run or set up: {name}", add_help=False)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 if it did what was asked, 1 if something outside went wrong or refused,
        2 for a slip on the command line or in a file.
    """
    if argv is None:
        # To be told to end is to leave in order, servers and all.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(_ENDED))
        # A shell that starts this in the background has it ignore Ctrl-C; a program
        # that keeps servers must end when it is told to.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in (*_SERVERS, "doctor"):
        return _go_on_as(arguments[0], arguments[1:])
    parser = build_parser()
    options = parser.parse_args(arguments)
    if "run" not in options:
        parser.print_help()
        return 2
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return _fail("interrupted; run the same command again", 1)
    except AlongsideError as error:
        return _fail(_explain(error), 2 if isinstance(error, InputError) else 1)


def _go_on_as(name: str, arguments: list[str]) -> int:
    """Go on as a server's program; `doctor` is that of a configuration's own."""
    if name == "doctor":
        from escrow.command import operating  # noqa: PLC0415

        try:
            name, arguments = operating.program_of(arguments), [name, *arguments]
        except InputError as error:
            return _fail(_explain(error), 2)
    return _become(_MODULES[_SERVERS.index(name)], arguments)


def _explain(error: AlongsideError) -> str:
    from escrow.command.net import Unreachable  # noqa: PLC0415

    match error:
        case InputError():
            return f"{error}. {error.advice}".removesuffix(". ")
        case Unreachable():
            return f"{error}. Nothing is lost; run the same command again."
        case ProtocolError(culprit=None):
            return str(error)
        case ProtocolError():
            return f"{error} ({error.culprit})"
        case _:
            return str(error)


def _fail(text: str, code: int) -> int:
    print(f"alongside: {text}", file=sys.stderr)
    return code


def _become(module: str, arguments: Sequence[str]) -> int:
    """Go on as one of the servers: signals and exit code are its own."""
    sources = str(Path(escrow.__file__).parents[1])
    path = os.pathsep.join(filter(None, (sources, os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", module, *arguments]
    sys.stdout.flush()
    os.execve(sys.executable, command, {**os.environ, "PYTHONPATH": path})  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
