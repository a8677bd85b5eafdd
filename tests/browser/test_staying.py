"""Things that happen to a page while it is open: tabs, copies, pauses, other days."""

import re

import pytest
from msgspec.structs import replace
from playwright.sync_api import expect

from blind_index.identifiers import Identifier
from escrow.client.words import vault_keys
from escrow.command.clock import today
from escrow.command.filing import Draft, begin
from escrow.command.survivor import Survivor
from escrow.messages.codec import Digest
from escrow.messages.filing import ContactCard, NudgePart
from tests.browser.people import offender_stories
from tests.browser.person import LOCK_SECONDS, arrive
from tests.browser.place import TRIES

_BUSY = "zoom abide abiding ability abdomen abacus abdominal"
_LATE = "zoom abacus abdomen abdominal abide abiding ability"
_ELSEWHERE = "zoom ability abiding abide abdominal abdomen abacus"


@pytest.fixture
def person(browser, server):
    """Somebody new."""
    found = arrive(browser, server)
    yield found
    found.page.context.close()


def _drafted(place, words):
    survivor = Survivor(place, vault_keys(words.split()))
    draft = Draft(
        label="1",
        identifiers=(Identifier(kind="email", value="rex.late@example.net"),),
        country="US",
        match_threshold=3,
        card=ContactCard(name="Lea", email="lea@example.org"),
        nudge=NudgePart(channel="", address=""),
    )
    begin(survivor, draft)
    return survivor


def _opens(person, words):
    person.visit("/return")
    person.sees("#words", seconds=LOCK_SECONDS)
    person.fill({"words": words})
    person.submit()


def test_a_second_tab_asks_where_to_go_on_and_here_clears_the_other(person):
    person.visit("/start")
    person.go("age")
    other = person.page.context.new_page()
    other.goto(f"{person.server}/start")
    notice = other.locator('[data-notice="tabs"]')
    expect(notice).to_contain_text("Continue there or here?")
    notice.locator("button").first.click()
    person.page.wait_for_url(f"{person.server}/")
    expect(person.page.locator('[data-notice="cleared"]')).to_contain_text("cleared")
    expect(other.locator('[data-go="age"]')).to_be_visible()


def test_going_on_there_clears_this_tab_and_leaves_the_other(person):
    person.visit("/start")
    person.go("age")
    other = person.page.context.new_page()
    other.goto(f"{person.server}/return")
    notice = other.locator('[data-notice="tabs"]')
    notice.locator("button").nth(1).click()
    other.wait_for_url(f"{person.server}/")
    expect(person.page.locator("#age-adult")).to_be_visible()


def test_copied_words_leave_the_clipboard_after_a_minute(person):
    context = person.page.context
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.page.clock.install()
    story = offender_stories("copy")[0]
    person.begin(story.country)
    person.name(story.clues)
    person.wish(story)
    person.agree()
    person.sees("[data-words] li")
    words = " ".join(person.page.locator("[data-words] li").all_inner_texts())
    person.page.locator("[data-copy]").click()
    told = person.page.locator("[data-copied]")
    expect(told).to_contain_text("cleared in one minute")
    read = "navigator.clipboard.readText()"
    assert person.page.evaluate(read) == words
    person.page.clock.fast_forward("01:01")
    expect(told).to_contain_text("was cleared")
    assert person.page.evaluate(read) == ""


def test_links_beside_a_journey_open_in_a_tab_of_their_own(person):
    person.begin("US")
    person.name(offender_stories("beside")[0].clues)
    assert not person.page.locator("[data-languages]").is_visible()
    with person.page.context.expect_page() as opened:
        person.page.locator('.bottom a[href$="/how"]').click()
    expect(opened.value.locator("h1")).to_contain_text("How it works")
    assert person.page.locator("[data-clues] li").count() == 2


def test_answers_can_be_changed_from_the_check(person):
    story = offender_stories("check")[0]
    person.begin(story.country)
    person.name(story.clues)
    person.wish(story)
    person.page.locator('[data-go="reach"]').click()
    expect(person.page.locator("#name")).to_have_value(story.name)
    person.fill({"name": "Anders"})
    person.submit()
    person.submit()
    person.sees("[data-agree]")
    person.page.locator("[data-reveal]").click()
    assert "Anders" in person.page.locator("[data-reach]").inner_text()


def test_the_way_back_does_not_lead_into_a_locked_entry(person):
    person.file(offender_stories("again")[0])
    person.page.go_back()
    person.sees("[data-entries] section", seconds=LOCK_SECONDS)
    person.page.go_back()
    person.sees("[data-entries] section", seconds=LOCK_SECONDS)
    assert person.page.locator("[data-words]").count() == 0


def test_a_draft_that_waited_too_long_is_gone(person, place):
    survivor = _drafted(place, _LATE)
    (report,) = survivor.contents.reports
    late = replace(report, begun_day=today() - 4)
    survivor.save(replace(survivor.contents, reports=(late,)))
    _opens(person, _LATE)
    person.sees("[data-cleared]", seconds=LOCK_SECONDS)
    assert person.page.locator("[data-entries] section").count() == 0
    assert "three days" in person.page.locator("[data-cleared]").inner_text()


def test_a_manifest_that_is_no_longer_in_force_is_told(person, place):
    survivor = _drafted(place, _ELSEWHERE)
    other = Digest(b"\7" * 32)
    survivor.save(replace(survivor.contents, manifest_digest=other))
    _opens(person, _ELSEWHERE)
    person.sees("[data-summary]", seconds=LOCK_SECONDS)
    assert "has changed" in person.page.locator("[data-summary]").inner_text()


def _seen_from(page, visitor):
    """The site is reached through a proxy that names the visitor's address."""
    page.context.unroute("**/v1/**")
    page.context.route(
        "**/v1/**",
        lambda route: route.continue_(
            headers={**route.request.headers, "x-forwarded-for": visitor}
        ),
    )


def _told(person):
    person.sees("[data-summary]", seconds=LOCK_SECONDS)
    return person.page.locator("[data-summary]").inner_text()


def test_an_address_that_asked_too_often_is_told_until_when(person, place):
    _drafted(place, _BUSY)
    _seen_from(person.page, "203.0.113.7")
    nobody = f"{person.server}/v1/vaults/{'A' * 43}"
    asked = "async (url) => (await fetch(url)).status"
    person.visit("/return")
    statuses = [person.page.evaluate(asked, nobody) for _ in range(2 * TRIES)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    _opens(person, _BUSY)
    told = _told(person)
    assert re.search(r"Try again at \W?\d\d?:\d\d", told)
    assert "Your entry is safe" in told
    # Another address has tries of its own: her page is there, as it was.
    _seen_from(person.page, "203.0.113.8")
    person.submit()
    person.sees("[data-entries] section", seconds=LOCK_SECONDS)
