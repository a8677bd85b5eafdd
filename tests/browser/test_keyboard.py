"""The whole journey without a mouse; and where the focus goes after a slip."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import offender_stories
from tests.browser.person import LOCK_SECONDS, arrive

_MOST_STOPS = 60


@pytest.fixture
def person(browser, server):
    """Somebody who only has a keyboard."""
    found = arrive(browser, server)
    yield found
    found.page.context.close()


def _reach(page, selector):
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def _press(person, selector, key="Enter"):
    person.sees(selector, seconds=LOCK_SECONDS)
    _reach(person.page, selector)
    person.page.keyboard.press(key)


def _type(person, selector, text):
    person.sees(selector, seconds=LOCK_SECONDS)
    _reach(person.page, selector)
    person.page.keyboard.type(text)


def _at_heading(person):
    expect(person.page.locator("h1:focus")).to_have_count(1)


def _name_somebody(person, submit):
    person.visit("/start")
    _press(person, '[data-go="age"]')
    _press(person, "#age-adult", "Space")
    _press(person, submit)
    _type(person, "#country", "United States")
    _press(person, submit)
    person.sees("[data-clue]", seconds=LOCK_SECONDS)
    _at_heading(person)
    _press(person, '[data-clue="email"]')
    _type(person, "#value", "rex.keys@example.net")
    _press(person, submit)
    person.sees("[data-clues] li")
    _press(person, submit)


def _wish(person, submit):
    _press(person, "[data-skip]")
    _press(person, "#group-3", "Space")
    _press(person, submit)
    _type(person, "#name", "Kay")
    _type(person, "#email", "kay.keys@example.org")
    _press(person, submit)
    _press(person, "#note-none", "Space")
    _press(person, submit)
    _at_heading(person)
    _press(person, "#agree-keep", "Space")
    _press(person, "#agree-contact", "Space")
    _press(person, submit)


def test_the_keyboard_alone_files_an_entry(person):
    submit = "[data-view] [type=submit]"
    _name_somebody(person, submit)
    _wish(person, submit)
    person.sees("[data-words] li")
    words = person.page.locator("[data-words] li").all_inner_texts()
    _press(person, '[data-go="retype"]')
    _type(person, "#first", words[1])
    _type(person, "#second", words[4])
    person.page.keyboard.press("Enter")
    _type(person, "#name", "Kay Keys")
    _type(person, "#email", "kay.keys@example.org")
    _press(person, submit)
    person.sees("[data-held]", seconds=LOCK_SECONDS)
    _at_heading(person)
    _press(person, '[data-go="home"]')
    person.sees("[data-entries] section", seconds=LOCK_SECONDS)
    assert person.state() == ["waiting"]
    assert person.problems == []


def test_what_is_wrong_takes_the_focus_and_leads_to_its_field(person):
    person.begin("US")
    person.name(offender_stories("focus")[0].clues)
    person.submit()
    person.page.locator("[data-skip]").click()
    person.submit()
    person.sees("#name")
    person.submit()
    summary = person.page.locator("[data-summary]")
    expect(summary).to_be_focused()
    assert summary.get_attribute("role") == "alert"
    assert summary.locator("a").count() == 2
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Enter")
    field = person.page.locator("#name")
    expect(field).to_be_focused()
    assert field.get_attribute("aria-invalid") == "true"
    described = str(field.get_attribute("aria-describedby"))
    assert "name-error" in described
    assert person.page.locator("#name-error").inner_text() == "Please fill this in."
    assert person.page.locator("label[for=name]").inner_text() != ""


def test_with_nothing_added_the_way_leads_to_the_first_thing_to_add(person):
    person.begin("US")
    person.submit()
    person.page.locator("[data-summary] a").click()
    expect(person.page.locator('[data-clue="name"]')).to_be_focused()
