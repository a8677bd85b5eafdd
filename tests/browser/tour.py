"""Every state of the web client, one after the other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Route

from tests.browser.person import LOCK_SECONDS, Person, Story

#: Told the name of each state, once it shows.
Show = Callable[[str], None]

READING = ("/", "/how", "/bystander", "/named", "/court", "/help", "/technical")
CLUES = (
    "name",
    "phone",
    "email",
    "social",
    "employer",
    "job_title",
    "city",
    "nickname",
    "website",
    "plate",
)


def read(person: Person, show: Show) -> None:
    """The pages that are only read."""
    for path in READING:
        person.visit(path)
        person.sees("h1")
        show(path.strip("/") or "landing")
    person.visit("/missing")
    show("missing")


def begin(person: Person, show: Show) -> None:
    """The screens before the first question about the person."""
    person.visit("/start")
    person.sees('[data-go="safer"]')
    show("safety")
    person.go("safer")
    person.sees(".plain")
    show("safer")
    person.go("age")
    person.submit()
    person.sees("[data-summary]")
    show("age-error")
    person.choose("age", "young")
    person.submit()
    person.sees("[data-lines]")
    show("young")
    person.page.go_back()
    person.choose("age", "adult")
    person.submit()
    person.sees("#country")
    show("country")


def name(person: Person, story: Story, show: Show) -> None:
    """Who it is: nothing, slips, and everything she knows."""
    person.fill({"country": story.country})
    person.submit()
    person.sees("[data-clue]", seconds=LOCK_SECONDS)
    show("who")
    person.submit()
    person.sees("#clues-error")
    show("who-error")
    for kind in CLUES:
        person.page.locator(f'[data-clue="{kind}"]').click()
        person.sees("form")
        show(f"clue-{kind}")
        person.page.go_back()
        person.sees("[data-clue]")
    person.page.locator('[data-clue="phone"]').click()
    person.fill({"value": "12"})
    person.submit()
    person.sees("#value-error")
    show("clue-error")
    person.page.go_back()
    person.name(story.clues)
    show("who-named")


def wish(person: Person, story: Story, show: Show) -> None:
    """What kind of thing, how many, how to reach her, and the check."""
    person.submit()
    person.sees("[data-skip]")
    show("kind")
    person.choose("what", "comments")
    person.submit()
    person.sees("[data-sizes] .option")
    show("group")
    person.choose("group", str(story.size))
    person.submit()
    person.sees("#wishes")
    person.submit()
    person.sees("#name-error")
    show("reach-error")
    person.fill({"name": story.name, "email": story.email, "channel": "signal"})
    person.submit()
    _choose_notes(person, story, show)
    person.sees("[data-agree]")
    show("check")
    person.page.locator("[data-reveal]").click()
    person.submit()
    person.sees("#agree-error")
    show("check-error")
    person.go("keep")
    person.sees("#years-5:checked")
    show("check-keep")
    person.submit()
    person.sees("[data-agree]")
    person.agree()


def _choose_notes(person: Person, story: Story, show: Show) -> None:
    """All three ways; regular notes stay, so that her page names a week."""
    person.sees("#note-regular")
    person.choose("note", "none")
    show("note")
    person.choose("note", "email")
    show("note-once")
    person.choose("note", "regular")
    person.submit()
    person.sees("#address-error")
    show("note-error")
    person.fill({"address": story.email, "plant": "fern"})
    person.submit()


def lock(person: Person, story: Story, show: Show) -> None:
    """Words, the check of the person, the lock."""
    person.sees("[data-words] li")
    show("words")
    person.words = " ".join(person.page.locator("[data-words] li").all_inner_texts())
    person.go("retype")
    person.fill({"first": "wrong", "second": "wrong"})
    person.submit()
    person.sees("#second-error")
    show("retype-error")
    words = person.words.split()
    person.fill({"first": words[1], "second": words[4]})
    person.submit()
    person.sees(".service", seconds=LOCK_SECONDS)
    show("verify")
    person.fill(story.verified)
    with _not_yet_filed(person):
        show("lock")
    person.sees("[data-held]", seconds=LOCK_SECONDS)
    show("done")


@contextmanager
def _not_yet_filed(person: Person) -> Iterator[None]:
    """Send the form; the report that follows stays under way until the end."""
    context, held = person.page.context, list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    context.route("**/v1/reports", hold)
    with person.page.expect_request("**/v1/reports", timeout=LOCK_SECONDS * 1000):
        person.submit()
    yield
    for route in held:
        route.continue_()
    context.unroute("**/v1/reports")


def wait(person: Person, show: Show) -> None:
    """Coming back while nothing has changed."""
    person.visit("/return")
    person.sees("#words", seconds=LOCK_SECONDS)
    show("back")
    person.fill({"words": "seven words that are not on list"})
    person.submit()
    person.sees("#words-error")
    show("back-error")
    person.come_back()
    show("home-waiting")
    person.go("details")
    person.sees("[data-manifest]")
    show("details")
    person.page.go_back()
    person.sees("[data-change]", seconds=LOCK_SECONDS)
    person.page.locator("[data-change]").click()
    person.sees('[data-go="reach"]')
    show("change")
    person.go("note")
    person.sees("#note-regular:checked")
    show("change-note")
    person.page.go_back()
    person.sees('[data-go="reach"]')
    person.page.go_back()
    person.sees("[data-add]", seconds=LOCK_SECONDS)
    person.page.locator("[data-add]").click()
    person.sees("[data-clue]")
    show("add")


def meet(person: Person, others: list[Person], show: Show) -> None:
    """From the question to the others' cards."""
    person.come_back()
    show("home-asked")
    person.page.locator("[data-look]").click()
    person.sees("[data-card]")
    show("changed")
    person.page.locator("[data-reveal]").click()
    person.page.locator('button[data-answer="yes"]').click()
    person.sees('p[data-answer="yes"]', seconds=LOCK_SECONDS)
    show("answered")
    for other in others:
        other.come_back()
        other.answer("yes")
    until_connected(person)
    show("home-connected")
    person.page.locator("[data-meet]").click()
    person.sees("[data-cards] li", seconds=LOCK_SECONDS)
    show("connect")


def _say_no(person: Person, show: Show) -> None:
    """Her yes turned into a no, which does not arrive at first."""
    person.page.locator("[data-retract]:visible").click()
    person.sees("button[data-retract]")
    show("retract")
    with _unheard(person, "cases/consents"):
        person.page.locator("button[data-retract]").click()
        person.sees("[data-unheard]:not([hidden])", seconds=LOCK_SECONDS)
        show("answered-unheard")
        person.go("home")
        person.sees('[data-state="unheard"]', seconds=LOCK_SECONDS)
        show("home-unheard")
    person.page.locator("[data-tell]:visible").click()
    until_heard(person)


def leave(person: Person, show: Show) -> None:
    """From the others' cards: the list hidden, the entry taken back."""
    person.page.locator("[data-hide]").click()
    person.sees("[data-unhide]", seconds=LOCK_SECONDS)
    show("home-hidden")
    _say_no(person, show)
    person.page.locator("[data-takeback]").click()
    person.sees("[data-erase]")
    show("takeback")
    with _unheard(person, "reports/withdrawals"):
        person.page.locator("[data-erase]").click()
        person.sees("[data-again]", seconds=LOCK_SECONDS)
        show("receipt-unfinished")
        person.go("home")
        person.sees('[data-state="leaving"]', seconds=LOCK_SECONDS)
        show("home-leaving")
    person.page.locator("[data-leave]:visible").click()
    person.sees("[data-number]", seconds=LOCK_SECONDS)
    show("receipt")
    person.go("home")
    person.sees('[data-state="withdrawn"]', seconds=LOCK_SECONDS)
    show("home-withdrawn")


@contextmanager
def _unheard(person: Person, path: str) -> Iterator[None]:
    """What she sends there does not arrive meanwhile."""
    context = person.page.context
    target = f"**/v1/{path}"
    context.route(target, lambda route: route.fulfill(status=500, body="{}"))
    yield
    context.unroute(target)


def until_heard(person: Person, *, tries: int = 100) -> None:
    """Come back until enough trustees have her answer."""
    for _ in range(tries):
        person.come_back()
        if "unheard" not in person.state():
            return
    raise AssertionError(person.state())


def until(person: Person, state: str, *, tries: int = 100) -> None:
    """Come back until her page says so: the trustees take a moment."""
    for _ in range(tries):
        person.come_back()
        if state in person.state():
            return
        person.page.wait_for_timeout(500)
    message = f"her page says {person.state()}, not {state}"
    raise AssertionError(message)


def until_text(person: Person, text: str, *, tries: int = 100) -> None:
    """Come back until her page says this."""
    for _ in range(tries):
        person.come_back()
        said = person.page.locator("[data-entries]").inner_text()
        if text in said:
            return
        person.page.wait_for_timeout(500)
    message = f"her page says {said}, not {text}"
    raise AssertionError(message)


def until_connected(person: Person) -> None:
    """Come back until somebody's card is open."""
    until(person, "connected")


def stop(person: Person, show: Show) -> None:
    """No server: nothing was sent, and she is told so."""
    person.page.route("**/v1/manifest", lambda route: route.abort())
    person.visit("/return")
    person.sees("[data-again]", seconds=LOCK_SECONDS)
    show("stopped")
    person.page.unroute("**/v1/manifest")
