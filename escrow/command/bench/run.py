"""`alongside bench`: measure, then show a table or JSON."""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rich.console import Console

from blind_index.errors import InputError
from escrow.command.bench import (
    client,
    cold_start,
    evaluation,
    growth,
    meter,
    serving,
)
from escrow.command.bench.figures import Figure, as_json, missed, show
from escrow.command.bench.stage import Stage, open_stage
from escrow.command.layout import Sizes
from escrow.command.processes import Processes
from escrow.command.progress import Bars, Reporter

_ON_STAGE: Final = MappingProxyType(
    {"client": client.measure, "servers": serving.measure}
)
_ALONE: Final = MappingProxyType(
    {
        "evaluation": evaluation.measure,
        "growth": growth.measure,
        "cold-start": cold_start.measure,
    }
)
SECTIONS: Final = ("evaluation", "client", "servers", "growth", "cold-start")
_DESCRIPTION: Final = """\
Measures what everything costs on this machine: ratios to the bare library's calls
in the same run, processor time by filed report, bytes, memory, waiting times. Other
programs disturb it: let it run alone, and trust ratios before milliseconds.
"""


def _run(options: argparse.Namespace) -> int:
    meter.check_platform()
    chosen = options.only or SECTIONS
    if unknown := set(chosen) - set(SECTIONS):
        parts = f"Its parts are {', '.join(SECTIONS)}."
        raise InputError("--only", f"there is no {unknown.pop()}", parts)
    reporter = Bars()
    figures = list(_measure(chosen, reporter))
    if options.database:
        figures += growth.measure_database(options.database, reporter)
    if options.json:
        print(as_json(figures))
    else:
        show(Console(), figures)
    return 1 if options.strict and missed(figures) else 0


def _measure(chosen: Sequence[str], reporter: Reporter) -> Iterator[Figure]:
    for name in chosen:
        if name in _ALONE:
            yield from _ALONE[name](reporter)
            continue
        with _stage(reporter) as stage:
            yield from _ON_STAGE[name](stage, reporter)


@contextmanager
def _stage(reporter: Reporter) -> Iterator[Stage]:
    """A fresh deployment, gone afterwards; Argon2id at next to nothing."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
        with reporter.work("Starting servers; keys are made together", None):
            processes = Processes(Path(folder) / "deployment", Sizes(memory_kib=64))
            stack.enter_context(processes)
        yield stack.enter_context(open_stage(processes))


def _sections(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add `alongside bench`."""
    parser = subparsers.add_parser(
        "bench",
        help="measure what everything costs on this machine",
        description=_DESCRIPTION,
    )
    parser.add_argument("--json", action="store_true", help="write JSON, not a table")
    parser.add_argument(
        "--only",
        type=_sections,
        metavar="NAME,NAME,...",
        help=f"only these parts, of {', '.join(SECTIONS)}",
    )
    parser.add_argument(
        "--database",
        metavar="URL",
        help="an empty PostgreSQL database; 8 million tags are stored and looked up",
    )
    parser.add_argument(
        "--strict", action="store_true", help="fail when a bound is not kept"
    )
    parser.set_defaults(run=_run)
