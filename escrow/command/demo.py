"""`alongside demo`: a whole deployment on this machine, with invented people."""

import argparse
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

import escrow
from blind_index.errors import InputError
from blind_index.randomness import SYSTEM
from escrow.client.vault import SavedReport
from escrow.client.words import generate_words, read_words, vault_keys
from escrow.command import following, withdrawing
from escrow.command.layout import MARK, Sizes, check_sizes, free_ports
from escrow.command.layout_configs import Site
from escrow.command.mail_catcher import MailCatcher
from escrow.command.place import Place
from escrow.command.processes import Processes
from escrow.command.scenario import Scenario, add_size_options, say, sizes_of
from escrow.command.scenario_steps import FileStep, Step, read_steps
from escrow.command.survivor import Survivor
from escrow.command.word_list import word_list
from escrow.operation.database.sole import sole_process

_GROUP: Final = 3
_SEEDED: Final = "seeded"
_OWNER_ONLY: Final = 0o600
_SHOWN_WORDS: Final = 3
_NOTE_SECONDS: Final = 30.0
_PAUSE: Final = 0.1
_BANNER: Final = """\
********************************************************************
*  DEMO: keys are public. Do not type real names.                  *
*  Everything runs on this machine, with invented people.          *
********************************************************************"""
_WHY: Final = (
    "ana, bea and cara named one man, each in her own way, and all said yes.",
    "dora and eve named another; each wants three, so they wait, unseen.",
    "fay named a namesake of the first, elsewhere: that is no match.",
    "gia named the same man as dora and eve, and took it back.",
    "hugo saw something the first man did, and left a note as a witness: it counts",
    "  for nobody. ana's group met, and she invited him; now she may contact him.",
)
_SEES: Final = (
    (
        "each survivor",
        "her own entry; contacts of her group, if she and they said yes",
    ),
    ("the API server", "how many entries, their sizes, coarse days, group sizes"),
    ("one index trustee", "blinded points, a pseudonym, and a count; no entry"),
    ("one opening trustee", "key shares without entries; pseudonyms of full groups"),
    ("the registrar", "who was verified, until it forgot; not why, and no entry"),
)


def _run(options: argparse.Namespace) -> int:
    folder = Path(options.dir).absolute()
    sizes = sizes_of(options)
    check_sizes(sizes)
    if _GROUP not in sizes.levels or sizes.smallest_group > _GROUP:
        raise InputError("--levels", f"the demo's people want groups of {_GROUP}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock, taken = f"{folder.name}.lock", ("--dir", "a demo runs there already")
    with sole_process(folder.parent, "End it first.", lock=lock, taken=taken):
        if options.reset:
            _reset(folder)
        _demonstrate(folder, sizes, once=options.once)
    return 0


def _demonstrate(folder: Path, sizes: Sizes, *, once: bool) -> None:
    say(_BANNER)
    say("starting API, registrar and trustees; keys are made together ...")
    (port,) = free_ports(1)
    with (
        Processes(folder, sizes, Site(_pages(), port)) as processes,
        MailCatcher(folder / "mail", port) as mail,
    ):
        words = _words(processes)
        with closing(Scenario(processes, words)) as scenario:
            _let_them_act(scenario)
            _show(processes, scenario.place, words)
        _show_notes(mail, _steps(processes))
        if not once:
            _wait(processes)


def _pages() -> Path | None:
    """The web client, if it was built."""
    built = Path(escrow.__file__).parents[1] / "api" / "web" / "dist"
    return built if (built / "site.json").exists() else None


def _reset(folder: Path) -> None:
    """Remove an earlier demo; nothing else.

    Raises:
        InputError: It does not look like one.
    """
    if not folder.exists():
        return
    if not (folder / MARK).exists():
        raise InputError("dir", "is not the folder of a demo", "Remove it yourself.")
    shutil.rmtree(folder)


def _steps(processes: Processes) -> list[Step]:
    text = (files("escrow.command") / "demo_people.jsonl").read_bytes()
    return read_steps(text.splitlines(), processes.sizes)


def _let_them_act(scenario: Scenario) -> None:
    """Let the invented people do what they do, unless they have."""
    processes = scenario.processes
    seeded = processes.folder / _SEEDED
    if not seeded.exists():
        scenario.run(_steps(processes))
        seeded.touch()


def _words(processes: Processes) -> dict[str, tuple[str, ...]]:
    """Everybody's words: public here, so that anyone can look around."""
    folder = processes.folder / "words"
    folder.mkdir(mode=0o700, exist_ok=True)
    steps = _steps(processes)
    names = dict.fromkeys(s.survivor for s in steps if isinstance(s, FileStep))
    return {name: _own_words(folder / f"{name}.txt") for name in names}


def _own_words(path: Path) -> tuple[str, ...]:
    if not path.exists():
        path.touch(_OWNER_ONLY)
        words = generate_words(word_list(), randomness=SYSTEM)
        path.write_text(" ".join(words) + "\n", "utf-8")
    return read_words(path.read_text("utf-8"), word_list())


def _show(
    processes: Processes, place: Place, words: Mapping[str, tuple[str, ...]]
) -> None:
    console = Console(highlight=False)
    console.print(_happened(place, words))
    for line in _WHY:
        console.print(f"  {line}")
    console.print(_who_sees())
    console.print("\nCome back as one of them:", style="bold")
    digest = place.deployment.digest.hex()
    for name in list(words)[:_SHOWN_WORDS]:
        console.print(f"  {name}: {' '.join(words[name])}")
    print(
        f"  alongside status --server {place.server} --manifest-digest {digest} "
        f"--words-file {processes.folder / 'words' / 'ana.txt'}"
    )
    if _pages() is not None:
        console.print("\nOr in a browser, with these words:", style="bold")
        print(f"  {place.server}/")
    console.print("\nServers:", style="bold")
    for service in processes.services():
        console.print(f"  {service.name}: {service.url}")
    print(_BANNER, flush=True)


def _happened(place: Place, words: Mapping[str, tuple[str, ...]]) -> Table:
    table = Table(title="What happened")
    for heading in ("who", "named somebody by", "group", "state", "may contact"):
        table.add_column(heading, overflow="fold")
    for name, own in words.items():
        survivor = Survivor(place, vault_keys(own))
        survivor.open()
        for report in survivor.contents.reports:
            table.add_row(name, *_row(survivor, report))
    return table


def _row(survivor: Survivor, report: SavedReport) -> tuple[str, str, str, str]:
    kinds = ", ".join(dict.fromkeys(one.kind for one in report.identifiers))
    size = "witness" if report.witness else str(report.match_threshold)
    if report.withdrawn:
        gone = withdrawing.go_on(survivor, report.label).finished
        return kinds, size, "taken back" if gone else "being taken back", ""
    standing = following.look(survivor, report.label)
    met = following.meet(survivor, standing)
    if met:
        names = ", ".join(sorted(contact.card.name for contact in met.values()))
        return kinds, size, "connected", names
    if standing.given_away:
        return kinds, size, "invited, said yes", ""
    return kinds, size, "asked" if standing.asked else "waiting", ""


def _show_notes(mail: MailCatcher, steps: Sequence[Step]) -> None:
    """Wait until the group's notes have arrived, and show what each of them got."""
    wanted = [s.note for s in steps if isinstance(s, FileStep) and s.note]
    due = [note.address for note in wanted if not note.regular]
    deadline = time.monotonic() + _NOTE_SECONDS
    while len(mail.caught()) < len(due) and time.monotonic() < deadline:
        time.sleep(_PAUSE)
    table = Table(title="Notes that were sent, all of one size and with these words")
    for heading in ("to", "subject", "text"):
        table.add_column(heading, overflow="fold")
    for caught in mail.caught():
        table.add_row(*caught)
    Console(highlight=False).print(table)
    print(f"  kept in {mail.folder}; a real mail server is set in api.toml", flush=True)


def _who_sees() -> Table:
    table = Table(title="Who can see what")
    table.add_column("who")
    table.add_column("sees", overflow="fold")
    for row in _SEES:
        table.add_row(*row)
    return table


def _wait(processes: Processes) -> None:
    say("Ctrl-C ends it; the next start goes on with the same people.")
    try:
        while True:
            time.sleep(1)
            for service in processes.services():
                service.check_alive()
    except KeyboardInterrupt:
        say("\nending ...")


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add `alongside demo`."""
    parser = subparsers.add_parser(
        "demo",
        help="run everything on this machine, with invented people",
        description="Starts a whole deployment on this machine and fills it with "
        "invented people: a group that met, one that lacks a person, somebody who "
        "named a namesake, one who took her entry back, and a witness.",
    )
    parser.add_argument(
        "--dir", default=".demo", metavar="DIR", help="its folder (default: .demo)"
    )
    parser.add_argument("--reset", action="store_true", help="begin with a new one")
    parser.add_argument("--once", action="store_true", help="end after printing")
    add_size_options(parser)
    parser.set_defaults(run=_run)
