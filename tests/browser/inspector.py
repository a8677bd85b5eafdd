"""Looks at every state of the pages for what must hold in all of them."""

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from tests.browser.person import Person

_AXE: Final = Path(__file__).parents[2] / "api/web/node_modules/axe-core/axe.min.js"
_RULES: Final = (
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
)
_SMALLEST: Final = 320
# 1280 pixels at 200 % are 640, and a person may double the letters alone as well.
_ZOOMED: Final = 640
_MOST_STOPS: Final = 80
# What the keyboard should reach, in the order of the document.
_STOPS: Final = """
() => [...document.querySelectorAll(
  "a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility({visibilityProperty: true}))
  .filter((one) => one.type !== "radio" || one.checked
    || !document.querySelector(`[name="${one.name}"]:checked`)
    && one === document.querySelector(`[name="${one.name}"]`))
  .length
"""
# Where the focus is: its place in the document, whether anything of it shows.
_FOCUS: Final = """
() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const own = (x, y) => {
    const top = document.elementFromPoint(x, y);
    return top !== null && (one.contains(top) || top.contains(one)
      || top.closest("label")?.control === one);
  };
  const xs = [box.left + 2, box.left + box.width / 2, box.right - 2];
  const ys = [box.top + 2, box.top + box.height / 2, box.bottom - 2];
  const all = [...document.querySelectorAll("*")];
  return {
    body: one === document.body,
    place: all.indexOf(one),
    shows: xs.some((x) => ys.some((y) => own(x, y))),
    html: one.outerHTML.slice(0, 120),
  };
}
"""


# The whole of what axe finds is large: only what is wrong leaves the page.
_VIOLATIONS: Final = """
async (rules) => {
  const options = {runOnly: rules, resultTypes: ["violations"]};
  const found = await axe.run(document, options);
  return found.violations.map(
    (one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)}`);
}
"""


class Inspector:
    """A tour's companion; `faults` says what was wrong and where.

    Args:
        person: Whose page is looked at.
        walk: Whether to go through every state with the Tab key too.
    """

    def __init__(self, person: Person, *, walk: bool = False) -> None:
        self.person = person
        self.walk = walk
        self.axe = _AXE.read_text("utf-8")
        self.faults: list[str] = []
        self.seen: list[str] = []

    def __call__(self, name: str) -> None:
        """Note what is wrong with this state."""
        page = self.person.page
        self.seen.append(name)
        found = [
            *self._by_axe(page),
            *_without_way_out(page),
            *_too_wide(page),
            *_headings(page),
        ]
        if self.walk:
            found += _walked(page)
        self.faults += [f"{name}: {fault}" for fault in found]

    def _by_axe(self, page: Page) -> list[str]:
        # A screen that follows another is in the same document.
        if not page.evaluate("'axe' in globalThis"):
            page.evaluate(self.axe)
        found: list[str] = page.evaluate(_VIOLATIONS, list(_RULES))
        return found


def _without_way_out(page: Page) -> list[str]:
    button = page.locator("a.exit[data-exit]")
    if not button.is_visible():
        return ["no way out"]
    # Everything but the press: in view, still, and under nothing else.
    button.click(trial=True)
    return []


def _too_wide(page: Page) -> list[str]:
    """Nothing needs sideways scrolling: small, zoomed, with letters twice as large."""
    size: Any = page.viewport_size
    faults = []
    for width, letters in ((_SMALLEST, ""), (_ZOOMED, ""), (_ZOOMED, "225%")):
        page.set_viewport_size({"width": width, "height": width})
        page.evaluate("l => {document.documentElement.style.fontSize = l}", letters)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults.append(f"{wide} px wide on {width} px with letters {letters or 1}")
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(size)
    return faults


def _headings(page: Page) -> list[str]:
    heads = page.locator("h1:visible").count()
    moving = page.evaluate("document.getAnimations().length")
    return [
        *([f"{heads} main headings"] if heads != 1 else []),
        *([f"{moving} animations"] if moving else []),
    ]


def _walked(page: Page) -> list[str]:
    """Tab from the top: every stop once, in the document's order, never covered."""
    page.evaluate("document.activeElement.blur()")
    page.evaluate("getSelection().removeAllRanges()")
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    page.evaluate("document.body.removeAttribute('tabindex')")
    expected = page.evaluate(_STOPS)
    places: list[int] = []
    faults = []
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        focus = page.evaluate(_FOCUS)
        if focus["body"] or focus["place"] in places:
            break
        if places and focus["place"] < places[-1]:
            faults.append(f"the focus goes back to {focus['html']}")
        if not focus["shows"]:
            faults.append(f"the focus is covered on {focus['html']}")
        places.append(focus["place"])
    if len(places) != expected:
        faults.append(f"the keyboard reaches {len(places)} of {expected}")
    return faults
