"""What a run says while it goes on: a line for each attack that is over."""

import time
from collections import Counter
from typing import Any

import pytest

from threat_model.harness.collector import Collector, attack_of

_LONG = 20.0


class Progress:
    """A pytest plugin: one line an attack, and one for each of its long tests.

    Args:
        collector: Knows what each attack came to.
        total: How many attacks were chosen.
    """

    def __init__(self, collector: Collector, total: int) -> None:
        self._collector, self._total = collector, total
        self._left: Counter[str] = Counter()
        self._over = 0
        self._began = time.monotonic()

    def pytest_collection_finish(self, session: Any) -> None:
        """Without workers: which tests there are."""
        self._expect([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """With workers, each of which says the same: which tests there are."""
        self._expect(ids)

    def _expect(self, ids: list[str]) -> None:
        if ids and not self._left:
            found = (attack_of(one) for one in ids)
            self._left.update(attack.id for attack in found if attack)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Say so when a long test, or the last of an attack, is over."""
        attack = attack_of(report.nodeid)
        if attack is None:
            return
        if report.when == "call" and report.duration > _LONG:
            name = report.nodeid.rpartition("::")[2]
            self._say(f"      {attack.id:<5} {report.duration:4.0f} s  {name}")
        if report.when == "teardown":
            self._left[attack.id] -= 1
            if not self._left[attack.id]:
                self._over += 1
                (result,) = self._collector.results([attack.id])
                place = f"{self._over:>2}/{self._total}"
                self._say(f"{place} {attack.id:<5} {result.verdict:<19} {attack.name}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> Any:
        """No dots for what passes: the lines say more."""
        if report.passed and report.when == "call":
            return "passed", "", "PASSED"
        return None

    def _say(self, line: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        print(f"{minutes:>3}:{seconds:02} {line}", flush=True)
