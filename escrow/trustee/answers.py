"""Whose answers count, as this trustee holds their reports (§C7)."""

from collections.abc import Mapping

from escrow.case import latest_answers, satisfied
from escrow.messages.codec import PublicKey
from escrow.trustee.boxes import Held, HeldReport
from escrow.trustee.case_files import JudgedCase, JudgedMember


def saying_yes(case: JudgedCase, held: Mapping[PublicKey, Held], day: int) -> list[int]:
    """Standing members whose answer is yes, by place.

    Withdrawn and replaced reports do not count, nor do expired answers.
    """
    answers = latest_answers(case.consents)
    return [
        place
        for place in case.verdict.standing
        if _live(case.members[place], held)
        and (answer := answers.get(case.members[place].report_key)) is not None
        and answer.answer == "yes"
        and answer.last_day >= day
    ]


def yes_set(case: JudgedCase, held: Mapping[PublicKey, Held], day: int) -> list[int]:
    """Members who said yes and whose own minimum the set of them still meets."""
    thresholds = [member.match_threshold for member in case.members]
    return satisfied(saying_yes(case, held, day), thresholds)


def _live(member: JudgedMember, held: Mapping[PublicKey, Held]) -> bool:
    known = held.get(member.report_key)
    if known is None:
        return True  # Never held here: nothing says that it was withdrawn.
    return isinstance(known, HeldReport) and known.header_digest == member.header_digest
