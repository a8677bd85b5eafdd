"""Filing and look-up as reports pile up: 1,000 against 200,000, and 8 million tags.

Both deployments run at once and take turns, so that the machine's mood is the same
for both. Their synthetic reports lie in the API's store alone.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec

from escrow.command.bench import serving
from escrow.command.bench.figures import Figure
from escrow.command.bench.stage import Stage, open_stage
from escrow.command.layout import Sizes
from escrow.command.processes import Processes
from escrow.command.progress import Advance, Reporter
from escrow.command.service import run_module

_FEW, _MANY = 1_000, 200_000
_FILINGS: Final = 200
_TURN: Final = 20
_ENTRIES: Final = 16
_TAGS: Final = 64
_LOADING_SECONDS: Final = 3600.0
_MILLION: Final = 1_000_000
_TAGS_STORED: Final = 8 * _MILLION
_SECTION: Final = f"{_MANY:,} reports against {_FEW:,}"


def measure(reporter: Reporter) -> Iterator[Figure]:
    """Both ratios."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory("-bench")))
        stages = []
        for reports in (_FEW, _MANY):
            with reporter.work(f"Storing {reports:,} synthetic reports", None):
                processes = Processes(folder / str(reports), Sizes(memory_kib=64))
                stack.enter_context(processes)
                _load(processes, reports, _ENTRIES)
            stages.append(stack.enter_context(open_stage(processes)))
        with reporter.work("Filing in both", 2 * _FILINGS) as advance:
            few, many = _file_in_turns(stages, advance)
        yield Figure(
            section=_SECTION,
            name=f"API's processor time of {_FILINGS} real filings, look-up included",
            value=many / few,
            unit="x",
            bound=1.2,
            note=f"{1000 * many / _FILINGS:.0f} against "
            f"{1000 * few / _FILINGS:.0f} ms a report",
        )
        for stage in stages:
            stage.processes.api.stop()
        small, large = (_look_up(stage.processes, _ENTRIES) for stage in stages)
    yield Figure(
        section=_SECTION,
        name=f"processor time to look up a report's {_ENTRIES} tags that nobody holds",
        value=large["processor"] / small["processor"],
        unit="x",
        bound=1.2,
        note=f"by the clock {1000 * large['median']:.1f} "
        f"against {1000 * small['median']:.1f} ms",
    )


def measure_database(url: str, reporter: Reporter) -> Iterator[Figure]:
    """A look-up of 64 tags among 8 million, in an empty PostgreSQL database.

    Args:
        url: Of a database that holds nothing yet; it is left full.
        reporter: Is told how it goes on.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory("-bench")))
        processes = Processes(folder / "deployment", Sizes(memory_kib=64))
        config = folder / "deployment" / "api.toml"
        _name_database(config, url)
        stack.enter_context(processes)
        with reporter.work(f"Storing {_TAGS_STORED // _MILLION} million tags", None):
            _load(processes, _TAGS_STORED // _TAGS, _TAGS)
        processes.api.stop()
        with reporter.work(f"Looking up {_TAGS} of them", None):
            found = _look_up(processes, _TAGS)
    yield Figure(
        section=f"{_TAGS_STORED // _MILLION} million tags on PostgreSQL",
        name=f"looking up {_TAGS} tags that nobody holds",
        value=1000 * found["median"],
        unit="ms",
        bound=100,
        note=f"wall clock; {1000 * found['processor']:.0f} ms of it the API's own work",
    )


def _name_database(config: Path, url: str) -> None:
    """Let the API of a deployment that was laid out use this database."""
    text = config.read_text("utf-8")
    line = f"database = {json.dumps(url)}"
    config.write_text(re.sub(r"(?m)^database = .*$", line, text), "utf-8")


def _load(processes: Processes, reports: int, entries: int) -> None:
    processes.api.stop()
    _ask_api(
        processes,
        *("load-synthetic", "--reports", str(reports), "--entries", str(entries)),
    )
    processes.start([processes.api])


def _look_up(processes: Processes, tags: int) -> dict[str, float]:
    """Median seconds of looking up so many tags at once (`api.synthetic`)."""
    answer = _ask_api(processes, "time-lookups", "--tags", str(tags))
    return msgspec.json.decode(answer, type=dict[str, float])


def _ask_api(processes: Processes, command: str, *options: str) -> str:
    """Run a command of the API that does not run; its last line."""
    log = processes.folder / "bench.log"
    config = ("--config", str(processes.folder / "api.toml"))
    run_module(
        ("api", command, *config, *options),
        log,
        folder=processes.folder,
        seconds=_LOADING_SECONDS,
    )
    return log.read_text("utf-8").strip().splitlines()[-1]


def _file_in_turns(stages: Sequence[Stage], advance: Advance) -> list[float]:
    """The API's processor seconds of all filings, by stage."""
    prepared = [serving.prepare(stage, _FILINGS, _ENTRIES, 0) for stage in stages]
    spent = [0.0 for _ in stages]
    for first in range(0, _FILINGS, _TURN):
        for number, stage in enumerate(stages):
            stage.settle()
            before = serving.processor_times(stage)
            for _, submission in prepared[number][first : first + _TURN]:
                stage.submit(submission)
                advance()
            stage.settle()
            spent[number] += serving.since(stage, before)["api"]
    return spent
