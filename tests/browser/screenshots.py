"""`python -m tests.browser.screenshots FOLDER [LANGUAGE ...]`: every state in pictures.

In every language that is offered and in the one of invented letters, as a phone and a
desktop show it, light and dark.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from escrow.command.processes import Processes
from tests.browser import tour, tour_ends, tour_proving, tour_witness
from tests.browser.chromium import launch
from tests.browser.people import offender_stories, story
from tests.browser.person import LOCK_SECONDS, Person, arrive
from tests.browser.place import running
from tests.browser.proving import Proving, proving_place

_LANGUAGES = ("en", "es", "ar", "qps")
_SIZES = (("phone", 390, 844), ("desktop", 1280, 900))
_SCHEMES: tuple[tuple[Literal["light", "dark"], str], ...] = (
    ("light", ""),
    ("dark", "-dark"),
)


class Camera:
    """A tour's companion: every state as a phone shows it and as a desktop does."""

    def __init__(self, person: Person, folder: Path) -> None:
        self.page, self.folder = person.page, folder

    def __call__(self, name: str) -> None:
        """Take this state's pictures."""
        for size, width, height in _SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme, mark in _SCHEMES:
                self.page.emulate_media(color_scheme=scheme)
                path = self.folder / f"{size}{mark}" / f"{name}.png"
                self.page.screenshot(path=path, full_page=True)


def shoot(
    browser: Browser, processes: Processes, folder: Path, *, language: str
) -> None:
    """Every state of people who meet, and of the witness they invite."""
    stories = offender_stories(language)
    count, server = len(stories) + 1, processes.server
    arrivals = [_arrive(browser, server, language) for _ in range(count)]
    person, *others, wren = arrivals
    show, watch = Camera(person, folder), Camera(wren, folder)
    tour.read(person, show)
    tour.stop(person, show)
    tour.begin(person, show)
    tour.name(person, stories[0], show)
    tour.wish(person, stories[0], show)
    tour.lock(person, stories[0], show)
    tour.wait(person, show)
    tour_witness.note(wren, story(language, 3, stories[0].clues), watch)
    for other, told in zip(others, stories[1:], strict=True):
        other.file(told)
    tour.until(person, "asked")
    tour.meet(person, others, show)
    tour_witness.invite(person, show)
    tour_witness.come(wren, processes, watch)
    tour_witness.met(person, show)
    tour_witness.alarm(person, processes, show)
    tour.leave(person, show)
    tour_ends.end(person, processes, f"end{language}", show)
    tour_ends.come_to_nothing(person, processes, f"none{language}", show)
    tour_ends.leave_in_part(person, processes, f"part{language}", show)
    tour_ends.lose(person, processes, f"lost{language}", show)
    close(arrivals)


def shoot_proving(
    browser: Browser, proving: Proving, folder: Path, *, language: str
) -> None:
    """Every way to be verified."""
    told = offender_stories(language)[0]
    who = {"name": f"Ana {language}", "email": f"ana.{language}@example.org"}
    code = proving.voucher(f"Cleo {language}", f"cleo.{language}@example.org")
    arrivals = [_arrive(browser, proving.server, language) for _ in range(2)]
    person, again = arrivals
    show, unseen = Camera(person, folder), tour_proving.nobody_looks
    tour_proving.choice(person, told, show)
    tour_proving.elsewhere(person, "ana", show)
    tour_proving.other_way(person)
    tour_proving.voucher(person, code, show)
    tour_proving.other_way(person)
    person.fill(tour_proving.codes(person, proving, who, show))
    person.submit()
    person.sees("[data-erased]:not([hidden])", seconds=LOCK_SECONDS)
    show("done-proved")
    tour_proving.choice(again, told, unseen)
    watch = Camera(again, folder)
    tour_proving.impatient(again, {**who, "email": f"bo.{language}@x.example"}, watch)
    tour_proving.over(again, watch)
    tour_proving.nothing_offered(again, watch)
    tour_proving.known(again, proving, who, watch)
    close(arrivals)


def _arrive(browser: Browser, server: str, language: str) -> Person:
    prefix = "" if language == "en" else f"/{language}"
    return arrive(browser, server, prefix=prefix, phone=True)


def close(people: list[Person]) -> None:
    """End these people's contexts."""
    for person in people:
        person.page.context.close()


def main() -> None:
    """Write the pictures; says where they are."""
    folder = Path(sys.argv[1])
    languages = sys.argv[2:] or _LANGUAGES
    with TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = launch(playwright)
        with proving_place(Path(place), "--pseudo") as proving:
            for language in languages:
                shoot_proving(browser, proving, folder / language, language=language)
        with running(Path(place) / "whole", "--pseudo") as processes:
            for language in languages:
                shoot(browser, processes, folder / language, language=language)
        browser.close()
    sys.stdout.write(f"{folder}\n")


if __name__ == "__main__":
    main()
