"""What an operator should know about a host: one line a check, the fix beside it.

A check is a function that gives findings. One that breaks is itself a finding:
nothing a check meets may stop the others.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType
from typing import Final, Literal

import msgspec
from rich.console import Console
from rich.table import Table

State = Literal["OK", "WARN", "FAIL"]
_STYLE: Final = MappingProxyType({"OK": "green", "WARN": "yellow", "FAIL": "bold red"})


class Finding(msgspec.Struct, frozen=True):
    """One line: what was looked at, how it is, and what to do."""

    check: str
    state: State
    found: str
    fix: str = ""


Check = Callable[[], Iterable[Finding]]


def good(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(check, "OK", found)


def judge(check: str, found: str, fix: str, *, bad: bool) -> Finding:
    """FAIL with its fix if bad, else OK."""
    return Finding(check, "FAIL", found, fix) if bad else good(check, found)


def doubt(check: str, found: str, fix: str, *, bad: bool) -> Finding:
    """WARN with its fix if bad, else OK."""
    return Finding(check, "WARN", found, fix) if bad else good(check, found)


def run_checks(checks: Sequence[tuple[str, Check]]) -> list[Finding]:
    """Run every check, each by its name, in order."""
    findings: list[Finding] = []
    for name, check in checks:
        try:
            findings += check()
        except Exception as error:  # noqa: BLE001 - it must not stop the others
            words = f"could not be checked: {type(error).__name__}"
            findings.append(Finding(name, "FAIL", words, "see that it can be read"))
    return findings


def add_doctor_options(parser: ArgumentParser) -> None:
    """Options of `doctor`, besides --config."""
    parser.add_argument("--json", action="store_true", help="findings for programs")


def show(findings: Sequence[Finding], *, as_json: bool) -> int:
    """Print the findings; 1 if anything fails, else 0."""
    if as_json:
        sys.stdout.write(msgspec.json.encode(findings).decode() + "\n")
    else:
        Console(highlight=False, width=None).print(_table(findings))
    return int(any(finding.state == "FAIL" for finding in findings))


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("", "check", "found", "what to do"):
        table.add_column(title, overflow="fold")
    for one in findings:
        state = f"[{_STYLE[one.state]}]{one.state}[/]"
        table.add_row(state, one.check, one.found, one.fix)
    return table
