"""What a person sees when something is wrong; and that nothing goes on then."""

import re

import pytest

from escrow.messages.codec import encode
from escrow.messages.deployment import BoxKeys
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
    refused = []
    person.page.on("console", lambda message: refused.append(message.text))
    person.visit("/start")
    person.page.wait_for_load_state("load")
    assert any("integrity" in text for text in refused)
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
    _stops(person, "an answer that cannot be right")


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


def test_a_trustee_that_is_away_is_told_and_holds_nothing_up(person, processes):
    story = offender_stories("away")[0]
    person.page.add_init_script(
        "new MutationObserver(() => {"
        " if (document.querySelector('[data-lacking]:not([hidden])'))"
        " globalThis.lacking = true;"
        "}).observe(document, {subtree: true, attributes: true, childList: true});"
    )
    # Its port is closed: that is known long before the others have computed.
    processes.trustees["index", 1].stop()
    try:
        person.file(story)
    finally:
        processes.start([processes.trustees["index", 1]])
    assert person.page.evaluate("globalThis.lacking") is True


def test_too_few_trustees_leave_an_entry_that_can_be_gone_on_with(person, processes):
    story = offender_stories("few")[0]
    person.begin(story.country)
    person.name(story.clues)
    person.wish(story)
    person.agree()
    person.keep_words()
    urls = [processes.trustees["index", index].url for index in (1, 2)]
    for url in urls:
        person.page.context.route(f"{url}/**", lambda route: route.abort())
    person.fill(story.verified)
    person.submit()
    person.sees("[data-summary] li", seconds=LOCK_SECONDS)
    told = person.page.locator("[data-summary]").inner_text()
    assert "Too few trustees" in told
    assert "seven words" in told
    for url in urls:
        person.page.context.unroute(f"{url}/**")
    # The registrar knows her now, but only from the first try: she has no other place.
    person.submit()
    person.sees("[data-held]", seconds=LOCK_SECONDS)


def test_expired_box_keys_stop_the_lock_and_lose_nothing(person):
    story = offender_stories("boxes")[0]
    person.begin(story.country)
    person.name(story.clues)
    person.wish(story)
    person.agree()
    person.keep_words()
    # What a server shows whose trustees' keys have all run out.
    person.page.context.route(
        "**/v1/box-keys",
        lambda route: route.fulfill(
            body=encode(BoxKeys(keys=())), content_type="application/json"
        ),
    )
    person.fill(story.verified)
    person.submit()
    person.sees("[data-again]", seconds=LOCK_SECONDS)
    assert "come back tomorrow" in person.page.locator("[data-why]").inner_text()
    person.page.context.unroute("**/v1/box-keys")
    person.page.locator("[data-again]").click()
    person.sees("[data-held]", seconds=LOCK_SECONDS)


def test_offline_is_told_and_nothing_is_lost(person):
    words = "abacus abdomen abdominal abide abiding ability ablaze"
    person.visit("/return")
    person.sees("#words", seconds=LOCK_SECONDS)
    person.fill({"words": words})
    person.page.context.set_offline(True)
    person.submit()
    person.sees("[data-summary] li", seconds=LOCK_SECONDS)
    told = person.page.locator("[data-summary]").inner_text()
    assert "could not reach our server" in told
    assert "still only on this page" in told
    assert person.page.locator("#words").input_value() == words
    person.page.context.set_offline(False)
    person.submit()
    person.sees("#words-error", seconds=LOCK_SECONDS)


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
    assert (
        "work address of an employer"
        in person.page.locator("#email-error").inner_text()
    )


def test_what_is_too_weak_is_told_at_once(person):
    person.begin("US")
    person.name([("name", {"given": "Rex", "family": "Example"})])
    person.submit()
    person.sees("#clues-error")
    assert "Many people" in person.page.locator("#clues-error").inner_text()
