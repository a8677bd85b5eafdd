"""Leaving: by button, by key, in every tab, without script, after a while."""

import pytest

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


def test_the_keyboard_alone_reaches_the_first_question(person):
    page = person.page
    person.visit("/start")
    person.sees('[data-go="age"]')
    _tab_to(page, '[data-go="age"]')
    page.keyboard.press("Enter")
    person.sees("#age-adult")
    _tab_to(page, "#age-adult")
    page.keyboard.press("Space")
    _tab_to(page, "[type=submit]")
    page.keyboard.press("Enter")
    person.sees("#country")
    _tab_to(page, "#country")
    page.keyboard.type("United States")
    _tab_to(page, "[type=submit]")
    page.keyboard.press("Enter")
    person.sees("[data-clue]", seconds=LOCK_SECONDS)
    assert page.evaluate("document.activeElement.tagName") == "H1"


def _tab_to(page, selector):
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def test_every_answer_carries_the_strict_policy(person):
    get = person.page.context.request.get
    for path in ("/", "/start", "/nothing", "/v1/manifest", "/v1/nothing"):
        policy = get(f"{person.server}{path}").headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "wasm-unsafe-eval" not in policy
        assert "unsafe-inline" not in policy
    for path in ("/", "/start"):
        headers = get(f"{person.server}{path}").headers
        assert (
            "require-trusted-types-for 'script'" in headers["content-security-policy"]
        )
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-opener-policy"] == "same-origin"
