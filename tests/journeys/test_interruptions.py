"""A client that is cut off at any request goes on where it was."""

from contextlib import closing
from dataclasses import replace

import pytest

from blind_index.errors import InputError
from blind_index.identifiers import Identifier
from escrow.client.following import ask_status
from escrow.client.words import generate_words, vault_keys
from escrow.command import filing, withdrawing
from escrow.command.net import Http, Unreachable
from escrow.command.registering import verify
from escrow.command.standing_text import standing_text
from escrow.command.survivor import Survivor
from escrow.command.withdrawing import Progress
from escrow.command.word_list import word_list
from escrow.errors import NotFound
from escrow.messages.cases import ReportStatus
from escrow.messages.filing import ContactCard, NudgePart
from escrow.messages.registration import VerificationRequest
from escrow.note import NO_NOTE

MOST_REQUESTS, FEWEST_REQUESTS = 20, 3
# As many as the tokens of one person allow, cut off or not.
FILINGS = 3


class CutOffError(Exception):
    """The client ended at this request."""


class CutOff(Http):
    """Ends the client at one request, before it is sent or after.

    Evaluations and questions are not counted: they change nothing, and how many
    there are is open.
    """

    def __init__(self, at, *, sent):
        super().__init__()
        self._left = at
        self._sent = sent

    def _attempt(self, method, url, content):
        if not url.endswith(("/evaluations", "/status")):
            self._left -= 1
            if self._left == 0:
                if self._sent:
                    super()._attempt(method, url, content)
                raise CutOffError
        return super()._attempt(method, url, content)


class Her:
    """A verified person, at a fresh device each time."""

    def __init__(self, place, number):
        self._place = place
        self._keys = vault_keys(generate_words(word_list()))
        name, email = f"Cut Off {number}", f"cut-off-{number}@example.org"
        request = VerificationRequest(
            provider="demo", name=name, email=email, phone="", country=""
        )
        verify(self.device(place.http), request, lambda *_: ())

    def device(self, http):
        """Her words on a device that knows nothing else."""
        survivor = Survivor(replace(self._place, http=http), self._keys)
        survivor.open()
        return survivor


def begin(survivor, label, *, letters=NO_NOTE):
    known = Identifier(kind="email", value=f"{label}@firm.example.org")
    draft = filing.Draft(label, (known,), "", 3, ContactCard(name="Her"), NO_NOTE)
    filing.begin(survivor, replace(draft, letters=letters))


def filed(survivor, label, *, letters=NO_NOTE):
    begin(survivor, label, letters=letters)
    return filing.finish(survivor, label)


def added(survivor, label):
    learned = Identifier(kind="email", value=f"{label}@other.example.org")
    return filing.add_identifiers(survivor, label, [learned])


def was_cut_off(her, act, label, http):
    try:
        act(her.device(http), label)
    except CutOffError:
        return True
    return False


@pytest.mark.parametrize(
    ("act", "version", "sent"),
    [
        (filed, 1, True),
        (added, 2, False),
        pytest.param(filed, 1, False, marks=pytest.mark.slow),
        pytest.param(added, 2, True, marks=pytest.mark.slow),
    ],
)
def test_whatever_request_was_the_last_the_next_device_goes_on(
    story, act, version, sent
):
    place = story.scenario.place
    cut, her, topic = True, None, f"{act.__name__}-{sent}".lower()
    for at in range(1, MOST_REQUESTS):
        if at % FILINGS == 1:
            her = Her(place, f"{topic}-{at}")
        label = f"{topic}-{at}"
        if act is added:
            filed(her.device(place.http), label)
        with closing(CutOff(at, sent=sent)) as http:
            cut = was_cut_off(her, act, label, http)
        survivor = her.device(place.http)
        assert act(survivor, label).enough
        assert survivor.report(label).version == version
        if not cut:
            break
    assert not cut
    assert at > FEWEST_REQUESTS


LETTERS = NudgePart(
    channel="email", address="her@private.example", plant="fern", language="en"
)
WITHDRAWALS = "/reports/withdrawals"
# Her vault is read twice before it is written.
KEPT_AT = 3


@pytest.mark.parametrize("sent", [pytest.param(False, marks=pytest.mark.slow), True])
def test_whatever_request_was_the_last_a_withdrawal_is_finished_by_looking(story, sent):
    place = story.scenario.place
    cut, her, topic = True, None, f"taken-back-{sent}".lower()
    for at in range(1, MOST_REQUESTS):
        if at % 2 == 1:
            # Her letterbox costs a token too.
            her = Her(place, f"{topic}-{at}")
        label = f"{topic}-{at}"
        filed(her.device(place.http), label, letters=LETTERS)
        with closing(CutOff(at, sent=sent)) as http:
            cut = was_cut_off(her, withdrawing.take_back, label, http)
        story.settle()
        survivor = her.device(place.http)
        if not survivor.report(label).withdrawn:
            # Nothing of it was kept: it stands, and she is told so.
            assert at <= KEPT_AT - sent
            assert "waiting" in standing_text(survivor, survivor.report(label))
            continue
        withdrawing.go_on(survivor, label)
        story.settle()
        # On yet another device.
        survivor = her.device(place.http)
        assert withdrawing.go_on(survivor, label).everywhere
        assert survivor.report(label).erased == (1, 2, 3)
        box = survivor.report(label).letterbox
        assert (box.written, box.part) == (True, NO_NOTE)
        said = standing_text(survivor, survivor.report(label))
        assert said.startswith("taken back; 3 of 3 trustees have signed")
        if not cut:
            break
    assert not cut
    assert at > FEWEST_REQUESTS


class Unheard(Http):
    """Withdrawals do not come to the server: it is away, or says it knows nothing."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def post(self, url, message, kind, *, who="api"):
        if self.error is not None and url.endswith(WITHDRAWALS):
            raise self.error
        return super().post(url, message, kind, who=who)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(Unreachable("away"), marks=pytest.mark.slow),
        NotFound("no such report"),
    ],
)
def test_a_withdrawal_that_nobody_signed_is_never_called_done(story, error):
    place = story.scenario.place
    her = Her(place, type(error).__name__)
    assert filed(her.device(place.http), "entry").enough
    with closing(Unheard(error)) as http:
        survivor = her.device(http)
        for look in (withdrawing.take_back, withdrawing.go_on):
            found = look(survivor, "entry")
            assert found.progress is Progress.UNFINISHED
            assert not found.everywhere
        said = standing_text(survivor, survivor.report("entry"))
        assert said.startswith("being taken back, not finished: 0 of 3 trustees")
        # Its keys are not given up for another entry of its name.
        with pytest.raises(InputError, match="not taken back everywhere"):
            filed(survivor, "entry")
        seed = survivor.report("entry").report_seed
    survivor = her.device(place.http)
    assert survivor.report("entry").report_seed == seed
    assert place.http.post(place.url("reports/status"), asked(survivor), ReportStatus)
    withdrawing.go_on(survivor, "entry")
    story.settle()
    assert withdrawing.go_on(survivor, "entry").everywhere
    assert filed(survivor, "entry").enough
    assert survivor.report("entry").report_seed != seed
    assert not survivor.report("entry").withdrawn


def asked(survivor):
    """The question how her entry stands."""
    return ask_status(survivor.place.deployment, survivor.report("entry"))


def test_of_what_nobody_ever_held_nothing_is_claimed_to_be_erased(story):
    place = story.scenario.place
    her = Her(place, "draft")
    survivor = her.device(place.http)
    begin(survivor, "entry")
    found = withdrawing.take_back(survivor, "entry")
    assert (found.progress, found.erased) == (Progress.NOTHING_HELD, ())
    said = standing_text(survivor, survivor.report("entry"))
    assert said == "taken back; nobody held anything of it: 0 of 3 trustees"
    with pytest.raises(InputError, match="taken back"):
        filing.finish(survivor, "entry")
