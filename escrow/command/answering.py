"""Answer a group; who signed that they have the answer (§C7, §C10)."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from blind_index.errors import ProtocolError
from escrow.client.answers import (
    heard_by,
    note_heard,
    sign_answer,
    told_yes,
    unheard,
)
from escrow.client.following import answer_case, retract
from escrow.client.vault import SavedAnswer
from escrow.command.net import Busy, Unreachable
from escrow.command.receipts import ask
from escrow.command.survivor import Survivor
from escrow.messages.cases import Answer, AnswerReceipts, CaseView
from escrow.messages.codec import Signed
from escrow.report.contents import quorum

_PAUSE, _LONGEST_PAUSE = 0.1, 1.0
_FAILED = (Unreachable, Busy, ProtocolError)


@dataclass(frozen=True)
class Heard:
    """By how many of all trustees the least heard of some answers is had."""

    trustees: int
    all_trustees: int

    @property
    def count(self) -> str:
        """How many trustees signed, in words."""
        return (
            f"{self.trustees} of {self.all_trustees} trustees have signed that they "
            "have your answer"
        )


def answer(
    survivor: Survivor, label: str, views: Sequence[CaseView], given: Answer
) -> int:
    """Give one answer to these groups; how many were told.

    It is kept before it is sent, so that its counter never repeats. One that is not
    yes is sent again at every look until enough trustees signed for it; that it could
    not be sent now is told by `unfinished`, not raised.

    Raises:
        Unreachable: The vault could not be kept; or a yes could not be sent.
    """
    report, signed = survivor.report(label), []
    for view in views:
        report, consent = answer_case(report, view, given, day=survivor.place.day)
        signed.append(consent)
    survivor.keep(report)
    if given == "yes":
        for consent in signed:
            _send(survivor, label, consent)
    else:
        go_on(survivor, label)
    return len(signed)


def take_back_yes(survivor: Survivor, label: str, shown: Sequence[CaseView]) -> int:
    """Say no to every group that she told yes and that is not shown; how many."""
    report, day = survivor.report(label), survivor.place.day
    ids = {view.case_id for view in shown}
    hidden = [given for given in told_yes(report, day) if given.case_id not in ids]
    for given in hidden:
        report = retract(report, given, day=day)
    survivor.keep(report)
    go_on(survivor, label)
    return len(hidden)


def go_on(survivor: Survivor, label: str) -> None:
    """Send again what too few trustees have signed for."""
    for given in _unheard(survivor, label):
        try:
            _send(survivor, label, sign_answer(survivor.report(label), given))
        except _FAILED:
            continue


def _unheard(survivor: Survivor, label: str) -> list[SavedAnswer]:
    place = survivor.place
    return unheard(place.deployment, survivor.report(label), place.day)


def _send(survivor: Survivor, label: str, consent: Signed) -> None:
    place = survivor.place
    url = place.url("cases/consents")
    _note(survivor, label, place.http.post(url, consent, AnswerReceipts).receipts)


def _note(survivor: Survivor, label: str, receipts: Sequence[Signed]) -> None:
    deployment = survivor.place.deployment
    survivor.change(label, lambda report: note_heard(deployment, report, receipts))


def wait(survivor: Survivor, label: str) -> None:
    """Wait a while until enough trustees signed for what is not finished."""
    place = survivor.place
    deadline, pause = time.monotonic() + place.http.patience, _PAUSE
    with place.reporter.work("Waiting for the trustees", None):
        while _unheard(survivor, label) and time.monotonic() < deadline:
            try:
                views = ask(place, survivor.report(label)).cases
            except _FAILED:
                return
            _note(survivor, label, [one for view in views for one in view.heard])
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)


def unfinished(survivor: Survivor, label: str) -> Heard | None:
    """How far an answer other than yes came that is not finished; None if none is."""
    open_ones = _unheard(survivor, label)
    if not open_ones:
        return None
    return _heard(survivor, [len(given.heard) for given in open_ones])


def heard(survivor: Survivor, label: str, views: Sequence[CaseView]) -> Heard:
    """How many trustees have her answers to these groups."""
    report, deployment = survivor.report(label), survivor.place.deployment
    counts = [len(heard_by(deployment, report, view)) for view in views]
    return _heard(survivor, counts)


def _heard(survivor: Survivor, counts: Sequence[int]) -> Heard:
    size = quorum(survivor.place.deployment).size
    return Heard(min(counts, default=0), size)
