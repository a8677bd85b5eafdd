"""What her page says once a group that she was asked about comes to nothing."""

import pytest

from escrow.command.filing import finish
from escrow.command.withdrawing import take_back
from tests.browser import tour
from tests.browser.person import arrive
from tests.browser.terminal import begun
from tests.browser.tour_ends import answer

_WORDS = ["acorn", "acquaint", "acquire", "acre", "acrobat", "acronym", "acting"]


def words_of(number):
    """Seven words for each of a few people."""
    return " ".join([*_WORDS[number:], *_WORDS[:number]])


def group(place, first, name):
    """Three people at their terminals who named the same person."""
    people = [
        begun(place, words_of(first + n), f"{name}{n}", names=f"{name}@example.net")
        for n in range(3)
    ]
    for survivor in people:
        finish(survivor, "1")
    return people


@pytest.fixture
def page(browser, server):
    """The page of whoever has these words."""
    opened = []

    def of(number):
        person = arrive(browser, server)
        person.words = words_of(number)
        opened.append(person)
        return person

    yield of
    for person in opened:
        assert person.problems == []
        person.page.context.close()


def test_a_group_that_shrank_is_told_to_those_who_answered_only(place, page):
    *_, leaving = group(place, 0, "shrink")
    ana, bea = page(0), page(1)
    tour.until(ana, "asked")
    ana.answer("yes")
    assert ana.state() == ["answered"]
    tour.until(bea, "asked")
    take_back(leaving, "1")
    tour.until(ana, "shrunk")
    told = ana.page.locator('[data-state="shrunk"]').inner_text()
    assert told == "The number changed. Nothing was shown. Your entry waits again."
    bea.come_back()
    assert bea.state() == ["waiting"]


def test_a_group_in_which_somebody_did_not_want_to_waits_again(place, page):
    _, bea, cleo = group(place, 3, "settle")
    ana = page(3)
    tour.until(ana, "asked")
    ana.answer("yes")
    answer(bea, "yes")
    answer(cleo, "no")
    tour.until(ana, "settled")
    told = ana.page.locator('[data-state="settled"]').inner_text()
    assert told.startswith("Too few said yes this time, so nothing was shown.")
