"""A trustee says again what it said of a case: a server may have lost it (§T1, §T8).

Nothing is decided here. What was decided is posted once more, as far as it may still
be: shares of who took her report back are gone, and answers may have changed.
"""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from blind_index.labels import Label
from escrow.box_keys import check_box_keys
from escrow.errors import InvalidCase
from escrow.messages.cases import FellowLetter
from escrow.messages.codec import Blob, Signed
from escrow.messages.mailbox import ConsentNotice, Letter, SignedVerdict
from escrow.messages.recovery import MOST_CASES, CasesWanted
from escrow.signing import sign
from escrow.trustee import release
from escrow.trustee.alarms import receipts_again
from escrow.trustee.answers import answer_receipts
from escrow.trustee.bench import Bench
from escrow.trustee.case_files import (
    CaseFile,
    GatheringCase,
    JudgedCase,
    WaitingCase,
)
from escrow.trustee.context import Event, Step, Trustee
from escrow.trustee.fellow_letters import seal_letter
from escrow.trustee.nudging import nudge_letters

#: So long a nudge can be asked for again. Whoever takes the server over later must
#: not learn where the notes about older groups went.
NUDGED_AGAIN_DAYS: Final = 30


def check_cases_wanted(trustee: Trustee, wanted: CasesWanted) -> None:
    """Refuse a question about more than is answered at once.

    Raises:
        InvalidCase: Of another deployment, or too long.
    """
    if wanted.deployment_id != trustee.deployment.deployment_id:
        raise InvalidCase("cases of another deployment", culprit="api")
    if len(wanted.case_ids) > MOST_CASES:
        raise InvalidCase("more cases than are answered at once", culprit="api")


def say_again(
    bench: Bench, file: CaseFile, box_keys: Sequence[Signed] = ()
) -> Step[CaseFile]:
    """Post once more what this trustee said of a case.

    Args:
        bench: As for a judgement.
        file: Of the case.
        box_keys: Fellows' keys of today, if a claim brought them.
    """
    answers: tuple[Letter, ...] = (
        *(ConsentNotice(consent=signed) for signed in file.consents),
        *answer_receipts(bench.trustee, file.consents),
    )
    match file:
        case WaitingCase():
            return Step(file, answers)
        case GatheringCase():
            return Step(file, answers).then(_letters_again(bench, file, box_keys))
        case JudgedCase():
            return _judged_again(bench, file, answers)


def _letters_again(
    bench: Bench, case: GatheringCase, box_keys: Sequence[Signed]
) -> Step[CaseFile]:
    """Its own letters of every round so far, to every fellow."""
    if box_keys:
        case = replace(case, claim=replace(case.claim, box_keys=tuple(box_keys)))
    keys = check_box_keys(bench.deployment, case.claim.box_keys)
    members = len(case.claim.members)
    sealed = tuple(
        one
        for letter in _own_letters(bench, case)
        for one in seal_letter(bench.trustee, letter, keys, members)
    )
    return Step(case, sealed, _event(case, f"{len(sealed)} letters"))


def _own_letters(bench: Bench, case: GatheringCase) -> list[FellowLetter]:
    known: list[FellowLetter] = [*case.standing, *case.evaluations, *case.lock]
    return [letter for letter in known if letter.sender == bench.trustee.index]


def _judged_again(
    bench: Bench, case: JudgedCase, answers: tuple[Letter, ...]
) -> Step[CaseFile]:
    """Verdict, answers, receipts, nudges that are not old, and what was released."""
    nudges = nudge_letters(bench, case) if is_young(case.judged_day, bench.day) else ()
    event = _event(case, f"verdict, {len(case.consents)} answers, {len(nudges)} nudges")
    receipts = receipts_again(bench.trustee, bench.holds, case.case_id)
    letters = (signed_verdict(bench, case), *answers, *receipts, *nudges)
    said = Step[CaseFile](case, letters, event)
    return said.then(release.review(bench, _owing_everything(bench, case)))


def is_young(since: int, day: int) -> bool:
    """Whether a nudge that was given on a day may be given again on another."""
    return day - since <= NUDGED_AGAIN_DAYS


def _owing_everything(bench: Bench, case: JudgedCase) -> JudgedCase:
    invitable = case.invitable
    if invitable is not None and invitable.invited_day:
        young = is_young(invitable.invited_day, bench.day)
        invitable = replace(invitable, owed=1 if young else 0)
    return replace(case, owed=case.released, invitable=invitable)


def signed_verdict(bench: Bench, case: JudgedCase) -> SignedVerdict:
    """The verdict as it is posted; the same bytes each time."""
    seed = bench.trustee.identity_seed
    return SignedVerdict(verdict=sign(seed, Label.VERDICT, case.verdict))


def _event(case: CaseFile, detail: str) -> tuple[Event, ...]:
    return (Event(kind="said again", subject=Blob(case.case_id), detail=detail),)
