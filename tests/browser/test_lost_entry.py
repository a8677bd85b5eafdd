"""An entry that the server lost, or says it lost, is sent again from her page."""

from escrow.client.filing import held_by
from escrow.command import following
from escrow.command.filing import finish
from tests.browser import tour
from tests.browser.person import LOCK_SECONDS
from tests.browser.terminal import begun, new_words, opened
from tests.browser.tour_ends import answer, denied


def send_again(person):
    person.page.locator("[data-resend]:visible").click()
    person.sees("[data-held]", seconds=LOCK_SECONDS)


def test_one_false_not_found_costs_her_neither_her_entry_nor_her_group(her, place):
    people = [new_words() for _ in range(3)]
    for number, words in enumerate(people):
        finish(begun(place, words, f"lost{number}", names="lost@example.net"), "1")
    her.words = people[0]
    tour.until(her, "asked")
    # Once on her page, and once when she sends it again; then the server is honest.
    with denied(her, times=2):
        her.come_back()
        her.sees('[data-state="lost"]', seconds=LOCK_SECONDS)
        assert (
            her.page.locator("[data-add]:visible, [data-change]:visible").count() == 0
        )
        assert her.page.locator("[data-takeback]:visible").count() == 1
        send_again(her)
    survivor = opened(place, her.words)
    report = survivor.report("1")
    assert (report.version, report.stored.version, report.unsettled) == (2, 2, ())
    status = following.look(survivor, "1").status
    assert len(held_by(place.deployment, report, status.receipts)) >= 2
    tour.until(her, "asked")
    her.answer("yes")
    for words in people[1:]:
        answer(opened(place, words), "yes")
    tour.until(her, "connected")
    assert her.problems == []


def test_a_lie_that_ends_before_she_sends_it_again_changes_nothing(her, place):
    her.words = new_words()
    finish(begun(place, her.words, "lia"), "1")
    with denied(her, times=1):
        her.come_back()
        her.sees('[data-state="lost"]', seconds=LOCK_SECONDS)
        send_again(her)
    assert opened(place, her.words).report("1").version == 1
    tour.until(her, "waiting")
