"""`python -m tests.browser.screenshots FOLDER [LANGUAGE ...]`: every state in pictures.

In every language that is offered and in the one of invented letters, as a phone and a
desktop show it, light and dark.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tests.browser import tour
from tests.browser.chromium import launch
from tests.browser.people import offender_stories
from tests.browser.person import Person, arrive
from tests.browser.place import deployment

_LANGUAGES = ("en", "es", "ar", "qps")
_SIZES = (("phone", 390, 844), ("desktop", 1280, 900))
_SCHEMES: tuple[tuple[Literal["light", "dark"], str], ...] = (
    ("light", ""),
    ("dark", "-dark"),
)


def shoot(browser: Browser, server: str, folder: Path, *, language: str) -> None:
    """Every state in one language, as a phone shows it and as a desktop does."""
    stories = offender_stories(language)
    prefix = "" if language == "en" else f"/{language}"
    people = [arrive(browser, server, prefix=prefix, phone=True) for _ in stories]
    person, others = people[0], people[1:]

    def show(name: str) -> None:
        for size, width, height in _SIZES:
            person.page.set_viewport_size({"width": width, "height": height})
            for scheme, mark in _SCHEMES:
                person.page.emulate_media(color_scheme=scheme)
                path = folder / language / f"{size}{mark}" / f"{name}.png"
                person.page.screenshot(path=path, full_page=True)

    tour.read(person, show)
    tour.stop(person, show)
    tour.begin(person, show)
    tour.name(person, stories[0], show)
    tour.wish(person, stories[0], show)
    tour.lock(person, stories[0], show)
    tour.wait(person, show)
    for other, story in zip(others, stories[1:], strict=True):
        other.file(story)
    tour.until(person, "asked")
    tour.meet(person, others, show)
    close(people)


def close(people: list[Person]) -> None:
    """End these people's contexts."""
    for person in people:
        person.page.context.close()


def main() -> None:
    """Write the pictures; says where they are."""
    folder = Path(sys.argv[1])
    with (
        TemporaryDirectory() as place,
        deployment(Path(place)) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for language in sys.argv[2:] or _LANGUAGES:
            shoot(browser, server, folder, language=language)
        browser.close()
    sys.stdout.write(f"{folder}\n")


if __name__ == "__main__":
    main()
