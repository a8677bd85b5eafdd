"""A person at her browser, whatever language it speaks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, expect

LOCK_SECONDS = 120
# A policy that was violated is a complaint like any other.
_LISTEN = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.effectiveDirective} ${event.blockedURI}`));
"""
_SLOW = LOCK_SECONDS * 1000
# A machine may be busy; what is there early is waited for no longer.
expect.set_options(timeout=_SLOW)


@dataclass(frozen=True)
class Story:
    """What a person types; clues are lists of a kind and its fields."""

    clues: Sequence[tuple[str, Mapping[str, str]]]
    name: str
    email: str
    verified: Mapping[str, str]
    country: str = "US"
    size: int = 3


@dataclass
class Person:
    """One browser context with one page, and everything it said or asked for."""

    page: Page
    server: str
    prefix: str = ""
    problems: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    words: str = ""

    def watch(self) -> None:
        """Note every complaint, of console and policy, and every address asked."""
        self.page.set_default_timeout(_SLOW)
        self.page.add_init_script(_LISTEN)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.context.on(
            "request", lambda request: self.hosts.add(_origin(request.url))
        )

    def _hear(self, message: object) -> None:
        kind = getattr(message, "type", "")
        if kind in {"error", "warning"}:
            self.problems.append(getattr(message, "text", ""))

    def visit(self, path: str) -> None:
        """Open a page of the site."""
        self.page.goto(f"{self.server}{self.prefix}{path}")

    def go(self, screen: str) -> None:
        """Press what leads to a screen."""
        self.page.locator(f'[data-view] [data-go="{screen}"]').first.click()

    def submit(self) -> None:
        """Send the screen's form."""
        self.page.locator("[data-view] form [type=submit]").click()

    def choose(self, name: str, value: str) -> None:
        """Tick one of several."""
        self.page.locator(f"label[for='{name}-{value}']").click()

    def fill(self, values: Mapping[str, str]) -> None:
        """Type into fields by name."""
        for name, value in values.items():
            place = self.page.locator(f'[data-view] [name="{name}"]')
            if place.first.evaluate("e => e.tagName") == "SELECT":
                place.select_option(value)
            elif place.first.get_attribute("type") in {"radio", "checkbox"}:
                self.choose(name, value)
            else:
                place.fill(value)

    def sees(self, selector: str, *, seconds: float = LOCK_SECONDS) -> None:
        """Wait until something shows."""
        expect(self.page.locator(selector).first).to_be_visible(timeout=seconds * 1000)

    def begin(self, country: str, page: str = "/start") -> None:
        """From the first page to the first question about the person."""
        self.visit(page)
        self.go("age")
        self.choose("age", "adult")
        self.submit()
        self.fill({"country": country})
        self.submit()
        self.sees("[data-clue]", seconds=LOCK_SECONDS)

    def name(self, clues: Sequence[tuple[str, Mapping[str, str]]]) -> None:
        """Add everything she knows, one screen each."""
        for kind, values in clues:
            before = self.page.locator("[data-clues] li").count()
            self.page.locator(f'[data-clue="{kind}"]').click()
            self.fill(values)
            self.submit()
            expect(self.page.locator("[data-clues] li")).to_have_count(before + 1)

    def wish(self, story: Story) -> None:
        """From the clues to the check of all answers."""
        self.submit()
        self.page.locator("[data-skip]").click()
        self.choose("group", str(story.size))
        self.submit()
        self.be_reached(story)

    def be_reached(self, story: Story) -> None:
        """How to reach her, and no note; to the check of all answers."""
        self.fill({"name": story.name, "email": story.email})
        self.submit()
        self.page.locator("label[for='note-none']").click()
        self.submit()
        self.sees("[data-agree]")

    def agree(self) -> None:
        """Tick both boxes."""
        self.choose("agree", "keep")
        self.choose("agree", "contact")
        self.submit()

    def keep_words(self) -> None:
        """Write the words down, and type two of them."""
        self.sees("[data-words] li")
        words = self.page.locator("[data-words] li").all_inner_texts()
        self.words = " ".join(words)
        self.go("retype")
        self.fill({"first": words[1], "second": words[4]})
        self.submit()
        self.sees(".service", seconds=LOCK_SECONDS)

    def verify(self, who: Mapping[str, str]) -> None:
        """Be checked by the demonstration's registrar, and wait for the lock."""
        self.fill(who)
        self.submit()
        self.sees("[data-held]", seconds=LOCK_SECONDS)

    def file(self, story: Story) -> None:
        """The whole way, from the start to a locked entry."""
        self.begin(story.country)
        self.name(story.clues)
        self.wish(story)
        self.agree()
        self.keep_words()
        self.verify(story.verified)

    def leave_note(self, story: Story) -> None:
        """The way of a witness: no kind of thing, no group of her own."""
        self.begin(story.country, "/saw")
        self.name(story.clues)
        self.submit()
        self.be_reached(story)
        self.agree()
        self.keep_words()
        self.verify(story.verified)

    def come_back(self) -> None:
        """Open her page with her words."""
        self.visit("/return")
        self.sees("#words", seconds=LOCK_SECONDS)
        self.fill({"words": self.words})
        self.submit()
        self.sees("[data-entries] section", seconds=LOCK_SECONDS)

    def state(self) -> list[str]:
        """What her page says of her first entry."""
        shown = self.page.locator("[data-entries] [data-state]:not([hidden])")
        return [str(one.get_attribute("data-state")) for one in shown.all()]

    def answer(self, given: str) -> None:
        """Answer the question that a group puts to her."""
        self.page.locator("[data-look]").click()
        self.page.locator(f'button[data-answer="{given}"]').click()
        self.sees(f'p[data-answer="{given}"]', seconds=LOCK_SECONDS)
        self.go("home")
        self.sees("[data-entries] section", seconds=LOCK_SECONDS)

    def cards(self) -> set[tuple[str, str]]:
        """Name and e-mail of everybody who said yes."""
        self.page.locator("[data-meet]").click()
        self.sees("[data-cards] li", seconds=LOCK_SECONDS)
        found = self.page.locator("[data-cards] li").all()
        return {
            (
                one.locator("[data-name]").inner_text(),
                one.locator('[data-row="email"] dd').inner_text(),
            )
            for one in found
        }


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])


def arrive(
    browser: Browser, server: str, *, prefix: str = "", phone: bool = False
) -> Person:
    """A new person in a browser context of her own."""
    size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        has_touch=phone,
    )
    person = Person(context.new_page(), server, prefix)
    person.watch()
    return person
