"""How far a case has come: who is still in it, whether a round's letters suffice."""

from collections.abc import Sequence

from escrow.messages.cases import (
    FellowLetter,
    LockShares,
    SelfEvaluations,
    StandingShares,
)
from escrow.trustee.bench import Bench
from escrow.trustee.case_files import GatheringCase
from escrow.trustee.claim import Member

# How long absent trustees are waited for; then t' that have spoken are enough.
PATIENCE_DAYS = 3


def standing_places(members: Sequence[Member], case: GatheringCase) -> list[int]:
    """Members who are not set aside, in order."""
    out = {aside.member for aside in case.set_aside}
    return [member.place for member in members if member.place not in out]


def has_spoken(bench: Bench, letters: Sequence[FellowLetter]) -> bool:
    """Whether this trustee's own letter is among a round's."""
    return bench.trustee.index in {letter.sender for letter in letters}


def spoken(
    bench: Bench,
    members: Sequence[Member],
    case: GatheringCase,
    letters: Sequence[FellowLetter],
) -> bool:
    """Whether a round's letters suffice for every member still in the case."""
    if len(letters) == bench.deployment.opening_keys.size:
        return True
    waited = bench.day - case.opened_day >= PATIENCE_DAYS
    if waited and len(letters) >= bench.needed:
        return True
    given = [place for letter in letters for place in _places_given(letter)]
    return all(
        given.count(place) >= bench.needed for place in standing_places(members, case)
    )


def _places_given(letter: FellowLetter) -> set[int]:
    """The members for whom a letter gives something."""
    match letter:
        case StandingShares():
            return {i for i, share in enumerate(letter.shares) if share is not None}
        case SelfEvaluations():
            return {evaluation.member for evaluation in letter.evaluations}
        case LockShares():
            return set(letter.members)


def too_early(bench: Bench, members: Sequence[Member], case: GatheringCase) -> bool:
    """Whether own evaluations are sent, and of no member there can be t' of them.

    The checks are most of what a case costs; each letter would repeat them. A
    group of which nobody is left is refused all the same.
    """
    return (
        has_spoken(bench, case.evaluations)
        and len(case.evaluations) < bench.needed
        and bool(standing_places(members, case))
    )
