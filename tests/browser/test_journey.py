"""Three people in three browsers, and a fourth who must not meet them."""

import json

import pytest

from tests.browser import tour
from tests.browser.people import offender_stories, story
from tests.browser.person import LOCK_SECONDS, arrive


@pytest.fixture(scope="module")
def everyone(browser, processes):
    """Three who name the same person, and one who shares only the name."""
    place = "two"
    namesake = story(
        place,
        3,
        [
            ("name", {"given": "Rex", "family": "Example"}),
            ("email", {"value": "another.rex@example.net"}),
        ],
    )
    server = processes.server
    people = [
        arrive(browser, server),
        arrive(browser, server, phone=True),
        arrive(browser, server, prefix="/ar"),
        arrive(browser, server, prefix="/es"),
    ]
    for person, told in zip(people, [*offender_stories(place), namesake], strict=True):
        person.file(told)
    yield people
    for person in people:
        person.page.context.close()


def test_three_meet_and_the_fourth_learns_nothing(everyone):
    *three, fourth = everyone
    for person in three:
        tour.until(person, "asked")
        person.answer("yes")
    names = {
        ("Ana", "ana.two@example.org"),
        ("Bo", "bo.two@example.org"),
        ("Cleo", "cleo.two@example.org"),
    }
    for person, own in zip(three, sorted(names), strict=True):
        tour.until_connected(person)
        assert person.cards() == names - {own}
    fourth.come_back()
    assert fourth.state() == ["waiting"]


def _names_nobody_on_paper(person):
    """What may lie about in a printer: how many they are, and what to think of."""
    page = person.page
    cards = page.locator("[data-cards]").inner_text()
    page.emulate_media(media="print")
    paper = page.locator("body").inner_text()
    page.emulate_media(media="screen")
    assert "bo.two@example.org" in cards
    for secret in ("Bo", "Cleo", "@", "Rex", "555"):
        assert secret not in paper
    assert "You and 2 others" in paper
    assert "You owe nobody your story" in paper


def test_what_agreed_is_shown_and_the_list_can_be_hidden(everyone):
    first = everyone[0]
    first.come_back()
    first.page.locator("[data-meet]").click()
    first.sees("[data-cards] li", seconds=LOCK_SECONDS)
    agreed = first.page.locator("[data-agreed]").inner_text()
    assert "Phone number" in agreed
    assert "Rex" not in agreed
    assert first.page.locator(".verified:visible").count() == 2
    assert first.page.locator("[data-until]").is_visible()
    _names_nobody_on_paper(first)
    first.page.locator("[data-hide]").click()
    first.sees("[data-unhide]", seconds=LOCK_SECONDS)
    assert first.page.locator("[data-meet]:visible").count() == 0
    # The wish is in the vault: it holds on another device as well.
    first.come_back()
    first.page.locator("[data-unhide]").click()
    first.sees("[data-cards] li", seconds=LOCK_SECONDS)


def test_a_card_that_does_not_pass_the_check_is_not_shown(everyone):
    second = everyone[1]

    def damage(route):
        answer = route.fetch()
        message = answer.json()
        contact = message["givers"][0]["contact"]
        message["givers"][0]["contact"] = contact[:-8] + "AAAAAAAA"
        route.fulfill(response=answer, body=json.dumps(message, separators=(",", ":")))

    second.come_back()
    second.page.context.route("**/v1/cases/connections", damage)
    second.page.locator("[data-meet]").click()
    second.sees("[data-fault]", seconds=LOCK_SECONDS)
    assert second.page.locator("[data-cards] li").count() == 1
    second.page.context.unroute("**/v1/cases/connections")


def test_only_the_servers_of_the_manifest_are_asked(everyone, processes):
    allowed = {processes.server}
    allowed |= {s.url for (role, _), s in processes.trustees.items() if role == "index"}
    for person in everyone:
        assert person.hosts <= allowed
        assert len(person.hosts) > 1


def test_the_console_stays_empty(everyone):
    assert [person.problems for person in everyone] == [[], [], [], []]


def test_nothing_is_stored_in_the_browser(everyone):
    for person in everyone:
        assert person.page.context.cookies() == []
        kept = person.page.evaluate(
            "async () => [localStorage.length, sessionStorage.length,"
            " (await indexedDB.databases()).length, (await caches.keys()).length,"
            " (await navigator.serviceWorker.getRegistrations()).length]"
        )
        assert kept == [0, 0, 0, 0, 0]
        assert all("#" not in url and "?" not in url for url in [person.page.url])


def _settle(person, processes):
    while processes.pending() != 0:
        person.page.wait_for_timeout(200)


def test_her_page_is_the_same_with_nobody_and_with_one_too_few(browser, processes):
    first, second, _ = offender_stories("same")
    person, other = (arrive(browser, processes.server) for _ in range(2))
    person.file(first)
    _settle(person, processes)
    person.come_back()
    alone = person.page.locator("[data-view]").inner_html()
    assert "waiting" in alone
    other.file(second)
    _settle(person, processes)
    person.come_back()
    assert person.page.locator("[data-view]").inner_html() == alone
    person.page.context.close()
    other.page.context.close()
