"""The rounds of a judgement: standing, self evaluations, locks (§C2 to §C5).

Each round sends this trustee's own letter once and leads on when letters of t'
trustees are there. Rounds are recomputed from the file, which alone is kept.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from blind_index.errors import NotEnoughShares
from escrow.box_keys import check_box_keys
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
from escrow.trustee.case_files import (
    CaseFile,
    GatheringCase,
    JudgedCase,
    SetAside,
)
from escrow.trustee.claim import Member
from escrow.trustee.context import Event, Step
from escrow.trustee.evidence import forget_members, merge_standing
from escrow.trustee.fellow_letters import seal_letter
from escrow.trustee.round_letters import (
    has_spoken,
    spoken,
    standing_places,
    too_early,
)
from escrow.trustee.standing import (
    VerifiedMember,
    evaluate_self_tags,
    lying_letters,
    self_tags,
    verify_members,
)
from escrow.trustee.verdict import give_verdict, refuse_group
from escrow.trustee_lock import Part


def proceed(
    bench: Bench, members: Sequence[Member], step: Step[GatheringCase]
) -> Step[CaseFile]:
    """Go as far as the file's evidence carries.

    A round leads on when every member still in the case has what t' trustees
    must give for her, or when every trustee has spoken: a letter that gives
    nothing must not count as one of t', or one trustee could censor a group.
    After `PATIENCE_DAYS` t' trustees are enough, so that a member whose shares
    the absent ones hold cannot stall the others for ever.
    """
    step = step.then(Step(_forget_outdated(bench, members, step.state)))
    step = step.then(_send_standing(bench, members, step.state))
    if not spoken(bench, members, step.state, step.state.standing):
        return Step(step.state, step.letters, step.events)
    if not has_spoken(bench, step.state.lock):
        judged = _judge_standing(bench, members, step)
        if isinstance(judged.state, JudgedCase):
            return judged
        if not has_spoken(bench, judged.state.lock):
            return Step(judged.state, judged.letters, judged.events)
        step = Step(judged.state, judged.letters, judged.events)
    if not spoken(bench, members, step.state, step.state.lock):
        return Step(step.state, step.letters, step.events)
    kept = standing_places(members, step.state)
    return step.then(give_verdict(bench, members, kept, step.state))


def _judge_standing(
    bench: Bench, members: Sequence[Member], step: Step[GatheringCase]
) -> Step[GatheringCase] | Step[JudgedCase]:
    """From standing shares to own lock shares, as far as evaluations carry.

    Whoever is kept has passed every check of this call: nobody is carried over
    from an earlier one. Nothing is checked while nothing can come of it.
    """
    if too_early(bench, members, step.state):
        return step
    verified, aside = _verified(bench, members, step.state)
    step = step.then(Step(_set_aside(step.state, aside)))
    step = step.then(_send_evaluations(bench, verified, step.state))
    step = step.then(_drop_lies(bench, verified, step.state))
    if not spoken(bench, members, step.state, step.state.evaluations):
        return step
    caught = _guarded(bench, members, verified, step.state)
    step = step.then(Step(_set_aside(step.state, caught)))
    kept = standing_places(members, step.state)
    if not feasible(bench.deployment, members, kept):
        return step.then(refuse_group(bench, members, step.state))
    return step.then(_send_locks(bench, members, kept, step.state))


def _forget_outdated(
    bench: Bench, members: Sequence[Member], case: GatheringCase
) -> GatheringCase:
    """Set aside who took her report back or replaced it, and erase her shares.

    Her own word erases what fellows sent of her too, though no verdict comes.
    """
    gone = {member.place for member in members if bench.outdated(member)}
    kept = set(standing_places(members, case))
    aside = [
        SetAside(member=place, reason="withdrawn or replaced")
        for place in sorted(gone & kept)
    ]
    return _set_aside(forget_members(case, gone), aside)


def _set_aside(case: GatheringCase, more: Sequence[SetAside]) -> GatheringCase:
    return replace(case, set_aside=(*case.set_aside, *more))


def feasible(
    deployment: Deployment, members: Sequence[Member], kept: Sequence[int]
) -> bool:
    """Whether some level m has at least m of these members with h <= m.

    A witness does not count, and without her there is no case of hers (§B3).
    """
    if members[-1].is_witness and members[-1].place not in kept:
        return False
    counting = [members[place] for place in kept if not members[place].is_witness]
    thresholds = [member.report.core.match_threshold for member in counting]
    return any(sum(h <= m for h in thresholds) >= m for m in deployment.levels)


def _sealed(
    bench: Bench, case: GatheringCase, letter: FellowLetter
) -> tuple[Letter, ...]:
    keys = check_box_keys(bench.deployment, case.claim.box_keys)
    return seal_letter(bench.trustee, letter, keys, len(case.claim.members))


def _send_standing(
    bench: Bench, members: Sequence[Member], case: GatheringCase
) -> Step[GatheringCase]:
    """Round one: own shares of the standing keys, to every fellow.

    Sent again when a box has arrived since that was missing before.
    """
    shares = tuple(
        None if (held := bench.holding(member)) is None else held.shares[Part.STANDING]
        for member in members
    )
    letter = StandingShares(
        case_id=case.case_id, sender=bench.trustee.index, shares=shares
    )
    merged = merge_standing(case.standing, letter)
    if merged == case.standing:
        return Step(case)
    return Step(replace(case, standing=merged), _sealed(bench, case, letter))


def _verified(
    bench: Bench, members: Sequence[Member], case: GatheringCase
) -> tuple[list[VerifiedMember], list[SetAside]]:
    kept = {place: members[place] for place in standing_places(members, case)}
    return verify_members(
        bench.deployment, kept, bench.held, case.standing, case.opened_day
    )


def _send_evaluations(
    bench: Bench, verified: Sequence[VerifiedMember], case: GatheringCase
) -> Step[GatheringCase]:
    """Evaluate the self tags of the members whose standing holds."""
    if has_spoken(bench, case.evaluations):
        return Step(case)
    letter = SelfEvaluations(
        case_id=case.case_id,
        sender=bench.trustee.index,
        evaluations=evaluate_self_tags(bench.trustee, verified),
    )
    state = replace(case, evaluations=(*case.evaluations, letter))
    return Step(state, _sealed(bench, case, letter))


def _drop_lies(
    bench: Bench, verified: Sequence[VerifiedMember], case: GatheringCase
) -> Step[GatheringCase]:
    """Drop fellows' evaluations that do not verify, naming who sent them."""
    fellows = [e for e in case.evaluations if e.sender != bench.trustee.index]
    lying = lying_letters(bench.deployment, verified, fellows)
    kept = tuple(e for e in case.evaluations if e.sender not in lying)
    events = tuple(
        Event(
            kind="letter refused",
            subject=Blob(case.case_id),
            detail=f"trustee {sender}: {reason}",
        )
        for sender, reason in lying.items()
    )
    return Step(replace(case, evaluations=kept), (), events)


def _guarded(
    bench: Bench,
    members: Sequence[Member],
    verified: Sequence[VerifiedMember],
    case: GatheringCase,
) -> list[SetAside]:
    """Members whom the self-report guard sets aside, and who named them.

    Between a witness and a member it is the witness who goes, whoever named
    whom: a group is not judged worse for its witness (§B3).
    """
    witness = members[-1].place if members[-1].is_witness else None
    named_in = _naming(members, case)
    aside = []
    for one in verified:
        try:
            own = self_tags(bench.deployment, one, case.evaluations)
        except NotEnoughShares:
            reason = "too few trustees evaluated her self tags"
            aside.append(SetAside(member=one.place, reason=reason))
            continue
        by = {place for tag in own for place in named_in.get(tag.encode(), ())}
        if witness in by and one.place != witness:
            by.discard(witness)
            reason = f"she names member {one.place}"
            aside.append(SetAside(member=witness, reason=reason))
        if by:
            reason = f"her own verified identifiers are named by members {sorted(by)}"
            aside.append(SetAside(member=one.place, reason=reason))
    return aside


def _naming(members: Sequence[Member], case: GatheringCase) -> dict[bytes, list[int]]:
    """Which members hold each tag; an identity tag means nobody."""
    named_in: dict[bytes, list[int]] = {}
    for member in members:
        for tag in case.tags[member.place]:
            if any(tag):
                named_in.setdefault(bytes(tag), []).append(member.place)
    return named_in


def _send_locks(
    bench: Bench, members: Sequence[Member], kept: Sequence[int], case: GatheringCase
) -> Step[GatheringCase]:
    """Round two: own shares of the lock keys of those who are left."""
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
