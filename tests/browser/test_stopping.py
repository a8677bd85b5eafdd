"""Stopping while something is locked, and a server that is away meanwhile."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import offender_stories
from tests.browser.person import LOCK_SECONDS, arrive

#: Every index trustee is asked once for her own match keys before.
_INDEX_TRUSTEES = 3


@pytest.fixture
def person(browser, server):
    found = arrive(browser, server)
    found.sent = []
    found.page.context.on("request", lambda request: found.sent.append(request.url))
    yield found
    found.page.context.unroute_all(behavior="ignoreErrors")
    found.page.context.close()


def to_the_words(person, story):
    person.begin(story.country)
    person.name(story.clues)
    person.wish(story)
    person.agree()


def hang(_route):
    """The server takes the question and never answers."""


def stop(person):
    """Press the button; her page shows an entry that nothing was sent of."""
    person.sees("[data-cancel]", seconds=LOCK_SECONDS)
    person.page.locator("[data-cancel]").click()
    person.sees("[data-entries] section", seconds=LOCK_SECONDS)
    assert person.state() == ["unfinished"]
    assert filings(person) == 0


def filings(person):
    return sum(url.endswith("/v1/reports") for url in person.sent)


def test_the_stop_button_ends_the_lock_and_she_can_go_on(person):
    story = offender_stories("stop")[0]
    asked = []

    def hang_later(route):
        asked.append(route)
        if len(asked) <= _INDEX_TRUSTEES:
            route.continue_()

    context = person.page.context
    to_the_words(person, story)
    person.keep_words()
    context.route("**/v1/evaluations", hang_later)
    person.fill(story.verified)
    person.submit()
    expect(person.page.locator("[data-cancel]")).to_be_visible(
        timeout=LOCK_SECONDS * 1000
    )
    person.page.wait_for_function(
        "document.querySelector('[data-progress]')?.textContent.startsWith('Scramb')"
    )
    stop(person)
    assert len(asked) > _INDEX_TRUSTEES
    context.unroute("**/v1/evaluations")
    # The second time everything is locked already, and about to be sent.
    context.route("**/v1/box-keys", hang)
    with person.page.expect_request("**/v1/box-keys"):
        person.page.locator("[data-finish]").click()
    stop(person)
    context.unroute("**/v1/box-keys")
    person.page.locator("[data-finish]").click()
    person.sees("[data-held]", seconds=LOCK_SECONDS)
    assert filings(person) == 1
    assert person.problems == []


@pytest.mark.slow
def test_words_that_open_nothing_yet_are_told_while_the_server_is_away(person):
    story = offender_stories("words-away")[0]
    to_the_words(person, story)
    person.sees("[data-words] li")
    words = person.page.locator("[data-words] li").all_inner_texts()
    person.words = " ".join(words)
    person.go("retype")
    person.fill({"first": words[1], "second": words[4]})
    person.page.context.route("**/v1/vaults", lambda route: route.abort())
    person.submit()
    person.sees("[data-summary] li", seconds=LOCK_SECONDS)
    told = person.page.locator("[data-summary]").inner_text()
    assert "your seven words open nothing" in told
    assert "We save no file on this device" in told
    person.page.context.unroute("**/v1/vaults")
    # What she typed is still there; now it is kept under her words.
    person.submit()
    person.sees(".service", seconds=LOCK_SECONDS)
    person.come_back()
    assert person.state() == ["unfinished"]


def test_an_entry_that_is_kept_is_told_to_be_while_the_server_is_away(person):
    story = offender_stories("lock-away")[0]
    to_the_words(person, story)
    person.keep_words()
    person.page.context.route("**/v1/box-keys", lambda route: route.abort())
    person.fill(story.verified)
    person.submit()
    person.sees("[data-again]", seconds=LOCK_SECONDS)
    told = person.page.locator("[data-why]").inner_text()
    assert "is kept under your seven words" in told
    assert filings(person) == 0
    person.page.context.unroute("**/v1/box-keys")
    person.page.locator("[data-again]").click()
    person.sees("[data-held]", seconds=LOCK_SECONDS)
