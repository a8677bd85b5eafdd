"""The rounds of a judgement: standing, self evaluations, locks (§C2 to §C5).

Each round sends this trustee's own letter once and leads on when letters of t'
trustees are there. Rounds are recomputed from the file, which alone is kept.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from blind_index.errors import NotEnoughShares
from blind_index.group import Element
from escrow.manifest import Deployment
from escrow.messages.cases import (
    FellowLetter,
    LockShares,
    SelfEvaluations,
    StandingShares,
)
from escrow.messages.codec import Blob
from escrow.messages.mailbox import Letter
from escrow.trustee.bench import Bench
from escrow.trustee.case_files import CaseFile, GatheringCase, SetAside
from escrow.trustee.claim import Member
from escrow.trustee.context import Event, Step
from escrow.trustee.fellow_letters import check_box_keys, seal_letter
from escrow.trustee.standing import (
    VerifiedMember,
    evaluate_self_tags,
    lying_letters,
    names_herself,
    verify_members,
)
from escrow.trustee.verdict import give_verdict, refuse_group
from escrow.trustee_lock import Part


def proceed(
    bench: Bench, members: Sequence[Member], step: Step[GatheringCase]
) -> Step[CaseFile]:
    """Go as far as the file's evidence carries."""
    step = step.then(_send_standing(bench, members, step.state))
    if len(step.state.standing) < bench.needed:
        return Step(step.state, step.letters, step.events)
    step = step.then(_send_evaluations(bench, members, step.state))
    honest = _honest_evaluations(bench, members, step)
    if len(honest.state.evaluations) < bench.needed:
        return Step(honest.state, honest.letters, honest.events)
    step = honest.then(_send_locks(bench, members, honest.state))
    kept = standing_places(members, step.state)
    if not feasible(bench.deployment, members, kept):
        return step.then(refuse_group(bench, members, step.state))
    if len(step.state.lock) < bench.needed:
        return Step(step.state, step.letters, step.events)
    return step.then(give_verdict(bench, members, kept, step.state))


def standing_places(members: Sequence[Member], case: GatheringCase) -> list[int]:
    """Members who are not set aside, in order."""
    out = {aside.member for aside in case.set_aside}
    return [member.place for member in members if member.place not in out]


def feasible(
    deployment: Deployment, members: Sequence[Member], kept: Sequence[int]
) -> bool:
    """Whether some level m has at least m of these members with h <= m."""
    thresholds = [members[place].report.core.match_threshold for place in kept]
    return any(sum(h <= m for h in thresholds) >= m for m in deployment.levels)


def _mine(bench: Bench, letters: Sequence[FellowLetter]) -> bool:
    return bench.trustee.index in {letter.sender for letter in letters}


def _sealed(
    bench: Bench, case: GatheringCase, letter: FellowLetter
) -> tuple[Letter, ...]:
    keys = check_box_keys(bench.deployment, case.claim.box_keys)
    return seal_letter(bench.trustee, letter, keys)


def _send_standing(
    bench: Bench, members: Sequence[Member], case: GatheringCase
) -> Step[GatheringCase]:
    """Round one: own shares of the standing keys, to every fellow."""
    if _mine(bench, case.standing):
        return Step(case)
    shares = []
    for member in members:
        held = bench.holding(member)
        shares.append(None if held is None else held.shares[Part.STANDING])
    letter = StandingShares(
        case_id=case.case_id, sender=bench.trustee.index, shares=tuple(shares)
    )
    aside = tuple(
        SetAside(member=member.place, reason="withdrawn or replaced")
        for member in members
        if bench.outdated(member)
    )
    state = replace(case, standing=(*case.standing, letter), set_aside=aside)
    return Step(state, _sealed(bench, case, letter))


def _verified(
    bench: Bench, members: Sequence[Member], case: GatheringCase
) -> tuple[list[VerifiedMember], list[SetAside]]:
    kept = standing_places(members, case)
    return verify_members(
        bench.deployment,
        [members[place] for place in kept],
        bench.held,
        case.standing,
        bench.day,
    )


def _send_evaluations(
    bench: Bench, members: Sequence[Member], case: GatheringCase
) -> Step[GatheringCase]:
    """Judge the members' standing; then evaluate their self tags."""
    if _mine(bench, case.evaluations):
        return Step(case)
    verified, aside = _verified(bench, members, case)
    letter = SelfEvaluations(
        case_id=case.case_id,
        sender=bench.trustee.index,
        evaluations=evaluate_self_tags(bench.trustee, verified),
    )
    state = replace(
        case,
        evaluations=(*case.evaluations, letter),
        set_aside=(*case.set_aside, *aside),
    )
    return Step(state, _sealed(bench, case, letter))


def _honest_evaluations(
    bench: Bench, members: Sequence[Member], step: Step[GatheringCase]
) -> Step[GatheringCase]:
    """Drop evaluations that do not verify, naming who sent them."""
    case = step.state
    if _mine(bench, case.lock) or len(case.evaluations) < bench.needed:
        return step
    verified, _ = _verified(bench, members, case)
    lying = lying_letters(bench.deployment, verified, case.evaluations)
    kept = tuple(e for e in case.evaluations if e.sender not in lying)
    events = tuple(
        Event(
            kind="letter refused",
            subject=Blob(case.case_id),
            detail=f"trustee {sender}: {reason}",
        )
        for sender, reason in lying.items()
    )
    state = replace(case, evaluations=kept)
    return step.then(Step(state, (), events))


def _send_locks(
    bench: Bench, members: Sequence[Member], case: GatheringCase
) -> Step[GatheringCase]:
    """Round two: the self-report guard; then own shares of the lock keys."""
    if _mine(bench, case.lock):
        return Step(case)
    verified, _ = _verified(bench, members, case)
    tags = {Element.decode(tag) for row in case.tags for tag in row}
    aside = list(case.set_aside)
    for member in verified:
        reason = _guard(bench.deployment, member, case, tags)
        if reason:
            aside.append(SetAside(member=member.place, reason=reason))
    case = replace(case, set_aside=tuple(aside))
    kept = standing_places(members, case)
    if not feasible(bench.deployment, members, kept):
        return Step(case)
    holding = {place: bench.holding(members[place]) for place in kept}
    held = {place: report for place, report in holding.items() if report}
    letter = LockShares(
        case_id=case.case_id,
        sender=bench.trustee.index,
        members=tuple(held),
        shares=tuple(report.shares[Part.LOCK] for report in held.values()),
    )
    state = replace(case, lock=(*case.lock, letter))
    return Step(state, _sealed(bench, case, letter))


def _guard(
    deployment: Deployment,
    member: VerifiedMember,
    case: GatheringCase,
    tags: set[Element],
) -> str:
    """Why a member is set aside by the self-report guard; empty if she is not."""
    try:
        if names_herself(deployment, member, case.evaluations, tags):
            return "her own verified identifiers are among those named"
    except NotEnoughShares:
        return "too few trustees evaluated her self tags"
    return ""
