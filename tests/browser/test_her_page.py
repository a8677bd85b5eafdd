"""What a person can do on her page; and the same page by the command line's client."""

import pytest

from blind_index.identifiers import Identifier
from escrow.client.words import read_words, vault_keys
from escrow.command.filing import Draft, begin, finish
from escrow.command.registering import verify
from escrow.command.survivor import Survivor
from escrow.command.word_list import word_list
from escrow.messages.filing import ContactCard, NudgePart
from escrow.messages.registration import VerificationRequest
from tests.browser.people import offender_stories
from tests.browser.person import LOCK_SECONDS, Person, arrive


@pytest.fixture(scope="module")
def filed(browser, processes):
    """Somebody with an entry, at her page."""
    person = arrive(browser, processes.server)
    person.file(offender_stories("page")[0])
    yield person
    person.page.context.close()


def _survivor(place, person: Person) -> Survivor:
    survivor = Survivor(place, vault_keys(read_words(person.words, word_list())))
    survivor.open()
    return survivor


def _locked(person):
    person.sees("[data-held]", seconds=LOCK_SECONDS)
    person.go("home")
    person.sees("[data-entries] section", seconds=LOCK_SECONDS)


def test_the_python_client_opens_what_the_browser_filed(filed, place):
    (report,) = _survivor(place, filed).contents.reports
    assert [one.kind for one in report.identifiers] == ["name", "phone"]
    assert report.card.name == "Ana"
    assert report.version == 1
    # Nothing is left to do: the trustees hold what the browser sealed.
    assert finish(_survivor(place, filed), report.label).everywhere


def test_what_she_learned_and_wishes_becomes_a_new_version(filed, place):
    filed.come_back()
    filed.page.locator("[data-add]").click()
    filed.name([("city", {"value": "Springfield", "country": "US"})])
    filed.submit()
    _locked(filed)
    filed.page.locator("[data-change]").click()
    filed.go("group")
    filed.choose("group", "5")
    filed.submit()
    _locked(filed)
    filed.page.locator("[data-change]").click()
    filed.go("reach")
    filed.fill({"name": "Anita"})
    filed.submit()
    _locked(filed)
    assert filed.state() == ["waiting"]
    (report,) = _survivor(place, filed).contents.reports
    assert (report.version, report.match_threshold) == (4, 5)
    assert report.card.name == "Anita"
    assert len(report.identifiers) == 3


def test_she_names_another_person_without_being_checked_again(filed, place):
    filed.come_back()
    filed.page.locator("[data-another]").click()
    story = offender_stories("other")[1]
    filed.name(story.clues)
    filed.wish(story)
    filed.agree()
    _locked(filed)
    assert filed.page.locator("[data-entries] section").count() == 2
    assert len(_survivor(place, filed).contents.reports) == 2


def test_she_takes_everything_back_and_gets_a_receipt(filed, place):
    filed.come_back()
    for _ in range(2):
        filed.page.locator("[data-takeback]:visible").first.click()
        filed.page.locator("[data-erase]").click()
        filed.sees("[data-number]", seconds=LOCK_SECONDS)
        said = filed.page.locator("h1:visible").inner_text()
        assert said == "Your entry was taken back"
        assert filed.page.locator("[data-trustees]").inner_text() == "3 of 3"
        filed.go("home")
        filed.sees("[data-entries] section", seconds=LOCK_SECONDS)
    assert filed.state() == ["withdrawn", "withdrawn"]
    assert all(one.withdrawn for one in _survivor(place, filed).contents.reports)


def test_the_browser_opens_what_the_python_client_filed(browser, server, place):
    words = "abacus abdomen abdominal abide abiding ability zoom"
    survivor = Survivor(place, vault_keys(words.split()))
    request = VerificationRequest(
        provider="demo",
        name="Eve Cross",
        email="eve.cross@example.org",
        phone="",
        country="US",
    )
    verify(survivor, request, lambda *_: ())
    draft = Draft(
        label="first",
        identifiers=(Identifier(kind="email", value="rex@example.net"),),
        country="US",
        match_threshold=4,
        card=ContactCard(name="Eve", email="eve@example.org"),
        nudge=NudgePart(channel="", address=""),
    )
    begin(survivor, draft)
    finish(survivor, "first")
    person = arrive(browser, server)
    person.words = words
    person.come_back()
    assert person.state() == ["waiting"]
    section = person.page.locator("[data-entries] section")
    assert "Your number: 4." in section.inner_text()
    section.locator("[data-reveal]").click()
    assert "rex@example.net" in section.locator("[data-who]").inner_text()
    person.page.context.close()


def test_an_entry_that_was_not_finished_can_be_taken_up(browser, server):
    person = arrive(browser, server)
    story = offender_stories("late")[0]
    person.begin(story.country)
    person.name(story.clues)
    person.wish(story)
    person.agree()
    person.keep_words()
    person.come_back()
    assert person.state() == ["unfinished"]
    person.page.locator("[data-finish]").click()
    person.verify(story.verified)
    person.go("home")
    person.sees("[data-entries] section", seconds=LOCK_SECONDS)
    assert person.state() == ["waiting"]
    assert person.problems == []
    person.page.context.close()
