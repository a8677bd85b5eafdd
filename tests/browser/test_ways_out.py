"""Leaving: by button, by key, in every tab, without script, after a while."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import offender_stories
from tests.browser.person import LOCK_SECONDS, arrive
from tests.browser.tour import READING

_AWAY = "https://www.bbc.com/**"


@pytest.fixture
def person(browser, server):
    """Somebody for whom the neutral site is a page of our own."""
    found = arrive(browser, server)
    found.page.context.route(
        _AWAY, lambda route: route.fulfill(body="weather", content_type="text/plain")
    )
    yield found
    found.page.context.close()


def _is_away(page):
    page.wait_for_url(_AWAY)
    assert page.locator("body").inner_text() == "weather"


@pytest.mark.parametrize("path", [*READING, "/start", "/return"])
def test_the_button_leads_away_from_every_page(person, path):
    person.visit(path)
    person.page.locator("a.exit").click()
    _is_away(person.page)


def test_leaving_cannot_be_undone_by_the_way_back_alone(person):
    person.begin("US")
    person.page.locator("a.exit").click()
    _is_away(person.page)
    person.page.go_back()
    assert "[data-clue]" not in person.page.content()
    assert person.page.locator("[data-clue]").count() == 0


def test_three_shifts_lead_away_and_two_do_not(person):
    person.visit("/how")
    person.page.keyboard.press("Shift")
    person.page.keyboard.press("Shift")
    person.sees("[data-exit-dots]")
    assert "once more" in person.page.locator("[data-exit-dots]").inner_text()
    person.page.keyboard.press("a")
    person.page.keyboard.press("Shift")
    assert person.page.url.endswith("/how")
    person.page.keyboard.press("Shift")
    person.page.keyboard.press("Shift")
    _is_away(person.page)


def test_every_tab_leaves(person):
    person.visit("/how")
    other = person.page.context.new_page()
    other.goto(f"{person.server}/help")
    person.page.locator("a.exit").click()
    _is_away(other)


def test_it_works_offline(person):
    person.begin("US")
    person.page.context.set_offline(True)
    person.page.locator("a.exit").click()
    person.page.wait_for_url(lambda url: not url.startswith(person.server))


def test_without_script_the_button_leads_away_and_clears(browser, server):
    context = browser.new_context(java_script_enabled=False)
    context.route(
        _AWAY, lambda route: route.fulfill(body="weather", content_type="text/plain")
    )
    page = context.new_page()
    answer = context.request.get(f"{server}/exit", max_redirects=0)
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    page.goto(f"{server}/start")
    assert "needs JavaScript" in page.locator("main").inner_text()
    assert page.locator("form:visible").count() == 0
    page.goto(f"{server}/how")
    assert "Waiting" in page.locator("main").inner_text()
    page.locator("a.exit").click()
    _is_away(page)
    context.close()


def test_a_quiet_page_warns_and_then_clears_itself(person):
    person.page.clock.install()
    person.visit("/start")
    person.go("age")
    person.page.clock.fast_forward("20:01")
    person.sees('[data-notice="idle"]')
    person.page.locator('[data-notice="idle"] button').first.click()
    person.page.clock.fast_forward("20:01")
    person.sees('[data-notice="idle"]')
    person.page.clock.fast_forward("01:01")
    person.sees('[data-notice="cleared"]')
    assert person.page.url == f"{person.server}/"


def test_leaving_works_from_the_middle_of_everything(person):
    story = offender_stories("exit")[0]

    def leave():
        person.page.locator("a.exit").click()
        _is_away(person.page)
        person.page.go_back()
        assert story.name not in person.page.content()

    person.begin(story.country)
    person.name(story.clues)
    leave()
    person.begin(story.country)
    person.name(story.clues)
    person.wish(story)
    leave()
    person.begin(story.country)
    person.name(story.clues)
    person.wish(story)
    person.agree()
    person.keep_words()
    leave()
    person.come_back()
    person.page.locator("[data-finish]").click()
    person.fill(story.verified)
    person.submit()
    person.sees("[data-cancel]", seconds=LOCK_SECONDS)
    leave()
    person.come_back()
    person.page.locator("[data-reveal]").first.click()
    leave()


def test_shift_covers_the_page_at_once_with_one_word(person):
    # The other site has nothing to show: what a passer-by sees meanwhile stays.
    person.page.context.unroute(_AWAY)
    person.page.context.route(_AWAY, lambda route: route.fulfill(status=204))
    person.begin("US")
    for _ in range(3):
        person.page.keyboard.press("Shift")
    cover = person.page.locator(".cover")
    expect(cover).to_be_visible()
    assert person.page.locator("body").inner_text().strip() == "Loading"
    assert person.page.title() == "Loading"


def test_the_first_stops_of_the_keyboard_are_the_content_and_the_way_out(person):
    person.visit("/how")
    for target in ("#main", "/exit"):
        person.page.keyboard.press("Tab")
        link = person.page.locator(":focus")
        assert link.get_attribute("href") == target
    person.page.keyboard.press("Enter")
    _is_away(person.page)


def test_every_answer_carries_the_strict_policy(person):
    get = person.page.context.request.get
    bundle = person.page.context.request.get(f"{person.server}/start").text()
    script = re.search(r'src="(/assets/[^"]+)"', bundle)[1]
    html = {"accept": "text/html"}
    paths = ("/", "/start", "/nothing", "/es/nothing", "/v1/manifest", "/v1/nothing")
    for path in (*paths, script, "/exit", "/favicon.ico", "/licences.txt"):
        answer = get(f"{person.server}{path}", headers=html, max_redirects=0)
        policy = answer.headers["content-security-policy"]
        for rule in (
            "default-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types",
        ):
            assert rule in policy, (path, rule)
        assert "unsafe" not in policy, path
        assert answer.headers["cache-control"] == "no-store", path
        assert "set-cookie" not in answer.headers, path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["cross-origin-opener-policy"] == "same-origin", path
    wrong = get(f"{person.server}/es/nothing", headers=html)
    assert wrong.status == 404
    assert "Aquí no hay" in wrong.text()
