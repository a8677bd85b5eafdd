"""How fellows' letters gather in a case file, and how a member leaves it."""

from collections.abc import Collection

from msgspec.structs import replace

from escrow.messages.cases import FellowLetter, LockShares, StandingShares
from escrow.trustee.case_files import GatheringCase


def file_letter(case: GatheringCase, letter: FellowLetter) -> GatheringCase:
    """The file with a letter more; the first of a sender and kind stays.

    Standing shares that were missing in a sender's first letter are filled in.
    """
    if isinstance(letter, StandingShares):
        return replace(case, standing=merge_standing(case.standing, letter))
    known: tuple[FellowLetter, ...] = (*case.evaluations, *case.lock)
    if any(type(o) is type(letter) and o.sender == letter.sender for o in known):
        return case
    if isinstance(letter, LockShares):
        return replace(case, lock=(*case.lock, letter))
    return replace(case, evaluations=(*case.evaluations, letter))


def merge_standing(
    known: tuple[StandingShares, ...], letter: StandingShares
) -> tuple[StandingShares, ...]:
    """One letter a sender; a later one only fills in what was missing."""
    for place, other in enumerate(known):
        if other.sender == letter.sender:
            pairs = zip(other.shares, letter.shares, strict=True)
            filled = tuple(old or new for old, new in pairs)
            merged = replace(other, shares=filled)
            return (*known[:place], merged, *known[place + 1 :])
    return (*known, letter)


def forget_members(case: GatheringCase, gone: Collection[int]) -> GatheringCase:
    """The file without any share of these members."""
    standing = tuple(
        replace(
            letter,
            shares=tuple(
                None if place in gone else share
                for place, share in enumerate(letter.shares)
            ),
        )
        for letter in case.standing
    )
    lock = tuple(_without(letter, gone) for letter in case.lock)
    return replace(case, standing=standing, lock=lock)


def _without(letter: LockShares, gone: Collection[int]) -> LockShares:
    pairs = zip(letter.members, letter.shares, strict=True)
    kept = [(place, share) for place, share in pairs if place not in gone]
    return replace(
        letter,
        members=tuple(place for place, _ in kept),
        shares=tuple(share for _, share in kept),
    )
