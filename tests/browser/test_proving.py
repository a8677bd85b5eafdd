"""In the browser: codes, signing in elsewhere, a voucher of a person."""

import pytest

from tests.browser import tour_proving
from tests.browser.inspector import Inspector
from tests.browser.people import offender_stories
from tests.browser.person import LOCK_SECONDS, arrive
from tests.browser.proving import proving_place
from tests.browser.tour_proving import nobody_looks

TEA = {
    "name": "Tea Browser",
    "email": "tea.browser@example.org",
    "phone": "+34 600 123 456",
}
ANA = {"name": "Ana Browser", "email": "ana.browser@example.org"}


@pytest.fixture(scope="module")
def proving(tmp_path_factory):
    with proving_place(tmp_path_factory.mktemp("proving")) as found:
        yield found


def arrived(browser, proving, place, show=None, **how):
    """Somebody at the choice of a way, and who looks at every state of hers."""
    person = arrive(browser, proving.server, **how)
    look = Inspector(person, walk=True)
    tour_proving.choice(person, offender_stories(place)[0], show or look)
    return person, look


def locked(person, proving, look, answer):
    """The right answer verifies her; nothing was wrong on the way."""
    person.fill(answer)
    person.submit()
    person.sees("[data-held]", seconds=LOCK_SECONDS)
    assert person.page.locator("[data-erased]").is_visible()
    assert proving.pending().endswith("0 pending\n")
    left(person, look)


def left(person, look):
    assert look.faults == [], "\n".join(look.faults)
    assert person.problems == []
    person.page.context.close()


def test_a_code_from_her_mailbox_verifies_her_and_knows_her_again(browser, proving):
    person, look = arrived(browser, proving, "one", phone=True)
    answer = tour_proving.codes(person, proving, ANA, look)
    locked(person, proving, look, answer)
    again, look = arrived(browser, proving, "one", nobody_looks)
    tour_proving.known(again, proving, ANA, look)
    left(again, look)


@pytest.mark.slow
def test_codes_by_mail_and_text_verify_her_after_one_was_sent_again(browser, proving):
    person, look = arrived(browser, proving, "texts", nobody_looks, phone=True)
    answer = tour_proving.texts(person, proving, TEA, look)
    locked(person, proving, look, answer)
    # The gateway was asked to forget what it had sent.
    paths = [path for path, _, _ in proving.gateway.asked]
    assert paths.count("/send") == 2
    assert paths[-1] == "/erase"


def test_signing_in_elsewhere_verifies_her(browser, proving):
    person, look = arrived(browser, proving, "two-ways", prefix="/ar", phone=True)
    person.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    answer = tour_proving.elsewhere(person, "ana", look)
    locked(person, proving, look, answer)


def test_a_voucher_of_a_referee_verifies_her(browser, proving):
    code = proving.voucher("Cleo Browser", "cleo.b@example.org")
    person, look = arrived(browser, proving, "three-ways", nobody_looks)
    answer = tour_proving.voucher(person, code, look)
    locked(person, proving, look, answer)


def test_what_can_go_wrong_with_codes_is_told_and_leads_on(browser, proving):
    person, look = arrived(browser, proving, "wrong-codes", nobody_looks, prefix="/ar")
    who = {"name": "Dee Browser", "email": "dee.browser@example.org"}
    tour_proving.impatient(person, who, look)
    tour_proving.over(person, look)
    tour_proving.nothing_offered(person, look)
    assert look.seen == ["code-patience", "code-over", "ways-none"]
    left(person, look)
