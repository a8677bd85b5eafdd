"""Every state of a witness, of her invitation, and of an alarm."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from escrow.command.processes import Processes
from tests.browser.person import LOCK_SECONDS, Person, Story
from tests.browser.tour import until

#: Told the name of each state, once it shows.
Show = Callable[[str], None]


def note(wren: Person, story: Story, show: Show) -> None:
    """From the page for those who saw something to her own page."""
    wren.visit("/bystander")
    wren.page.locator('a[href$="/saw"]').click()
    wren.sees('[data-go="age"]')
    show("witness-safety")
    wren.begin(story.country, "/saw")
    show("witness-who")
    wren.name(story.clues)
    wren.submit()
    wren.sees("#wishes")
    show("witness-reach")
    wren.be_reached(story)
    show("witness-check")
    wren.agree()
    wren.keep_words()
    wren.verify(story.verified)
    show("witness-done")
    wren.come_back()
    show("witness-home")


def invite(person: Person, show: Show) -> None:
    """A member of a group that met is told of a witness, and invites her."""
    until(person, "left")
    show("home-left")
    person.page.locator("[data-invites]").click()
    person.sees("[data-invite]")
    show("invite")
    person.page.locator('[data-invite="later"]').click()
    person.sees('p[data-told="nothing"]', seconds=LOCK_SECONDS)
    show("told-nothing")
    person.go("home")
    person.sees("[data-invites]", seconds=LOCK_SECONDS)
    person.page.locator("[data-invites]").click()
    for taken_back in (True, False):
        person.page.locator('[data-invite="yes"]').click()
        person.sees('p[data-told="invite"]', seconds=LOCK_SECONDS)
        show("told-invite")
        if taken_back:
            person.go("home")
            person.page.locator("[data-uninvite]:visible").click()
            person.sees('p[data-told="uninvited"]', seconds=LOCK_SECONDS)
            show("told-uninvited")
            person.go("home")
            person.sees("[data-invites]", seconds=LOCK_SECONDS)
            person.page.locator("[data-invites]").click()


def come(wren: Person, processes: Processes, show: Show) -> None:
    """She is asked, and comes; the trustees take their time."""
    until(wren, "note_asked")
    show("witness-asked")
    wren.page.locator("[data-invited]").click()
    wren.sees("[data-come]")
    show("invited")
    with away(processes, 1, 2):
        wren.page.locator('[data-come="yes"]').click()
        wren.sees('p[data-told="come"]', seconds=LOCK_SECONDS)
        show("told-come")
        wren.go("home")
        wren.sees('[data-state="note_answered"]', seconds=LOCK_SECONDS)
        show("witness-answered")
    until(wren, "note_connected")
    show("witness-connected")


def met(person: Person, show: Show) -> None:
    """Her card among those of the others."""
    person.come_back()
    person.page.locator("[data-meet]").click()
    person.sees("[data-cards] [data-witness]:not([hidden])", seconds=LOCK_SECONDS)
    show("connect-witness")


def alarm(person: Person, processes: Processes, show: Show) -> None:
    """From the list: something is not right; heard by some, then by all; and back."""
    person.go("alarm")
    person.sees("[data-raise]")
    show("alarm")
    with away(processes, 3):
        person.page.locator("[data-raise]").click()
        person.sees("[data-some]", seconds=LOCK_SECONDS)
        show("alarmed-by-some")
    _to_list(person)
    person.go("alarm")
    person.page.locator("[data-raise]").click()
    person.sees("[data-heard]", seconds=LOCK_SECONDS)
    expect(person.page.locator("[data-some]")).to_be_hidden()
    show("alarmed")
    _to_list(person)


def _to_list(person: Person) -> None:
    person.go("home")
    person.sees("[data-meet]", seconds=LOCK_SECONDS)
    person.page.locator("[data-meet]").click()
    person.sees("[data-cards] li", seconds=LOCK_SECONDS)


@contextmanager
def away(processes: Processes, *indexes: int) -> Iterator[None]:
    """These opening trustees are down meanwhile."""
    trustees = [processes.trustees["opening", index] for index in indexes]
    for trustee in trustees:
        trustee.stop()
    try:
        yield
    finally:
        processes.start(trustees)
