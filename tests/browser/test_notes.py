"""Notes in the browser: three choices, a plant, no work address, and a way to stop."""

from contextlib import closing

import pytest
from playwright.sync_api import expect

from escrow.client.words import read_words, vault_keys
from escrow.command.clock import today
from escrow.command.net import Http
from escrow.command.place import Place, find_deployment
from escrow.command.progress import Silent
from escrow.command.survivor import Survivor
from escrow.command.word_list import word_list
from tests.browser.people import offender_stories
from tests.browser.person import LOCK_SECONDS, arrive

CLUES = (
    ("email", {"value": "pat.moss@harbour-film.example"}),
    ("employer", {"value": "Brindle Studios Ltd"}),
)


@pytest.fixture
def her(browser, server):
    person = arrive(browser, server)
    yield person
    person.page.context.close()


@pytest.fixture
def reports(server):
    """What her vault holds, as the command line opens it."""
    with closing(Http()) as http:
        deployment = find_deployment(http, server, None)
        place = Place(server, http, deployment, today(), Silent())

        def of(person):
            words = read_words(person.words, word_list())
            survivor = Survivor(place, vault_keys(words))
            survivor.open()
            return survivor.contents.reports

        yield of


def to_reach(person, story):
    """From the start to the question how she is reached."""
    person.begin(story.country)
    person.name(CLUES)
    person.submit()
    person.page.locator("[data-skip]").click()
    person.choose("group", "4")
    person.submit()


def note_refused(person, field, address, text):
    person.fill({field: address})
    person.submit()
    error = person.page.locator(f"#{field}-error")
    expect(error).to_contain_text(text, timeout=LOCK_SECONDS * 1000)


def week_shown(person):
    line = person.page.locator("[data-entries] [data-note]:not([hidden])")
    expect(line).to_have_count(1)
    return line.inner_text()


def choose_regular(person):
    """The screen of notes, with everything on it that can be wrong."""
    person.sees("#note-regular")
    expect(person.page.locator("#address")).to_be_hidden()
    person.choose("note", "regular")
    assert person.page.locator("#plant").input_value() != ""
    person.fill({"plant": "fern"})
    note_refused(person, "address", "nothing", "not an e-mail address")
    note_refused(person, "address", "noa@brindle.example", "work address")
    person.fill({"address": "noa@private.example"})
    person.submit()


def lock(person, story):
    """From the check of all answers to her own page."""
    person.sees("[data-agree]")
    person.agree()
    person.keep_words()
    person.verify(story.verified)
    home(person)


def home(person):
    person.sees("[data-held]", seconds=LOCK_SECONDS)
    person.go("home")
    person.sees("[data-entries] section", seconds=LOCK_SECONDS)


def change_note(person, way):
    person.page.locator("[data-change]").click()
    person.go("note")
    person.choose("note", way)
    person.submit()
    home(person)


def test_regular_notes_are_chosen_shown_changed_and_stopped(her, reports):
    story = offender_stories("notes")[0]
    to_reach(her, story)
    her.fill({"name": "Noa"})
    note_refused(her, "email", "noa@brindlestudios.example", "work address")
    note_refused(her, "email", "noa@mail.harbour-film.example", "work address")
    her.fill({"email": "noa@private.example"})
    her.submit()
    choose_regular(her)
    lock(her, story)
    assert "The next regular note goes out in the week of" in week_shown(her)
    (report,) = reports(her)
    assert report.nudge.address == ""
    assert (report.letterbox.part.plant, report.letterbox.written) == ("fern", True)
    change_note(her, "email")
    assert "send me one short note" in week_shown(her)
    change_note(her, "none")
    assert "send nothing" in week_shown(her)
    (report,) = reports(her)
    assert report.nudge.address == report.letterbox.part.address == ""
    assert report.letterbox.written
    assert her.problems == []


def test_what_she_learns_later_may_make_an_address_a_work_address(her):
    story = offender_stories("later")[1]
    to_reach(her, story)
    her.fill({"name": "Noa", "email": "noa@quillworks.example"})
    her.submit()
    her.choose("note", "none")
    her.submit()
    lock(her, story)
    her.page.locator("[data-add]").click()
    her.name([("employer", {"value": "Quillworks Inc"})])
    her.submit()
    stopped = her.page.locator("[data-why], [data-summary]").first
    expect(stopped).to_contain_text("work address", timeout=LOCK_SECONDS * 1000)
