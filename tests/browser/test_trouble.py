"""What a person sees when something is wrong; and that nothing goes on then."""

import re

import pytest

from tests.browser.people import offender_stories
from tests.browser.person import LOCK_SECONDS, arrive


@pytest.fixture
def person(browser, server):
    """Somebody new."""
    found = arrive(browser, server)
    yield found
    found.page.context.close()


def _stops(person, text):
    person.visit("/return")
    person.sees("[data-again]", seconds=LOCK_SECONDS)
    assert text in person.page.locator("[data-why]").inner_text()
    assert person.page.locator("form").count() == 0


def test_without_webassembly_nothing_is_asked(person):
    def forbid(route):
        answer = route.fetch()
        policy = answer.headers["content-security-policy"]
        stricter = policy.replace(" 'wasm-unsafe-eval'", "")
        headers = {**answer.headers, "content-security-policy": stricter}
        route.fulfill(response=answer, headers=headers)

    person.page.route("**/assets/core-*.js", forbid)
    _stops(person, "cannot lock your answers safely")


def test_a_worker_that_computes_something_else_is_not_used(person):
    def change(route):
        answer = route.fetch()
        body = answer.text().replace("40f313b34c26396d9155eab8a309ffa2", "0" * 32)
        route.fulfill(response=answer, body=body)

    person.page.route("**/assets/core-*.js", change)
    _stops(person, "cannot lock your answers safely")


def test_a_worker_of_another_edition_is_not_used(person):
    def change(route):
        answer = route.fetch()
        body = re.sub(r'edition:"[0-9a-f]{16}"', 'edition:"another"', answer.text())
        route.fulfill(response=answer, body=body)

    person.page.route("**/assets/core-*.js", change)
    _stops(person, "not the one we published")


def test_a_changed_script_does_not_run(person):
    def change(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=f"{answer.text()}\nalert(1);")

    person.page.route("**/assets/app-*.js", change)
    person.visit("/start")
    person.page.wait_for_timeout(500)
    assert "please leave" in person.page.locator("[data-view]").inner_text()
    assert person.page.locator("[data-view] form").count() == 0


def test_a_server_that_is_away_is_told_and_can_be_tried_again(person):
    person.page.route("**/v1/manifest", lambda route: route.abort())
    _stops(person, "could not reach our server")
    person.page.unroute("**/v1/manifest")
    person.page.locator("[data-again]").click()
    person.sees("#words", seconds=LOCK_SECONDS)


def test_a_manifest_that_was_changed_is_refused(person):
    def change(route):
        answer = route.fetch()
        body = answer.text()
        at = body.index('"payload":"') + 200
        other = "A" if body[at] != "A" else "B"
        route.fulfill(response=answer, body=body[:at] + other + body[at + 1 :])

    person.page.route("**/v1/manifest", change)
    _stops(person, "an answer that does not hold")


def test_unknown_words_open_nothing(person):
    person.visit("/return")
    person.sees("#words", seconds=LOCK_SECONDS)
    person.fill({"words": "abacus abdomen abdominal abide abiding ability ablaze"})
    person.submit()
    person.sees("#words-error")
    assert "do not open a page" in person.page.locator("#words-error").inner_text()


def test_one_index_trustee_may_be_down(person, processes):
    processes.trustees["index", 2].stop()
    try:
        person.file(offender_stories("down")[0])
    finally:
        processes.start([processes.trustees["index", 2]])


def test_a_reload_in_the_middle_begins_anew_and_keeps_nothing(person):
    person.begin("US")
    person.name(offender_stories("reload")[0].clues)
    person.page.reload()
    person.sees('[data-go="age"]')
    assert "Rex" not in person.page.content()


def test_the_way_back_loses_nothing(person):
    person.begin("US")
    person.name(offender_stories("back")[0].clues)
    person.submit()
    person.sees("[data-skip]")
    person.page.go_back()
    person.sees("[data-clues] li")
    assert person.page.locator("[data-clues] li").count() == 2


def test_a_work_address_is_refused(person):
    person.begin("US")
    person.name([("email", {"value": "rex@firm.example.com"})])
    person.submit()
    person.page.locator("[data-skip]").click()
    person.submit()
    person.fill({"name": "Ana", "email": "ana@firm.example.com"})
    person.submit()
    person.sees("#email-error")
    assert "address at the work" in person.page.locator("#email-error").inner_text()


def test_what_is_too_weak_is_told_at_once(person):
    person.begin("US")
    person.name([("name", {"given": "Rex", "family": "Example"})])
    person.submit()
    person.sees("#clues-error")
    assert "Many people" in person.page.locator("#clues-error").inner_text()
