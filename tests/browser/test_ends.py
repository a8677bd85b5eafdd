"""For how long an entry is kept: chosen, changed, near its end, over, checked anew."""

import sqlite3
from contextlib import closing

from playwright.sync_api import expect

from escrow.calendar import month_of
from escrow.command.clock import today
from escrow.command.filing import finish
from escrow.messages.filing import NudgePart
from escrow.messages.registration import StandingCredential
from escrow.signing import peek
from tests.browser.people import offender_stories
from tests.browser.person import LOCK_SECONDS
from tests.browser.terminal import begun, opened
from tests.browser.tour_ends import lapse, lasting

NEAR = "ablaze able abnormal abrasion abrasive abreast abridge"
OVER = "able abnormal abrasion abrasive abreast abridge ablaze"
LAPSED = "abnormal abrasion abrasive abreast abridge ablaze able"
LETTERS = NudgePart(
    channel="email", address="una@private.example", plant="mint", language="en"
)


def stored_months(processes, table):
    """Until when the API keeps what lies in this table."""
    path = processes.folder / "api" / "api.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        rows = database.execute(f"SELECT expiry_month FROM {table}")  # noqa: S608
        return [month for (month,) in rows]


def shown(person):
    return person.page.locator("[data-entries] section").inner_text()


def to_page(person):
    person.sees("[data-held]", seconds=LOCK_SECONDS)
    person.go("home")
    person.sees("[data-entries] section", seconds=LOCK_SECONDS)


def test_the_end_is_chosen_before_anything_is_locked_and_changed_later(her, place):
    story = offender_stories("ends")[0]
    her.begin(story.country)
    her.name(story.clues)
    her.wish(story)
    assert "5 years, until" in her.page.locator(".answers").inner_text()
    her.go("keep")
    her.sees("#years-5:checked")
    her.choose("years", "2")
    her.submit()
    her.sees("[data-agree]")
    assert "2 years, until" in her.page.locator(".answers").inner_text()
    her.agree()
    her.keep_words()
    her.verify(story.verified)
    to_page(her)
    (report,) = opened(place, her.words).contents.reports
    assert report.expiry_month == month_of(today()) + 24
    her.page.locator("[data-change]").click()
    her.go("keep")
    her.sees("[data-now]")
    her.submit()
    her.sees("#years-error")
    her.choose("years", "1")
    her.submit()
    to_page(her)
    survivor = opened(place, her.words)
    (report,) = survivor.contents.reports
    assert (report.version, report.expiry_month) == (2, month_of(today()) + 12)
    # The trustees have the new version: nothing is left to do.
    assert finish(survivor, "1").everywhere
    assert her.problems == []


def test_an_entry_that_ends_soon_offers_to_keep_it_longer(her, place, processes):
    survivor = begun(place, NEAR, "una", letters=LETTERS)
    # Nobody else here has something that ends so soon.
    near = lasting(survivor, 1)
    finish(survivor, "1")
    assert stored_months(processes, "letterbox").count(near) == 1
    her.words = NEAR
    her.come_back()
    her.sees("[data-ending]")
    assert "ends soon" in shown(her)
    her.page.locator("[data-longer]").click()
    her.choose("years", "5")
    her.submit()
    to_page(her)
    expect(her.page.locator("[data-ending]")).to_be_hidden()
    later = month_of(today()) + 60
    assert opened(place, NEAR).report("1").expiry_month == later
    # Her letters go on for as long, on the same days.
    for table in ("report", "letterbox"):
        assert later in stored_months(processes, table)
        assert near not in stored_months(processes, table)
    assert opened(place, NEAR).report("1").letterbox.written
    assert her.problems == []


def test_an_entry_whose_time_is_over_says_so_and_offers_nothing(her, place):
    survivor = begun(place, OVER, "vera")
    finish(survivor, "1")
    lasting(survivor, -1)
    her.words = OVER
    her.come_back()
    assert her.state() == ["ended"]
    assert her.page.locator("[data-entries] button:visible").count() == 0
    assert her.page.locator("[data-another]").is_visible()


def test_who_was_checked_too_long_ago_is_checked_again_before_a_change(
    her, place, processes
):
    survivor = begun(place, LAPSED, "willa")
    finish(survivor, "1")
    lapse(survivor, processes)
    her.words = LAPSED
    her.come_back()
    her.page.locator("[data-change]").click()
    her.go("group")
    her.choose("group", "4")
    her.submit()
    her.sees("[data-lapsed]", seconds=LOCK_SECONDS)
    assert her.page.locator("[data-later]").is_hidden()
    assert opened(place, LAPSED).report("1").version == 1
    her.verify({"name": "willa Ends", "email": "willa@example.org"})
    to_page(her)
    again = opened(place, LAPSED)
    assert (again.report("1").version, again.report("1").match_threshold) == (2, 4)
    standing = peek(again.registration.standing_credential, StandingCredential)
    assert standing.expiry_month > month_of(today())
    assert finish(again, "1").everywhere
    # Another person may be named at once now.
    her.page.locator("[data-another]").click()
    other = offender_stories("ends-again")[0]
    her.name(other.clues)
    her.wish(other)
    her.agree()
    to_page(her)
    assert her.problems == []
