"""Run attacks with their controls, and say what each claim is worth.

    python -m threat_model.report [--only C05 ...] [--quick] [--workers N]

Prints residuals, then a row a claim, then a row an attack; writes the same to
build/threats.json and build/threats.md. Ends with 1 if anything is BROKEN, VOID
or RESIDUAL-GONE.
"""

import argparse
import sys
from pathlib import Path

import pytest

from threat_model.harness.catalogue import FOLDER, attacks
from threat_model.harness.collector import Collector
from threat_model.harness.pages import as_json, as_markdown, as_text
from threat_model.harness.verdicts import FAILING, NOT_RUN

BUILD = FOLDER.parent / "build"


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m threat_model.report",
        description="Attacks everything that is claimed, each attack with the control "
        "that makes it succeed, and says what each claim is worth.",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="ID",
        type=str.upper,
        choices=sorted(attacks()),
        help="these attacks alone, for example C05",
    )
    parser.add_argument(
        "--quick", action="store_true", help="leave out what takes minutes"
    )
    parser.add_argument("--workers", default="2", help="processes (default: 2)")
    parser.add_argument("--list", action="store_true", help="what there is, and end")
    parser.add_argument(
        "--out", type=Path, default=BUILD, help="folder of JSON and Markdown"
    )
    return parser.parse_args(given)


def _list() -> None:
    for attack in attacks().values():
        print(f"{attack.id:<5} {attack.outcome}  {attack.name}: {attack.text}")


def run(options: argparse.Namespace) -> tuple[Collector, bool]:
    """Let pytest run the chosen attacks; progress goes to the terminal.

    Returns:
        What was seen, and whether pytest came to its end.
    """
    chosen = [attacks()[i] for i in options.only or attacks()]
    modules = [str(one.module) for one in chosen if one.module.exists()]
    # The ordinary options leave slow tests out; here they are wanted.
    pick = "not slow" if options.quick else ""
    collector = Collector(quiet=True)
    workers = ["-n", options.workers, "--dist", "loadfile"]
    flags = ["-q", "--no-header", "-m", pick, "-W", "error", "--color=no"]
    code = pytest.main([*flags, *workers, *modules], plugins=[collector])
    return collector, code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


def main(given: list[str] | None = None) -> int:
    """Attack, judge, print, write."""
    options = _arguments(given)
    if options.list:
        _list()
        return 0
    collector, ended = run(options)
    results = collector.results(options.only)
    print(as_text(results))
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "threats.json").write_text(as_json(results), "utf-8")
    (options.out / "threats.md").write_text(as_markdown(results), "utf-8")
    print(f"\nAlso in {options.out}/threats.json and threats.md.")
    words = {r.verdict for r in results}
    allowed = {NOT_RUN} if options.quick else set()
    return int(not ended or bool(words & {*FAILING, NOT_RUN} - allowed))


if __name__ == "__main__":
    sys.exit(main())
