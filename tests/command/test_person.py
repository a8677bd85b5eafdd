from types import SimpleNamespace

import pytest

from blind_index.errors import InputError, ProtocolError
from escrow.client.connecting import Contact
from escrow.command.following import Standing
from escrow.command.person import reason_of
from escrow.command.person_entry import Entry
from escrow.command.withdrawing import Progress, Withdrawal
from escrow.messages.filing import ContactCard

ONE_OF_3 = "1 of 3 trustees have signed that they erased their part"


def view(answer=None, *, settled=False, connected=False):
    return SimpleNamespace(answer=answer, settled=settled, connected=connected)


def standing(*views):
    return Standing(SimpleNamespace(witness=False), SimpleNamespace(), views)


def entry(*views, **fields):
    usual = {"filed": True, "standing": standing(*views)}
    return Entry("first", says_yes=False, **usual | fields)


@pytest.mark.parametrize(
    ("views", "state"),
    [
        ((), "waiting"),
        ((view(),), "asked"),
        ((view("later"),), "asked"),
        ((view("yes"),), "asked"),
        ((view("yes", settled=True),), "waiting"),
        ((view("no"),), "waiting"),
        ((view("no"), view()), "asked"),
    ],
)
def test_a_state_follows_from_the_groups_and_their_answers(views, state):
    assert entry(*views).state == state


def test_who_met_somebody_is_connected_whatever_else_is_asked():
    card = ContactCard(name="Bea")
    met = {"b@example.org": Contact(1, card, "Bea", "b@example.org")}
    assert entry(view(), met=met).state == "connected"


@pytest.mark.parametrize(
    ("progress", "state", "refused"),
    [
        (Progress.GONE, "withdrawn", None),
        (Progress.NOTHING_HELD, "withdrawn", None),
        (Progress.UNFINISHED, "withdrawing", f"not taken back everywhere: {ONE_OF_3}"),
    ],
)
def test_what_she_takes_back_is_called_so_once_it_is_done(progress, state, refused):
    left = entry(view(), withdrawal=Withdrawal(progress, (2,), 3))
    assert left.state == state
    assert left.reason == refused


def test_what_was_never_stored_is_refused():
    assert entry(filed=False, standing=None).state == "refused"


def test_later_counts_as_unanswered():
    found = standing(view("later"), view("yes"), view())
    assert [one.answer for one in found.unanswered] == ["later", None]


def test_a_reason_carries_the_advice():
    assert reason_of(InputError("group", "too small", "Choose 3.")) == (
        "group: too small. Choose 3."
    )
    assert reason_of(ProtocolError("a token that was spent")) == (
        "a token that was spent"
    )
