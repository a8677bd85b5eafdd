"""Run attacks with their controls, and say what each claim is worth.

    python -m threat_model.report [--only C05 ...] [--quick] [--workers N]

Says while it runs which attacks are over. Then prints residuals, then claims, then
attacks; writes the same to build/threats.json and build/threats.md.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from threat_model.harness.catalogue import FOLDER, attacks
from threat_model.harness.collector import Collector
from threat_model.harness.pages import as_json, as_markdown
from threat_model.harness.progress import Progress
from threat_model.harness.terminal import as_text
from threat_model.harness.verdicts import FAILING, NOT_RUN, Result

BUILD = FOLDER.parent / "build"


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m threat_model.report",
        description="Attacks everything that is claimed, each attack with the control "
        "that makes it succeed, and says what each claim is worth.",
        epilog="Exit code: 0 if every attack that was chosen ran and all is as it is "
        "claimed; 1 if anything is BROKEN, VOID or RESIDUAL-GONE, or did not run.",
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
    progress = Progress(collector, len(chosen))
    left_out = ", without their long parts" if options.quick else ""
    print(
        f"{len(chosen)} attacks with their controls{left_out}. Each that is over gets "
        "a line:\nsince when, how many are over, what it came to."
    )
    workers = ["-n", options.workers, "--dist", "loadfile"]
    flags = ["-q", "--no-header", "-m", pick, "-W", "error", "--color=no"]
    code = pytest.main([*flags, *workers, *modules], plugins=[collector, progress])
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
    return _exit_code(results, ended=ended, quick=options.quick)


def _exit_code(results: Sequence[Result], *, ended: bool, quick: bool) -> int:
    """Say whether all is well; 1 if not."""
    allowed = {NOT_RUN} if quick else set()
    bad = {r.verdict for r in results} & {*FAILING, NOT_RUN} - allowed
    if not ended:
        print("Something else broke down, see above. Exit code 1.")
    elif bad:
        print(f"Not as claimed: {', '.join(sorted(bad))}. Exit code 1.")
    else:
        print("Everything is as it is claimed. Exit code 0.")
    return int(not ended or bool(bad))


if __name__ == "__main__":
    sys.exit(main())
