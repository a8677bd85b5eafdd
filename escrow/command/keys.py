"""`alongside keys`: reports as JSON lines in, their match keys as JSON lines out."""

import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec

from blind_index.identifiers import Identifier
from blind_index.match_keys import readable_match_keys

_BAD_LINE = "a line that is not a report"
_BAD_IDENTIFIER = "an identifier of unknown shape"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One report of a line; fields that are not listed are ignored.

    Attributes:
        report_id: What its line of output is called.
        country: Where phones and plates belong that name no country.
        identifiers: Identifiers, read one by one, so that one of an unknown
            kind does not spoil the others.
    """

    report_id: str | int | None = None
    country: str | None = None
    identifiers: list[msgspec.Raw]


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """One line of output."""

    report_id: str | int | None
    keys: list[str]


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand `keys` to the program."""
    parser = subparsers.add_parser(
        "keys",
        help="derive the match keys of reports",
        description=(
            "Reads reports as JSON lines on standard input and writes one line "
            "of match keys for each. What cannot be read is left out; standard "
            "error says how often and why, never what it was."
        ),
    )
    parser.set_defaults(run=run)


def run(_: Namespace) -> int:
    """Derive keys from standard input to standard output.

    Returns:
        0, or 1 when some line was no report.
    """
    refusals: Counter[str] = Counter()
    write_keys(sys.stdin.buffer, sys.stdout.buffer, refusals)
    for reason, count in sorted(refusals.items()):
        print(f"{count} times: {reason}", file=sys.stderr)
    return int(_BAD_LINE in refusals)


def write_keys(lines: Iterable[bytes], out: BinaryIO, refusals: Counter[str]) -> None:
    """Write one line of keys for each line that is a report.

    Args:
        lines: Reports, one JSON object a line; empty lines are skipped. Only one
            line is held in memory.
        out: Where the lines of keys go, in the order of the reports.
        refusals: Counts of what was left out and why.
    """
    for report in read_reports(lines, refusals):
        known = list(_identifiers(report, refusals))
        keys, refused = readable_match_keys(known, report.country)
        refusals.update(str(one) for one in refused)
        line = msgspec.json.encode(Keys(report_id=report.report_id, keys=keys))
        out.write(line + b"\n")


def read_reports(lines: Iterable[bytes], refusals: Counter[str]) -> Iterator[Report]:
    """Yield the report of every line that is one; count the others."""
    for line in lines:
        if line.strip():
            try:
                yield msgspec.json.decode(line.decode(), type=Report)
            except (msgspec.DecodeError, UnicodeDecodeError):
                refusals[_BAD_LINE] += 1


def _identifiers(report: Report, refusals: Counter[str]) -> Iterator[Identifier]:
    for raw in report.identifiers:
        try:
            yield msgspec.json.decode(raw, type=Identifier)
        except msgspec.DecodeError:
            refusals[_BAD_IDENTIFIER] += 1
