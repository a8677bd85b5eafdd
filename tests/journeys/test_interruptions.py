"""A client that is cut off at any request goes on where it was."""

from contextlib import closing
from dataclasses import replace

import pytest

from blind_index.identifiers import Identifier
from escrow.client.words import generate_words, vault_keys
from escrow.command import filing
from escrow.command.net import Http
from escrow.command.registering import verify
from escrow.command.survivor import Survivor
from escrow.command.word_list import word_list
from escrow.messages.filing import ContactCard, NudgePart
from escrow.messages.registration import VerificationRequest

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


def filed(survivor, label):
    known = Identifier(kind="email", value=f"{label}@firm.example.org")
    card, nudge = ContactCard(name="Her"), NudgePart(channel="", address="")
    filing.begin(survivor, filing.Draft(label, (known,), "", 3, card, nudge))
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


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize(("act", "version"), [(filed, 1), (added, 2)])
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
