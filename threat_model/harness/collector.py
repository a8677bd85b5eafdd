"""Gathers what every trial said, also from parallel workers, into results."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from threat_model.harness.catalogue import Attack, attacks
from threat_model.harness.verdicts import (
    FAILING,
    NOT_RUN,
    Observation,
    Result,
    judge,
    verdict_of,
)

NAME = "threats"


def register(config: pytest.Config) -> None:
    """Let a collector listen, unless the report's own does."""
    if not any(
        isinstance(one, Collector) for one in config.pluginmanager.get_plugins()
    ):
        config.pluginmanager.register(Collector(), NAME)


class Collector:
    """A pytest plugin; `results` once the session is over.

    Args:
        quiet: The caller prints the results itself.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._seen: list[Observation] = []
        self._faults: dict[str, list[str]] = {}
        self._seconds: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what the test said; a test that broke down silently is a fault."""
        attack = attack_of(report.nodeid)
        if attack is None:
            return
        self._seconds[attack.id] += report.duration
        mine = []
        if report.when == "call":
            said = [value for key, value in report.user_properties if key == "threat"]
            mine = [Observation(**value) for value in said]
            self._seen += mine
        explained = any(verdict_of(attack, one) in FAILING for one in mine)
        if report.outcome != "passed" and not explained:
            place = report.nodeid.rpartition("::")[2]
            fault = f"{place} {report.outcome} at {report.when}"
            self._faults.setdefault(attack.id, []).append(fault)

    def results(self, wanted: Iterable[str] | None = None) -> list[Result]:
        """One result an attack; of all attacks, or of these."""
        chosen = attacks() if wanted is None else {i: attacks()[i] for i in wanted}
        judged = (
            judge(
                attack,
                [one for one in self._seen if one.attack == attack.id],
                self._faults.get(attack.id, ()),
            )
            for attack in chosen.values()
        )
        return [replace(one, seconds=self._seconds[one.attack.id]) for one in judged]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """After an ordinary run: one line an attack."""
        ran = [r for r in self.results() if r.verdict != NOT_RUN]
        if self._quiet:
            return
        if ran:
            terminalreporter.section("threat model")
        for result in ran:
            why = f"  {'; '.join(result.reasons)}" if result.reasons else ""
            terminalreporter.line(
                f"{result.verdict:<19} {result.attack.id:<5} "
                f"attack {result.figures('attack')}, "
                f"control {result.figures('control')}{why}"
            )


def attack_of(nodeid: str) -> Attack | None:
    """Whose attack a test is; None for other tests."""
    path = Path(nodeid.partition("::")[0])
    if path.parent.name != "attacks" or not path.name.startswith("test_"):
        return None
    return attacks().get(path.stem.split("_")[1].upper())
