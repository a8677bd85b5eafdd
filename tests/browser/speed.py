"""`python -m tests.browser.speed [FILE]`: what the pages cost in Chromium, as a table.

One person files an entry of at least forty match keys at the default Argon2id
parameters, comes back, and looks at the pages that are only read. With a file, the
figures are written there as JSON too.
"""

import json
import os
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import Page, Request, sync_playwright

from blind_index.identifiers import Identifier
from blind_index.match_keys import match_keys
from escrow.command.layout import Sizes
from tests.browser.chromium import launch
from tests.browser.people import story
from tests.browser.person import Person, arrive
from tests.browser.place import running
from tests.browser.tour import READING

_MEMORY_KIB, _PASSES = 64 * 1024, 3
_PATIENCE = 300
_LEAST_KEYS, _MOST_KEYS = 38, 42
_NAME: Final = {"given": "Maria Luisa", "family": "Example Sample"}
_CLUES: Final = (
    ("name", _NAME),
    ("phone", {"value": "+1 415 555 0188", "country": "US", "label": "mobile"}),
    ("email", {"value": "maria.example@example.net"}),
    ("employer", {"value": "Northwind Harbour Works", "size": "small"}),
)
# Long tasks of the main thread; and where the bar stands, twenty times a second.
_WATCH: Final = """
globalThis.blocked = [];
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) globalThis.blocked.push(task.duration);
}).observe({type: "longtask", buffered: true});
globalThis.bar = [];
setInterval(() => {
  const bar = document.querySelector("progress");
  const text = document.querySelector("[data-progress]")?.textContent ?? "";
  if (bar) globalThis.bar.push([performance.now(), bar.value, text]);
}, 50);
"""
_LANDING: Final = ("/assets/reading-", "/assets/style-")
_MESSAGES: Final = "/v1/"


class Watch:
    """Adds up what one person loads, and for how long her pages stood still."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.sizes: dict[str, int] = {}
        self.blocked: list[float] = []
        person.page.add_init_script(_WATCH)
        person.page.context.on("requestfinished", self._count)

    def _count(self, request: Request) -> None:
        path = request.url.removeprefix(self.person.server)
        if request.method == "GET" and path.startswith("/"):
            self.sizes[path] = request.sizes()["responseBodySize"]

    def keep(self) -> None:
        """Take the page's long tasks before it is left."""
        self.blocked += self.person.page.evaluate("globalThis.blocked")

    def landing(self) -> int:
        """Compressed bytes of the first page and of what it loads."""
        return self._sum(lambda path: path == "/" or path.startswith(_LANDING))

    def journey(self) -> int:
        """Compressed bytes of every page and script."""
        return self._sum(lambda path: not path.startswith(_MESSAGES))

    def messages(self) -> int:
        """Bytes of the server's answers, most of which are padded."""
        return self._sum(lambda path: path.startswith(_MESSAGES))

    def _sum(self, wanted: Callable[[str], bool]) -> int:
        sizes = self.sizes.items()
        return sum(size or self._length(path) for path, size in sizes if wanted(path))

    def _length(self, path: str) -> int:
        # The browser does not say how large a worker's script was on the wire.
        answer = self.person.page.context.request.get(
            f"{self.person.server}{path}", headers={"accept-encoding": "br"}
        )
        return int(answer.headers["content-length"])


def _identifiers() -> list[Identifier]:
    return [Identifier(kind=kind, **values) for kind, values in _CLUES]  # type: ignore[arg-type]


def _keys() -> int:
    keys = len(match_keys(_identifiers(), "US"))
    if not _LEAST_KEYS <= keys <= _MOST_KEYS:
        message = f"{keys} match keys are not about forty"
        raise ValueError(message)
    return keys


def _stretching(page: Page) -> tuple[float, int]:
    """Seconds from the first match key to the last, and how often the bar moved."""
    samples = page.evaluate("globalThis.bar")
    locking = [one for one in samples if one[2].startswith("Locking your answers")]
    values = [value for _, value, _ in locking]
    moves = sum(1 for one, two in pairwise(values) if two > one)
    return (locking[-1][0] - locking[0][0]) / 1000, moves


def _type(person: Person) -> None:
    for kind, values in _CLUES:
        person.page.locator(f'[data-clue="{kind}"]').click()
        typed = {name: text for name, text in values.items() if name != "size"}
        person.fill(typed)
        if "size" in values:
            person.page.locator("label[for='size-small']").click()
        person.submit()
        person.sees("[data-clues]")


def _measure(person: Person, watch: Watch) -> dict[str, Any]:
    for path in READING:
        person.visit(path)
        person.sees("h1")
        watch.keep()
    landing = watch.landing()
    known = story("speed", 1, list(_CLUES))
    person.begin(known.country)
    _type(person)
    person.wish(known)
    person.agree()
    person.keep_words()
    person.fill(known.verified)
    person.submit()
    person.sees("[data-held]", seconds=_PATIENCE)
    seconds, moves = _stretching(person.page)
    watch.keep()
    person.come_back()
    watch.keep()
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "landing_bytes": landing,
        "journey_bytes": watch.journey(),
        "message_bytes": watch.messages(),
        "match_keys": _keys(),
        "locking_seconds": round(seconds, 2),
        "bar_moves": moves,
        "longest_task_ms": round(max(watch.blocked, default=0)),
        "tasks_over_100_ms": sum(1 for one in watch.blocked if one > 100),
    }


_ROWS: Final = (
    ("landing_bytes", "Landing page, compressed bytes", 30_000),
    ("journey_bytes", "Whole journey, compressed bytes", 480_000),
    ("message_bytes", "Answers of the server, bytes", None),
    ("match_keys", "Match keys locked", None),
    ("locking_seconds", "Locking them, seconds", 8),
    ("bar_moves", "Times the bar moved meanwhile", None),
    ("longest_task_ms", "Longest task of the main thread, ms", 100),
    ("tasks_over_100_ms", "Tasks of more than 100 ms", 0),
    ("cores", "Cores of this machine", None),
    ("load", "Load while measuring", None),
)


def main() -> None:
    """Measure once, say what came out; no figure makes it fail."""
    sizes = Sizes(memory_kib=_MEMORY_KIB, passes=_PASSES)
    with (
        TemporaryDirectory() as folder,
        running(Path(folder).absolute(), sizes=sizes) as processes,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        person = arrive(browser, processes.server)
        figures = _measure(person, Watch(person))
        browser.close()
    for key, label, most in _ROWS:
        bound = "" if most is None else f"at most {most}"
        sys.stdout.write(f"{label:40} {figures[key]:>10} {bound}\n")
    if len(sys.argv) > 1:
        text = json.dumps(figures, indent=1)
        Path(sys.argv[1]).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
