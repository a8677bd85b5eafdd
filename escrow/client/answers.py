"""What became of her answers: which trustees signed that they have them (§C10)."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from blind_index.labels import Label
from escrow.case import case_id_of
from escrow.client.receipts import open_receipts
from escrow.client.vault import SavedAnswer, SavedReport
from escrow.manifest import Deployment
from escrow.messages.cases import CLOCKS_APART, AnswerReceipt, CaseView, Consent
from escrow.messages.codec import Signed
from escrow.report.contents import quorum
from escrow.signing import public_key, sign

#: Members of all answers that a report keeps; a vault has room for no end of them.
MOST_MEMBERS: Final = 256


def sign_answer(report: SavedReport, given: SavedAnswer) -> Signed:
    """The signed answer; of the same one always the same bytes."""
    seed = report.keys().report_seed
    consent = Consent(
        case_id=given.case_id,
        report_key=public_key(seed),
        header_digests=given.header_digests,
        answer=given.answer,
        counter=given.counter,
        last_day=given.last_day,
    )
    return sign(seed, Label.CONSENT, consent)


def with_answer(report: SavedReport, given: SavedAnswer, *, day: int) -> SavedReport:
    """The report with an answer in place of the one before; none that is over.

    Of very many the oldest are left out, or the vault could not be written any more.
    """
    others = [
        known
        for known in report.answers
        if known.case_id != given.case_id and not is_over(known, day)
    ]
    answers = _that_fit((*others, given))
    return replace(report, answers=answers, consent_counter=given.counter)


def _that_fit(answers: Sequence[SavedAnswer]) -> tuple[SavedAnswer, ...]:
    """The newest of these, oldest first; the last one in any case."""
    kept: list[SavedAnswer] = []
    room = MOST_MEMBERS
    for given in reversed(answers):
        room -= len(given.header_digests)
        if kept and room < 0:
            break
        kept.append(given)
    return tuple(reversed(kept))


def is_over(given: SavedAnswer, day: int) -> bool:
    """Whether neither the answer nor a yes before it can be used any more.

    A yes before it may end later, by as much as trustees let clocks differ.
    """
    return day > given.last_day + CLOCKS_APART


def note_heard(
    deployment: Deployment, report: SavedReport, receipts: Sequence[Signed]
) -> SavedReport:
    """The report with every trustee that signed for an answer other than yes, ever.

    A server that lost what it was told before takes nothing back by that. Of a yes
    nothing is noted: who gets it late introduces her late, and no more.
    """
    opened = tuple(_open(deployment, report, receipts))
    answers = tuple(
        given if given.answer == "yes" else _heard_more(given, opened)
        for given in report.answers
    )
    return replace(report, answers=answers)


def _open(
    deployment: Deployment, report: SavedReport, receipts: Sequence[Signed]
) -> Iterable[AnswerReceipt]:
    label = Label.ANSWER_RECEIPT
    return open_receipts(deployment, report, receipts, AnswerReceipt, label)


def _heard_more(given: SavedAnswer, opened: Iterable[AnswerReceipt]) -> SavedAnswer:
    heard = {*given.heard, *(one.index for one in opened if _is_for(one, given))}
    return replace(given, heard=tuple(sorted(heard)))


def _is_for(receipt: AnswerReceipt, given: SavedAnswer) -> bool:
    """Whether a trustee has this answer, or a later one that says as much."""
    return (
        receipt.case_id == given.case_id
        and receipt.counter >= given.counter
        and (receipt.answer == "yes") == (given.answer == "yes")
    )


def heard_by(deployment: Deployment, report: SavedReport, view: CaseView) -> list[int]:
    """Which trustees signed that they have her answer to a case that is shown."""
    opened = tuple(_open(deployment, report, view.heard))
    mine = [given for given in report.answers if given.case_id == view.case_id]
    return sorted({i for given in mine for i in _heard_more(given, opened).heard})


def is_heard(deployment: Deployment, heard: Collection[int]) -> bool:
    """Whether fewer trustees than are needed to open are left without so many."""
    needed = quorum(deployment)
    return needed.size - len(heard) < needed.trustee_threshold


def unheard(deployment: Deployment, report: SavedReport, day: int) -> list[SavedAnswer]:
    """Answers other than yes that are not finished: they are sent again."""
    return [
        given
        for given in report.answers
        if given.answer != "yes"
        and not is_over(given, day)
        and not is_heard(deployment, given.heard)
    ]


def told_yes(report: SavedReport, day: int) -> list[SavedAnswer]:
    """Every yes of hers that may still be used, shown to her or not.

    An API may hide the group about which it was given; trustees go by it all the
    same. Invitations of witnesses are not among them (§B4).
    """
    return [
        given
        for given in report.answers
        if given.answer == "yes"
        and not is_over(given, day)
        and (report.witness or given.case_id == case_id_of(given.header_digests))
    ]
