"""A small deployment of real processes, and copies of what thieves would take."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Self

from escrow.command.layout import Sizes
from escrow.command.layout_configs import trustee_name
from escrow.command.processes import Processes
from tests.journeys.story import Story, everyone_met

# Two people with six tokens each.
PLANTERS = ("pia", "rut")
REPORTS_EACH = 6
GROUP = ("ana", "bea", "cara")
STALKER = "stalker@company.example"


def address(place: int) -> str:
    """The address under which the named person of a planted report is known."""
    return f"named{place:02}@company.example"


def mail(value: str) -> list[dict[str, str]]:
    """The identifiers of one person known by an address."""
    return [{"kind": "email", "value": value}]


class Deployed:
    """API, registrar and trustees that run, and what people filed there.

    `planted` are the addresses named in one report each; STALKER is named by
    three, who have met.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "deployment"
        self._thefts = folder
        self.processes = Processes(self.folder, Sizes(memory_kib=64))
        self.planted = [address(i) for i in range(len(PLANTERS) * REPORTS_EACH)]

    def __enter__(self) -> Self:
        self.processes.__enter__()
        try:
            self.story = Story(self.processes, "threats")
            for number, place in enumerate(self.planted):
                who, report = PLANTERS[number % len(PLANTERS)], f"report {number}"
                self.story.file(who, mail(place), report=report)
            self._meet(self.story, STALKER)
        except BaseException:
            self.processes.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.story.close()
        self.processes.close()

    def _meet(self, story: Story, named: str) -> None:
        for who in GROUP:
            story.file(who, mail(named))
        if not everyone_met(story, GROUP):
            raise AssertionError("three honest people did not meet")

    def check_sane(self) -> None:
        """Three more people meet.

        Raises:
            AssertionError: They do not.
        """
        with closing(Story(self.processes, "afterwards")) as story:
            self._meet(story, "somebody.else@company.example")

    def stolen(
        self,
        name: str,
        *,
        api_keys: bool = False,
        index: tuple[int, ...] = (),
        opening: tuple[int, ...] = (),
    ) -> Path:
        """Copies of stores, as one adversary holds them; nothing else.

        Args:
            name: Of the folder.
            api_keys: Also the API's key files, which its backups do not hold.
            index: Index trustees whose disk and key file are taken.
            opening: Opening trustees likewise.
        """
        loot = self._thefts / name
        (loot / "api").mkdir(parents=True)
        for path in (self.folder / "api").glob("api.sqlite3*"):
            shutil.copy2(path, loot / "api")
        if api_keys:
            shutil.copytree(self.folder / "api" / "keys", loot / "api" / "keys")
        for role, indexes in (("index", index), ("opening", opening)):
            for place in indexes:
                self._take_trustee(trustee_name(role, place), loot)
        return loot

    def report_keys(self) -> Path:
        """A file with the keys of all reports: more than a thief would know."""
        path = self._thefts / "report-keys"
        with closing(sqlite3.connect(self.folder / "api" / "api.sqlite3")) as database:
            rows = database.execute("SELECT report_key FROM report").fetchall()
        path.write_text("\n".join(key.hex() for (key,) in rows), "utf-8")
        return path

    def words(self) -> list[str]:
        """What nobody but survivors may ever read: names, addresses, contacts."""
        people = (*PLANTERS, *GROUP)
        cards = [self.story.card(who) for who in people]
        return [
            *self.planted,
            STALKER,
            *(card["email"] for card in cards),
            *(f"{who} Of threats" for who in people),
        ]

    def _take_trustee(self, name: str, loot: Path) -> None:
        shutil.copytree(self.folder / name, loot / name)
        for suffix in (".toml", ".key"):
            shutil.copy2(self.folder / f"{name}{suffix}", loot)
