"""Every state of being verified: codes, signing in elsewhere, a voucher, known."""

import time
from collections.abc import Callable, Mapping
from typing import Literal

from playwright.sync_api import Page, expect

from escrow.messages.codec import encode
from escrow.messages.registration import ProviderList
from tests.browser.person import LOCK_SECONDS, Person, Story
from tests.browser.proving import Proving

_PAUSE = 2000
_PROVIDERS = "**/v1/registrar/providers"
# A check takes five attempts; after one more it is forgotten.
_MOST_SLIPS = 9
_SLOW = LOCK_SECONDS * 1000

#: Told the name of each state, once it shows.
Show = Callable[[str], None]


def nobody_looks(_name: str) -> None:
    """For the states that somebody else's tour has shown."""


def choice(person: Person, story: Story, show: Show) -> None:
    """From the start to the choice of a way."""
    person.begin(story.country)
    person.name(story.clues)
    person.wish(story)
    person.agree()
    person.sees("[data-words] li")
    person.words = " ".join(person.page.locator("[data-words] li").all_inner_texts())
    words = person.words.split()
    person.go("retype")
    person.fill({"first": words[1], "second": words[4]})
    person.submit()
    person.sees("[data-ways] .option", seconds=LOCK_SECONDS)
    show("ways")
    person.submit()
    person.sees("[data-summary]")
    show("ways-error")


def codes(
    person: Person, proving: Proving, who: Mapping[str, str], show: Show
) -> Mapping[str, str]:
    """A code from her mailbox, after one that her first mailbox does not take."""
    _by_codes(person)
    show("identity")
    person.submit()
    person.sees("#name-error")
    show("identity-error")
    person.fill({**who, "email": proving.full_mailbox(who["email"])})
    person.submit()
    person.sees('[data-note="email-failed"]', seconds=LOCK_SECONDS)
    show("code-failed")
    other_way(person)
    code = _code(person, proving, who)
    show("code")
    person.fill({"email": "0000 0000"})
    person.submit()
    person.sees("[data-summary]", seconds=LOCK_SECONDS)
    show("code-error")
    return code


def texts(
    person: Person, proving: Proving, who: Mapping[str, str], show: Show
) -> Mapping[str, str]:
    """Codes to mailbox and phone; the text is sent a second time, and a slip made."""
    person.choose("way", "texts")
    person.submit()
    person.sees("#name")
    person.fill(who)
    person.submit()
    person.sees('[data-awaits="phone"]', seconds=LOCK_SECONDS)
    show("code-texts")
    phone = who["phone"].replace(" ", "")
    (first,) = _once(person, lambda: proving.texts(phone), 1)
    _again(person, "phone")
    show("code-again")
    _, second = _once(person, lambda: proving.texts(phone), 2)
    mail = proving.code(who["email"])
    person.fill({"email": mail, "phone": first})
    person.submit()
    person.sees("[data-summary]", seconds=LOCK_SECONDS)
    return {"email": mail, "phone": second}


def _once(person: Person, found: Callable[[], list[str]], count: int) -> list[str]:
    """What arrives outside the page, once so much of it is there."""
    deadline = time.monotonic() + LOCK_SECONDS
    while len(found()) < count:
        if time.monotonic() > deadline:
            raise AssertionError(found())
        person.page.wait_for_timeout(_PAUSE)
    return found()


def _again(person: Person, awaited: str) -> None:
    """Have a code sent again, as soon as the registrar lets her."""
    said = person.page.locator("[data-said]:not([hidden])")
    deadline = time.monotonic() + LOCK_SECONDS
    while said.count() == 0:
        if time.monotonic() > deadline:
            message = "it was never sent again"
            raise AssertionError(message)
        person.page.locator(f'[data-again="{awaited}"]').click()
        person.page.wait_for_timeout(_PAUSE)


def nothing_offered(person: Person, show: Show) -> None:
    """From a code's screen: no way is ready; and back to the choice."""
    nobody = encode(ProviderList(providers=()))
    person.page.context.route(
        _PROVIDERS,
        lambda route: route.fulfill(body=nobody, content_type="application/json"),
    )
    person.page.locator("[data-other]").click()
    person.sees("[data-none]", seconds=LOCK_SECONDS)
    show("ways-none")
    person.page.context.unroute(_PROVIDERS)
    person.page.go_back()
    other_way(person)


def impatient(person: Person, who: Mapping[str, str], show: Show) -> None:
    """A new code, asked for too soon."""
    _by_codes(person)
    person.fill(who)
    person.submit()
    person.sees('[data-awaits="email"]', seconds=LOCK_SECONDS)
    person.page.locator('[data-again="email"]').click()
    person.sees("[data-summary]", seconds=LOCK_SECONDS)
    show("code-patience")


def over(person: Person, show: Show) -> None:
    """Too many wrong codes: the check is forgotten, and she is told to begin anew."""
    summary = person.page.locator("[data-summary] li")
    told: list[str] = []
    person.fill({"email": "0000 0000"})
    while len(set(told)) < 2 and len(told) < _MOST_SLIPS:
        person.submit()
        expect(summary).to_have_count(1, timeout=_SLOW)
        expect(summary).to_be_visible(timeout=_SLOW)
        told.append(summary.inner_text())
    assert len(set(told)) == 2, told
    show("code-over")


def known(person: Person, proving: Proving, who: Mapping[str, str], show: Show) -> None:
    """Somebody who was verified before, for an entry that she lost the words of."""
    _by_codes(person)
    person.fill(_code(person, proving, who))
    person.submit()
    person.sees('[data-view] .main[data-go="back"]', seconds=LOCK_SECONDS)
    show("known")


def _by_codes(person: Person) -> None:
    person.choose("way", "codes")
    person.submit()
    person.sees("#name")


def _code(
    person: Person, proving: Proving, who: Mapping[str, str]
) -> Mapping[str, str]:
    if person.page.locator("[data-ways]").count() > 0:
        _by_codes(person)
    count = len(proving.sink.to(who["email"])) + 1
    person.fill(who)
    person.submit()
    person.sees('[data-awaits="email"]', seconds=LOCK_SECONDS)
    return {"email": proving.code(who["email"], count)}


def other_way(person: Person) -> None:
    """Leave this way, for the choice of another."""
    person.page.locator("[data-other]").click()
    person.sees("[data-ways] .option", seconds=LOCK_SECONDS)


def elsewhere(person: Person, who: str, show: Show) -> Mapping[str, str]:
    """The number of a provider that opens in another tab; at first it refuses."""
    _to_visit(person)
    show("visit")
    _sign_in(person, "nobody of theirs")
    person.sees("[data-refused]:not([hidden])", seconds=LOCK_SECONDS)
    show("visit-refused")
    other_way(person)
    _to_visit(person)
    number = _sign_in(person, who)
    person.sees("[data-returned]:not([hidden])", seconds=LOCK_SECONDS)
    show("visit-returned")
    person.fill({"number": "0000 0000"})
    person.submit()
    person.sees("[data-summary]", seconds=LOCK_SECONDS)
    show("visit-error")
    return {"number": number}


def _to_visit(person: Person) -> None:
    person.choose("way", "bank")
    person.submit()
    person.sees("[data-link]", seconds=LOCK_SECONDS)


def _sign_in(person: Person, who: str) -> str:
    with person.page.context.expect_page() as opened:
        person.page.locator("[data-link]").click()
    tab = opened.value
    tab.locator("[name=person]").fill(who)
    tab.locator("button").click()
    tab.wait_for_url("**/return?*")
    assert [_paper(tab, scheme) for scheme in ("light", "dark")] == [
        "rgb(250, 248, 244)",
        "rgb(20, 25, 28)",
    ]
    number = tab.locator("output")
    found = number.inner_text() if number.count() > 0 else ""
    tab.close()
    return found


def _paper(tab: Page, scheme: Literal["light", "dark"]) -> str:
    """The ground of the registrar's own page, which has a style of its own."""
    tab.emulate_media(color_scheme=scheme)
    return str(tab.evaluate("getComputedStyle(document.body).backgroundColor"))


def voucher(person: Person, code: str, show: Show) -> Mapping[str, str]:
    """The voucher of a person who checked her, after a slip."""
    person.go("person")
    person.sees("[data-voucher]:not([hidden])")
    show("person")
    person.page.locator("[data-voucher]").click()
    person.sees("#voucher", seconds=LOCK_SECONDS)
    show("voucher")
    person.fill({"voucher": "abcd"})
    person.submit()
    person.sees("[data-summary]", seconds=LOCK_SECONDS)
    show("voucher-error")
    return {"voucher": code.lower()}
