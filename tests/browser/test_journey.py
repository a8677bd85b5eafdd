"""Three people in three browsers, and a fourth who must not meet them."""

import pytest

from tests.browser import tour
from tests.browser.people import offender_stories, story
from tests.browser.person import arrive


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
