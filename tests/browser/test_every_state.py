"""What holds in every state of the web client."""

from pathlib import Path

import pytest

from tests.browser import tour
from tests.browser.people import offender_stories
from tests.browser.person import arrive

_AXE = Path(__file__).parents[2] / "api/web/node_modules/axe-core/axe.min.js"
_RULES = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
]


class Inspector:
    """Looks at every state for what must hold in all of them."""

    def __init__(self, person):
        self.person = person
        self.axe = _AXE.read_text("utf-8")
        self.faults = []
        self.seen = []

    def __call__(self, name):
        """Note what is wrong with this state."""
        page = self.person.page
        self.seen.append(name)
        page.evaluate(self.axe)
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: rules})", list(_RULES)
        )
        self.faults += [
            f"{name}: {one['id']}: {one['nodes'][0]['html'][:120]}"
            for one in found["violations"]
        ]
        if not page.locator("a.exit[data-exit]").is_visible():
            self.faults.append(f"{name}: no way out")
        if wide := self._too_wide():
            self.faults.append(f"{name}: wider than a small phone: {wide}")

    def _too_wide(self):
        """Text at 320 px must not need sideways scrolling (WCAG 1.4.10)."""
        page = self.person.page
        size = page.viewport_size
        page.set_viewport_size({"width": 320, "height": 640})
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.set_viewport_size(size)
        return wide if wide > 320 else None


@pytest.mark.parametrize(("prefix", "scheme"), [("/ar", "dark"), ("/qps", "light")])
def test_the_way_to_the_check_is_accessible_in_every_direction(
    browser, server, prefix, scheme
):
    story = offender_stories("axe")[0]
    person = arrive(browser, server, prefix=prefix)
    person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    look = Inspector(person)
    tour.read(person, look)
    tour.begin(person, look)
    tour.name(person, story, look)
    tour.wish(person, story, look)
    assert look.faults == [], "\n".join(look.faults)
    assert person.problems == []


def test_every_state_is_accessible(browser, server):
    stories = offender_stories("axe")
    person = arrive(browser, server)
    look = Inspector(person)
    tour.read(person, look)
    tour.begin(person, look)
    tour.name(person, stories[0], look)
    tour.wish(person, stories[0], look)
    tour.lock(person, stories[0], look)
    tour.wait(person, look)
    others = []
    for story in stories[1:]:
        others.append(arrive(browser, server))
        others[-1].file(story)
    tour.until(person, "asked")
    tour.meet(person, others, look)
    assert look.faults == [], "\n".join(look.faults)
    assert person.problems == []
