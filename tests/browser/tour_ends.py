"""Every state of an entry's end, of answers that came to nothing, of a lapsed check."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec.structs import replace
from playwright.sync_api import Route

from api.key_files import REGISTRAR_SEED
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.calendar import month_of
from escrow.command import answering, following
from escrow.command.clock import today
from escrow.command.filing import finish
from escrow.command.processes import Processes
from escrow.command.survivor import Survivor
from escrow.command.withdrawing import take_back
from escrow.messages.registration import IndexCredential, StandingCredential
from escrow.signing import peek, sign
from tests.browser.person import LOCK_SECONDS, Person
from tests.browser.terminal import begun, new_words, opened, terminal
from tests.browser.tour import until
from tests.browser.tour_witness import away

#: Told the name of each state, once it shows.
Show = Callable[[str], None]


def lasting(survivor: Survivor, months: int) -> int:
    """The entry as of somebody who began it long ago; until when it is kept."""
    month = month_of(today()) + months
    survivor.keep(replace(survivor.report("1"), expiry_month=month))
    return month


def lapse(survivor: Survivor, processes: Processes) -> None:
    """Credentials as the registrar signed them two years and a month ago."""
    file = processes.folder / "api" / "keys" / REGISTRAR_SEED
    seed, held = SecretBytes(file.read_bytes()), survivor.registration
    ended = month_of(today()) - 1
    index = peek(held.index_credential, IndexCredential)
    standing = peek(held.standing_credential, StandingCredential)
    old = replace(
        held,
        index_credential=sign(
            seed, Label.INDEX_CREDENTIAL, replace(index, expiry_month=ended)
        ),
        standing_credential=sign(
            seed, Label.STANDING_CREDENTIAL, replace(standing, expiry_month=ended)
        ),
    )
    survivor.save(replace(survivor.contents, registration=old))


def end(person: Person, processes: Processes, name: str, show: Show) -> None:
    """An entry near its end, kept longer by somebody who is checked anew; then over."""
    person.words = new_words()
    with terminal(processes.server) as place:
        survivor = begun(place, person.words, name)
        lasting(survivor, 2)
        finish(survivor, "1")
        lapse(survivor, processes)
        person.come_back()
        person.sees("[data-ending]")
        show("home-ending")
        person.page.locator("[data-longer]").click()
        person.sees("[data-now]")
        show("keep")
        person.submit()
        person.sees("#years-error")
        show("keep-error")
        person.choose("years", "5")
        person.submit()
        person.sees("[data-lapsed]", seconds=LOCK_SECONDS)
        show("identity-lapsed")
        lasting(opened(place, person.words), -1)
        person.come_back()
        person.sees('[data-state="ended"]')
        show("home-ended")


def come_to_nothing(
    person: Person, processes: Processes, name: str, show: Show
) -> None:
    """Somebody said no; then somebody leaves, and the number changes."""
    with terminal(processes.server) as place:
        people = []
        for number in range(3):
            words = new_words()
            named = f"{name}@example.net"
            people.append(begun(place, words, f"{name}{number}", names=named))
            finish(people[-1], "1")
            person.words = words
        until(person, "asked")
        person.answer("yes")
        show("home-answered")
        for other, given in zip(people, ("yes", "no"), strict=False):
            answer(other, given)
        until(person, "settled")
        show("home-settled")
        take_back(people[0], "1")
        until(person, "shrunk")
        show("home-shrunk")


def leave_in_part(person: Person, processes: Processes, name: str, show: Show) -> None:
    """Taken back while a trustee is down; then a draft, of which nobody held a part."""
    person.words = new_words()
    with terminal(processes.server) as place:
        finish(begun(place, person.words, name), "1")
        person.come_back()
        with away(processes, 3):
            take_back_here(person)
            person.sees("[data-rest]:not([hidden])", seconds=LOCK_SECONDS)
            show("receipt-in-part")
            person.go("home")
            person.sees("[data-rest]:not([hidden])", seconds=LOCK_SECONDS)
            show("home-withdrawn-in-part")
        person.words = new_words()
        begun(place, person.words, f"{name}draft")
        person.come_back()
        take_back_here(person)
        show("receipt-nothing")
        person.go("home")
        person.sees('[data-state="nothing"]', seconds=LOCK_SECONDS)
        show("home-nothing")


def lose(person: Person, processes: Processes, name: str, show: Show) -> None:
    """The server says that it has nothing of an entry; it is sent again."""
    person.words = new_words()
    with terminal(processes.server) as place:
        finish(begun(place, person.words, name), "1")
        with denied(person):
            person.come_back()
            person.sees('[data-state="lost"]', seconds=LOCK_SECONDS)
            show("home-lost")
        person.page.locator("[data-resend]:visible").click()
        person.sees("[data-held]", seconds=LOCK_SECONDS)


@contextmanager
def denied(person: Person, times: int = 0) -> Iterator[None]:
    """The server knows nothing of her entries meanwhile, or so many times."""
    context, target = person.page.context, "**/v1/reports/status"
    body = '{"type":"urn:alongside:problem:not-found"}'

    def deny(route: Route) -> None:
        route.fulfill(status=404, body=body)

    if times:
        context.route(target, deny, times=times)
    else:
        context.route(target, deny)
    yield
    context.unroute(target)


def take_back_here(person: Person) -> None:
    """Take her one entry back, on her page."""
    person.page.locator("[data-takeback]").click()
    person.page.locator("[data-erase]").click()
    person.sees("[data-trustees]", seconds=LOCK_SECONDS)


def answer(survivor: Survivor, given: answering.Answer) -> None:
    """Somebody at her terminal answers her one group."""
    survivor.open()
    cases = following.look(survivor, "1").cases
    told = answering.answer(survivor, "1", cases, given)
    assert told == 1, f"{told} groups"
