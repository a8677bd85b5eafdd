"""Every state of a witness, of her invitation, and of an alarm."""

from collections.abc import Callable

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
    person.page.locator('[data-invite="yes"]').click()
    person.sees('p[data-told="invite"]', seconds=LOCK_SECONDS)
    show("told-invite")


def come(wren: Person, show: Show) -> None:
    """She is asked, and comes."""
    until(wren, "note_asked")
    show("witness-asked")
    wren.page.locator("[data-invited]").click()
    wren.sees("[data-come]")
    show("invited")
    wren.page.locator('[data-come="yes"]').click()
    wren.sees('p[data-told="come"]', seconds=LOCK_SECONDS)
    show("told-come")
    until(wren, "note_connected")
    show("witness-connected")


def met(person: Person, show: Show) -> None:
    """Her card among those of the others."""
    person.come_back()
    person.page.locator("[data-meet]").click()
    person.sees("[data-cards] [data-witness]:not([hidden])", seconds=LOCK_SECONDS)
    show("connect-witness")


def alarm(person: Person, show: Show) -> None:
    """From the list: something is not right; and back to the list."""
    person.go("alarm")
    person.sees("[data-raise]")
    show("alarm")
    person.page.locator("[data-raise]").click()
    person.sees("[data-heard]", seconds=LOCK_SECONDS)
    show("alarmed")
    person.go("home")
    person.sees("[data-meet]", seconds=LOCK_SECONDS)
    person.page.locator("[data-meet]").click()
    person.sees("[data-cards] li", seconds=LOCK_SECONDS)
