"""What servers do for one filed report, what it weighs, what a group costs."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from escrow.client.vault import SavedReport
from escrow.command import receipts
from escrow.command.bench import meter
from escrow.command.bench.figures import Figure
from escrow.command.bench.stage import TOKENS_EACH, Stage, folder_bytes, fresh_outputs
from escrow.command.net import Unreachable
from escrow.command.progress import Advance, Reporter
from escrow.errors import NotFound
from escrow.messages.codec import encode
from escrow.messages.filing import ReportSubmission

_REPORTS: Final = 30
_SMALL, _LARGE = 16, 64
_GROUP: Final = 3
_GROUPS: Final = (3, 10)
_ASKED_SECONDS, _PAUSE = 120.0, 0.05
_PARTS: Final = ("standing", "lock", "contact", "nudge")
_PER_REPORT: Final = "servers, one filed report"


def measure(stage: Stage, reporter: Reporter) -> Iterator[Figure]:
    """Processor time, bytes and memory by report, then by group."""
    with reporter.work("Servers take in reports", 2 * _REPORTS) as advance:
        yield from _filings(stage, _SMALL, 1, advance)
        yield from _filings(stage, _LARGE, 1 + _REPORTS // TOKENS_EACH, advance)
    with reporter.work("Groups form", len(_GROUPS)) as advance:
        for size in _GROUPS:
            yield from _group(stage, size)
            advance()
    yield from _memory(stage)


def prepare(
    stage: Stage, count: int, entries: int, first: int, group: int = _GROUP
) -> list[tuple[SavedReport, ReportSubmission]]:
    """Sealed reports that match nothing, of people from this number on."""
    return [
        stage.seal(
            stage.person(first + number // TOKENS_EACH), fresh_outputs(entries), group
        )
        for number in range(count)
    ]


def _filings(
    stage: Stage, entries: int, first: int, advance: Advance
) -> Iterator[Figure]:
    prepared = prepare(stage, _REPORTS, entries, first)
    stage.settle()
    stored = folder_bytes(stage.processes.folder / "api")
    before = processor_times(stage)
    for _, submission in prepared:
        stage.submit(submission)
        advance()
    stage.settle()
    spent = since(stage, before)
    section = f"{_PER_REPORT} of {entries} entries"
    trustees = [spent[name] for name in spent if name.startswith("opening")]
    # The bounds are for an ordinary report; more entries are more proofs.
    ordinary = entries == _SMALL
    yield Figure(
        section=section,
        name="API, all checks and combining",
        value=1000 * spent["api"] / _REPORTS,
        unit="ms of one core",
        bound=60 if ordinary else None,
    )
    yield Figure(
        section=section,
        name="each opening trustee, the busiest",
        value=1000 * max(trustees) / _REPORTS,
        unit="ms of one core",
        bound=20 if ordinary else None,
    )
    yield from _sizes(section, prepared[0][1])
    grown = folder_bytes(stage.processes.folder / "api") - stored
    yield Figure(
        section=section,
        name="API's database and log grew by",
        value=round(grown / _REPORTS),
        unit="bytes",
    )


def _sizes(section: str, submission: ReportSubmission) -> Iterator[Figure]:
    parts = {name: len(p) for name, p in zip(_PARTS, submission.parts, strict=True)}
    for name, value in (
        ("on the wire, whole", len(encode(submission))),
        *((f"at rest, {name} part", size) for name, size in parts.items()),
        ("at rest, header", len(submission.header.payload)),
        ("a trustee's box", len(submission.boxes[0].ciphertext)),
    ):
        yield Figure(section=section, name=name, value=value, unit="bytes")


def processor_times(stage: Stage) -> dict[str, float]:
    """Processor seconds of every server so far, by name."""
    return {s.name: meter.cpu_seconds(s.pid) for s in stage.processes.services()}


def since(stage: Stage, before: Mapping[str, float]) -> dict[str, float]:
    """Processor seconds of every server since then."""
    now = processor_times(stage)
    return {name: now[name] - before[name] for name in now}


def _group(stage: Stage, size: int) -> Iterator[Figure]:
    """From the last filing to everybody having been asked."""
    shared = fresh_outputs(_SMALL)
    # People of their own: who filed before counts as the same person here too.
    first = len(stage.people)
    people = [stage.person(first + number) for number in range(size)]
    sealed = [stage.seal(one, shared, _GROUP) for one in people]
    for _, submission in sealed[:-1]:
        stage.submit(submission)
    # Groups of fewer form on the way; what is measured is the last one.
    stage.settle()
    before, begin = processor_times(stage), time.monotonic()
    stage.submit(sealed[-1][1])
    _wait_until_asked(stage, [report for report, _ in sealed], size)
    seconds = time.monotonic() - begin
    stage.settle()
    spent = since(stage, before)
    trustees = [spent[name] for name in spent if name.startswith("opening")]
    section = f"opening a group of {size}"
    yield Figure(
        section=section,
        name="last filing to everybody asked",
        value=seconds,
        unit="s",
        note="wall clock, all servers on this machine",
    )
    for name, value in (
        ("each opening trustee, the busiest", max(trustees)),
        ("API", spent["api"]),
    ):
        yield Figure(
            section=section, name=name, value=1000 * value, unit="ms of one core"
        )


def _wait_until_asked(stage: Stage, reports: Sequence[SavedReport], size: int) -> None:
    """Wait until each is shown the group of all.

    Raises:
        Unreachable: It does not form.
    """
    deadline = time.monotonic() + _ASKED_SECONDS
    waiting = list(reports)
    while waiting:
        waiting = [report for report in waiting if not _asked(stage, report, size)]
        if time.monotonic() > deadline:
            raise Unreachable("a group does not form")
        time.sleep(_PAUSE)


def _asked(stage: Stage, report: SavedReport, size: int) -> bool:
    with suppress(NotFound):
        views = receipts.ask(stage.place, report).cases
        return any(len(view.header_digests) == size for view in views)
    return False


def _memory(stage: Stage) -> Iterator[Figure]:
    for service in stage.processes.services():
        used = meter.memory(service.pid)
        yield Figure(
            section="memory",
            name=service.name,
            value=round(used.now),
            unit="MiB",
            note=f"at most {used.most:.0f} so far",
        )
