"""`alongside scenario`: the main job, with real processes, on invented people."""

import argparse
import json
import re
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from blind_index.errors import InputError
from blind_index.randomness import SYSTEM
from escrow.client.words import generate_words, vault_keys
from escrow.command.clock import today
from escrow.command.layout import Sizes, check_sizes, lent_folder
from escrow.command.net import Http, Unreachable
from escrow.command.person import Person
from escrow.command.place import Place, find_deployment
from escrow.command.processes import Processes
from escrow.command.progress import Silent
from escrow.command.scenario_steps import (
    FileStep,
    KillApi,
    PersonStep,
    Settle,
    StartApi,
    StartTrustee,
    Step,
    StopTrustee,
    WithdrawStep,
    read_steps,
)
from escrow.command.word_list import word_list

_PATIENT, _IMPATIENT = 30.0, 0.5
_PAUSE: Final = 0.1
_SETTLE_SECONDS: Final = 180.0
_QUIET_ROUNDS: Final = 2


def say(text: str) -> None:
    """Tell the person at the terminal; never part of the result."""
    print(text, file=sys.stderr, flush=True)


class Scenario:
    """Persons who take their steps against a deployment of real processes.

    Args:
        processes: Running.
        words: Of persons who have been here before; those of new ones are added.
    """

    def __init__(
        self, processes: Processes, words: dict[str, tuple[str, ...]] | None = None
    ) -> None:
        self.processes = processes
        self.persons: dict[str, Person] = {}
        self.words = {} if words is None else words
        self._order: list[tuple[str, str]] = []
        self._http = Http(_PATIENT)
        deployment = find_deployment(self._http, processes.server, None)
        self.place = Place(processes.server, self._http, deployment, today(), Silent())

    def close(self) -> None:
        """Drop every connection."""
        self._http.close()

    def run(self, steps: Sequence[Step]) -> None:
        """Take every step in order."""
        for number, step in enumerate(steps, 1):
            say(f"[{number}/{len(steps)}] {describe(step)}")
            self.take(step)

    def take(self, step: Step) -> None:
        """Take one step; a person's may be put off until it can be taken."""
        match step:
            case StopTrustee():
                self.processes.trustees[step.role, step.index].stop()
            case StartTrustee():
                trustee = self.processes.trustees[step.role, step.index]
                self.processes.start([trustee])
                self.go_on()
            case KillApi():
                self.processes.api.kill()
            case StartApi():
                self.processes.start([self.processes.api])
                self.go_on()
            case Settle():
                self.settle()
            case _:
                self._person_step(step)

    def _person_step(self, step: PersonStep) -> None:
        if step.survivor not in self.persons:
            fresh = generate_words(word_list(), randomness=SYSTEM)
            keys = vault_keys(self.words.setdefault(step.survivor, fresh))
            self.persons[step.survivor] = Person(step.survivor, self.place, keys)
        if isinstance(step, FileStep):
            self._order.append((step.survivor, step.report))
        elif not isinstance(step, WithdrawStep):
            # She answers what there is to answer by now, not what a trustee has
            # not looked at yet.
            self._wait_for_trustees()
        person = self.persons[step.survivor]
        person.wants(step)
        self._let(person)

    def _let(self, person: Person) -> bool:
        """Let a person go on; whether she could do anything."""
        before = person.next_step
        if not self.processes.api.running:
            return False
        self._http.patience = _PATIENT if self._enough() else _IMPATIENT
        reason = person.go_on()
        if reason:
            say(f"    {person.name} will try again later: {reason}")
        return person.next_step is not before

    def _enough(self) -> bool:
        """Whether enough trustees of both committees run."""
        sizes = self.processes.sizes
        running = [
            role for (role, _), one in self.processes.trustees.items() if one.running
        ]
        return (
            running.count("index") >= sizes.index_threshold
            and running.count("opening") >= sizes.opening_threshold
        )

    def go_on(self) -> bool:
        """Let everybody try again what was put off; whether anything was done."""
        moves = [self._let(p) for p in self.persons.values() if p.next_step]
        return any(moves)

    def _wait_for_trustees(self) -> bool:
        """Wait until the running trustees have nothing to do; False if they have."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        while (pending := self.processes.pending()) != 0:
            if pending is None or time.monotonic() > deadline:
                return False
            time.sleep(_PAUSE)
        return True

    def settle(self) -> None:
        """Wait until nothing changes any more: work, answers, contacts."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        quiet = 0
        while quiet < _QUIET_ROUNDS:
            try:
                moved = self._round()
            except Unreachable as error:
                say(f"    not settled: {error}")
                return
            quiet = 0 if moved else quiet + 1
            if time.monotonic() > deadline:
                say("    not settled: some work is never done")
                return

    def _round(self) -> bool:
        moved = self.go_on()
        if not self._wait_for_trustees():
            raise Unreachable("the API is down, or trustees do not come to an end")
        visits = [person.come_back() for person in self.persons.values()]
        return moved or any(visits)

    def results(self) -> list[dict[str, object]]:
        """One result a report, in the order of their first mention."""
        for person in self.persons.values():
            person.give_up(self._let_last(person))
        found = {
            (row["survivor"], row["report"]): row
            for person in self.persons.values()
            for row in person.results()
        }
        return [found[key] for key in self._order]

    def _let_last(self, person: Person) -> str:
        if not self.processes.api.running:
            return "the API is down"
        return person.go_on() or ""


def describe(step: Step) -> str:
    """A step in a few words."""
    what = re.sub(r"(?<!^)(?=[A-Z])", " ", type(step).__name__).lower()
    match step:
        case StopTrustee() | StartTrustee():
            return f"{what}: {step.role} {step.index}"
        case KillApi() | StartApi() | Settle():
            return what
        case _:
            return f"{step.survivor}: {what.removesuffix(' step')}"


def _read(name: str, sizes: Sizes) -> list[Step]:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InputError("FILE", f"cannot be read: {error.strerror}") from None
    return read_steps(data.splitlines(), sizes)


def _run(options: argparse.Namespace) -> int:
    sizes = sizes_of(options)
    check_sizes(sizes)
    steps = _read(options.file, sizes)
    keep = Path(options.keep) if options.keep else None
    say("starting API, registrar and trustees; keys are made together ...")
    with (
        lent_folder(keep) as folder,
        Processes(folder, sizes, server=options.database) as processes,
        closing(Scenario(processes)) as scenario,
    ):
        scenario.run(steps)
        say("settling ...")
        scenario.settle()
        for row in scenario.results():
            print(json.dumps(row, ensure_ascii=False), flush=True)
    return 0


def sizes_of(options: argparse.Namespace) -> Sizes:
    """The sizes that the options ask for."""
    return Sizes(
        index_trustees=options.index_trustees,
        index_threshold=options.index_threshold,
        opening_trustees=options.opening_trustees,
        opening_threshold=options.opening_threshold,
        levels=options.levels,
        smallest_group=options.smallest_group,
        memory_kib=options.argon2_memory_kib,
        passes=options.argon2_passes,
    )


def _levels(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def add_size_options(parser: argparse.ArgumentParser) -> None:
    """The options that say how large a deployment is."""
    for name, default, text in (
        ("--index-trustees", 3, "trustees of the index committee"),
        ("--index-threshold", 2, "how many of them are needed"),
        ("--opening-trustees", 3, "trustees of the opening committee"),
        ("--opening-threshold", 2, "how many of them are needed"),
        ("--smallest-group", 3, "the smallest group a person may choose"),
        ("--argon2-memory-kib", 8192, "memory of Argon2id; small, as in no real use"),
        ("--argon2-passes", 1, "passes of Argon2id"),
    ):
        parser.add_argument(
            name,
            type=int,
            default=default,
            metavar="N",
            help=f"{text} (default: {default})",
        )
    parser.add_argument(
        "--levels",
        type=_levels,
        default=(2, 3, 4, 5, 7),
        metavar="M,M,...",
        help="group sizes that the match lock knows (default: 2,3,4,5,7)",
    )


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add `alongside scenario`."""
    parser = subparsers.add_parser(
        "scenario",
        help="run the steps of a file against a fresh deployment of real processes",
        description="Runs the steps of FILE (JSON lines) in order, with a real API, "
        "registrar and trustees on this machine, and prints one JSON line a report: "
        "what became of it, and whom its author may now contact.",
    )
    parser.add_argument("file", metavar="FILE", help="JSON lines; - is standard input")
    parser.add_argument("--keep", metavar="DIR", help="leave databases and logs there")
    parser.add_argument(
        "--database",
        metavar="URL",
        default="",
        help="PostgreSQL server: a database for everybody (default: SQLite files)",
    )
    add_size_options(parser)
    parser.set_defaults(run=_run)
