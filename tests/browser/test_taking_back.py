"""Her page never says more than the trustees signed; two devices lose nothing."""

import re

from escrow.command import answering, following, withdrawing
from escrow.command.filing import finish
from escrow.command.standing_text import standing_text
from tests.browser import tour
from tests.browser.people import offender_stories
from tests.browser.person import LOCK_SECONDS, arrive
from tests.browser.terminal import begun, new_words, opened

CONSENTS = "**/v1/cases/consents"
WITHDRAWALS = "**/v1/reports/withdrawals"


def unheard(person, status):
    """Her withdrawals do not arrive; the server answers so in its place."""
    person.page.context.route(
        WITHDRAWALS, lambda route: route.fulfill(status=status, body="{}")
    )


def take_back(person):
    person.page.locator("[data-takeback]").click()
    person.page.locator("[data-erase]").click()
    person.sees("[data-trustees]", seconds=LOCK_SECONDS)


def signed(person):
    return person.page.locator("[data-trustees]").inner_text()


def shown(person):
    return person.page.locator("[data-entries] section").inner_text()


def test_a_withdrawal_that_was_not_sent_is_finished_at_the_next_visit(her, place):
    her.words = new_words()
    finish(begun(place, her.words, "nell"), "1")
    her.come_back()
    unheard(her, 500)
    take_back(her)
    assert her.page.locator("h1:visible").inner_text() == "This is not finished yet"
    assert signed(her) == "0 of 3"
    assert not her.page.locator("[data-number]").is_visible()
    her.go("home")
    her.sees('[data-state="leaving"]', seconds=LOCK_SECONDS)
    assert "may still stand" in shown(her)
    assert "0 of 3 trustees have signed" in shown(her)
    # It does: nobody was told anything, and she can do nothing else about it.
    survivor = opened(place, her.words)
    assert survivor.report("1").withdrawn
    assert following.look(survivor, "1").status.erasures == ()
    buttons = her.page.locator("[data-entries] [data-acts] button:visible")
    assert buttons.count() == 0
    # Opening her page sends it; the trustees take a moment.
    her.page.context.unroute(WITHDRAWALS)
    tour.until(her, "withdrawn")
    tour.until_text(her, "3 of 3 trustees have signed")
    assert "may still stand" not in shown(her)
    survivor.open()
    assert survivor.report("1").erased == (1, 2, 3)


def heard(person) -> str:
    """How many trustees her page says have her answer."""
    said = person.page.locator("[data-view]").inner_text()
    return re.search(r"(\d of \d) trustees have signed that they have", said)[1]


def test_that_the_server_knows_nothing_of_it_is_not_called_erased(her, place):
    her.words = new_words()
    finish(begun(place, her.words, "olga"), "1")
    her.come_back()
    her.page.context.route(
        WITHDRAWALS,
        lambda route: route.fulfill(
            status=404, body='{"type":"urn:alongside:problem:not-found"}'
        ),
    )
    take_back(her)
    assert signed(her) == "0 of 3"
    assert her.page.locator("h1:visible").inner_text() == "This is not finished yet"
    her.page.context.unroute(WITHDRAWALS)
    her.page.locator("[data-again]").click()
    her.sees("[data-number]", seconds=LOCK_SECONDS)
    assert signed(her) == "3 of 3"


def test_a_draft_that_is_taken_back_claims_nobodys_signature(her, place):
    her.words = new_words()
    begun(place, her.words, "pia")
    her.come_back()
    take_back(her)
    assert signed(her) == "0 of 3"
    assert "nothing to erase" in her.page.locator("[data-view]").inner_text()
    her.go("home")
    her.sees('[data-state="nothing"]', seconds=LOCK_SECONDS)
    assert her.problems == []


def test_an_old_vault_does_not_call_a_withdrawn_entry_waiting(her, place):
    her.words = new_words()
    survivor = begun(place, her.words, "quin")
    finish(survivor, "1")
    before = survivor.report("1")
    sent = withdrawing.take_back(survivor, "1")
    assert withdrawing.wait(survivor, "1", sent).everywhere
    # Her vault as it was, say out of a backup of the server.
    survivor.keep(before)
    her.come_back()
    assert her.state() == ["withdrawn"]
    assert "3 of 3 trustees have signed" in shown(her)
    survivor.open()
    assert survivor.report("1").withdrawn
    survivor.keep(before)
    told = standing_text(survivor, survivor.report("1"))
    assert told.startswith("taken back; 3 of 3 trustees")
    assert her.problems == []


def say_no_to_a_server_that_keeps_it_back(her):
    """It takes it in and passes it to nobody; then it does better."""
    her.page.context.route(
        CONSENTS,
        lambda route: route.fulfill(
            status=200, body='{"type":"answer-receipts/1","receipts":[]}'
        ),
    )
    her.page.locator("button[data-retract]").click()
    her.sees('p[data-answer="retracted"]', seconds=LOCK_SECONDS)
    her.sees("[data-unheard]")
    assert heard(her) == "0 of 3"
    her.go("home")
    her.sees('[data-state="unheard"]', seconds=LOCK_SECONDS)
    assert heard(her) == "0 of 3"
    her.page.context.unroute(CONSENTS)
    her.page.locator("[data-tell]:visible").click()


def test_she_says_no_after_yes_and_the_others_do_not_meet_her(her, place):
    people = [new_words() for _ in range(3)]
    for number, words in enumerate(people):
        survivor = begun(place, words, f"retract{number}", names="rex@retract.example")
        finish(survivor, "1")
    her.words = people[0]
    tour.until(her, "asked")
    her.answer("yes")
    her.page.locator("[data-retract]:visible").click()
    her.sees("button[data-retract]")
    said = her.page.locator("[data-view]").inner_text()
    assert "What was opened before stays open" in said
    assert "The trustees sign that they have your no" in said
    say_no_to_a_server_that_keeps_it_back(her)
    tour.until(her, "waiting")
    assert her.page.locator('[data-state="unheard"]:visible').count() == 0
    assert her.page.locator("[data-retract]:visible").count() == 0
    (view,) = following.look(opened(place, her.words), "1").cases
    assert view.answer == "no"
    for words in people[1:]:
        survivor = opened(place, words)
        told = following.look(survivor, "1").cases
        assert answering.answer(survivor, "1", told, "yes") == 1
    # Everybody has answered, and nobody was introduced: it takes three.
    her.words = people[1]
    tour.until(her, "settled")
    for words in people:
        survivor = opened(place, words)
        assert following.meet(survivor, following.look(survivor, "1")) == {}
    assert her.problems == []


def test_two_devices_that_name_another_person_at_once_lose_nothing(
    browser, her, place, server
):
    her.words = new_words()
    finish(begun(place, her.words, "rosa"), "1")
    other = arrive(browser, server)
    other.words = her.words
    first = opened(place, her.words).report("1")
    stories = offender_stories("devices")[:2]
    for person, story in zip((her, other), stories, strict=True):
        person.come_back()
        person.page.locator("[data-another]").click()
        person.name(story.clues)
        person.wish(story)
    for person in (her, other):
        person.agree()
        person.sees("[data-held]", seconds=LOCK_SECONDS)
    survivor = opened(place, her.words)
    reports = survivor.contents.reports
    assert [report.label for report in reports] == ["1", "2", "3"]
    assert [report.version for report in reports] == [1, 1, 1]
    assert reports[0] == first
    assert len({report.report_seed for report in reports}) == len(reports)
    assert all(finish(survivor, report.label).enough for report in reports)
    assert her.problems == other.problems == []
    other.page.context.close()
