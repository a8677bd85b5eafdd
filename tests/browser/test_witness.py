"""Somebody who saw something: from the first page to the card that is seen."""

import pytest
from playwright.sync_api import expect

from tests.browser import tour
from tests.browser.people import offender_stories, story
from tests.browser.person import LOCK_SECONDS, arrive

PLACE = "witness"


def _told(person, selector, told):
    person.page.locator(selector).click()
    person.sees(f'p[data-told="{told}"]', seconds=LOCK_SECONDS)
    person.go("home")
    person.sees("[data-entries] section", seconds=LOCK_SECONDS)


def _finds_the_way(person):
    person.visit("/")
    person.page.locator('a[href="/bystander"]').first.click()
    expect(person.page.locator('a[href="/saw"]')).to_be_visible()


def _another_person_is_named_as_her_own(wren):
    """What she opened before was a note; an entry that she begins now counts."""
    wren.page.locator("[data-change]").click()
    wren.sees('[data-go="reach"]')
    wren.page.go_back()
    wren.sees("[data-another]", seconds=LOCK_SECONDS)
    wren.page.locator("[data-another]").click()
    wren.sees("[data-clue]")
    expect(wren.page.locator("[data-view] [data-witness]")).to_be_hidden()


def _raises_the_alarm(person):
    person.go("alarm")
    person.page.locator("[data-raise]").click()
    person.sees("[data-heard]", seconds=LOCK_SECONDS)
    assert person.page.locator("[data-heard]").inner_text() == "3 of 3"


@pytest.mark.slow
def test_a_group_that_met_invites_a_witness(browser, processes):
    server = processes.server
    people = [arrive(browser, server) for _ in range(3)]
    stories = offender_stories(PLACE)
    wren = arrive(browser, server, phone=True)
    _finds_the_way(wren)
    wren.leave_note(story(PLACE, 3, stories[0].clues))
    for person, told in zip(people, stories, strict=True):
        person.file(told)
    for person in people:
        tour.until(person, "asked")
        person.answer("yes")
    for person in people:
        tour.until_connected(person)
    wren.come_back()
    assert wren.state() == ["note_waiting"]
    ana, bo, _ = people
    tour.until(ana, "left")
    ana.page.locator("[data-invites]").click()
    _told(ana, '[data-invite="yes"]', "invite")
    tour.until(wren, "note_asked")
    wren.page.locator("[data-invited]").click()
    _told(wren, '[data-come="yes"]', "come")
    tour.until(wren, "note_connected")
    _another_person_is_named_as_her_own(wren)
    ana.come_back()
    assert len(ana.cards()) == 3
    expect(ana.page.locator("[data-cards] [data-witness]:visible")).to_have_count(1)
    bo.come_back()
    assert len(bo.cards()) == 2
    _raises_the_alarm(bo)
    assert [person.problems for person in (*people, wren)] == [[], [], [], []]
    for person in (*people, wren):
        person.page.context.close()
