"""Open the locks, give the verdict, prepare the notices (§C4 to §C6)."""

import dataclasses
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from blind_index.errors import MisuseError, ProtocolError
from blind_index.group import Element, Scalar
from escrow.lock_search import Opening, judge_locks
from escrow.manifest import Deployment
from escrow.match_lock import (
    Claimant,
    Wrapped,
    check_wrap,
    claimant,
)
from escrow.messages.cases import Verdict
from escrow.messages.codec import Blob, Digest, decode
from escrow.messages.filing import LockPart
from escrow.report.contents import nudge_key
from escrow.trustee.bench import Bench
from escrow.trustee.case_files import (
    GatheringCase,
    Invitable,
    JudgedCase,
    JudgedMember,
    SetAside,
)
from escrow.trustee.claim import Member, group_case_id
from escrow.trustee.context import Event, Step
from escrow.trustee.nudging import nudge_letters
from escrow.trustee.repeating import signed_verdict
from escrow.trustee.standing import combine_member
from escrow.trustee_lock import Part, open_part


def refuse_group(
    bench: Bench, members: Sequence[Member], case: GatheringCase
) -> Step[JudgedCase]:
    """The verdict when too few members are left at every level."""
    verdict = _verdict(bench, case, 0, ())
    return _conclude(bench, members, case, (verdict, {}))


def give_verdict(
    bench: Bench,
    members: Sequence[Member],
    kept: Sequence[int],
    case: GatheringCase,
) -> Step[JudgedCase]:
    """Open the locks of the members that stand, and say which group opens."""
    claimants, aside = _open_locks(bench.deployment, members, kept, case)
    places = list(claimants)
    opening = judge_locks(
        list(claimants.values()),
        bench.deployment.levels,
        bench.deployment.opening_keys.public_key,
    )
    if opening is not None and members[-1].is_witness:
        opening = _with_witness(bench, members, claimants, opening)
    if opening is None:
        state = replace(case, set_aside=(*case.set_aside, *aside))
        return refuse_group(bench, members, state)
    standing = tuple(places[i] for i in sorted(opening.members))
    aside += [
        SetAside(member=place, reason="her lock is not this group's")
        for place in places
        if opening.level in claimants[place].shares and place not in standing
    ]
    state = replace(case, set_aside=(*case.set_aside, *aside))
    wraps = {place: Blob(claimants[place].wrap) for place in standing}
    verdict = _verdict(bench, case, opening.level, standing)
    step = _conclude(bench, members, state, (verdict, wraps))
    if members[-1].is_witness:
        wrapped = opening.members[places.index(members[-1].place)]
        return step.then(Step(_invitable(step.state, wrapped)))
    judged = _with_nudge_keys(step.state, opening, places)
    return step.then(Step(judged, nudge_letters(bench, judged)))


def _with_witness(
    bench: Bench,
    members: Sequence[Member],
    claimants: Mapping[int, Claimant],
    opening: Opening,
) -> Opening | None:
    """The group's opening and the witness's wrap; None if hers does not open.

    The group has opened without her: she adds nothing to it (§B3).
    """
    witness = members[-1].place
    if witness not in claimants:
        return None
    try:
        wrapped = check_wrap(
            claimants[witness],
            opening.secrets,
            bench.deployment.opening_keys.public_key,
        )
    except ProtocolError:
        return None
    place = list(claimants).index(witness)
    return dataclasses.replace(opening, members={**opening.members, place: wrapped})


def _invitable(case: JudgedCase, wrapped: Wrapped) -> JudgedCase:
    """The file with the key of the witness's nudge, for when she is invited."""
    if case.invitable is None:
        raise MisuseError("not a witness's case")
    key = nudge_key(wrapped.contact_key, case.members[-1].report_key)
    invitable = replace(case.invitable, nudge_key=Digest(key.reveal()))
    return replace(case, invitable=invitable)


def _open_locks(
    deployment: Deployment,
    members: Sequence[Member],
    kept: Sequence[int],
    case: GatheringCase,
) -> tuple[dict[int, Claimant], list[SetAside]]:
    claimants, aside = {}, []
    for place in kept:
        try:
            claimants[place] = _open_lock(deployment, members[place], case)
        except (ProtocolError, IndexError) as error:
            reason = f"{type(error).__name__}: {error}"
            aside.append(SetAside(member=place, reason=reason))
    return claimants, aside


def _open_lock(deployment: Deployment, member: Member, case: GatheringCase) -> Claimant:
    shares = {
        letter.sender: Scalar.decode(letter.shares[letter.members.index(member.place)])
        for letter in case.lock
        if member.place in letter.members
    }
    core, position = member.report.core, member.evidence.position
    secret = combine_member(deployment, member, Part.LOCK, shares)
    plaintext = open_part(secret, core.report_key, Part.LOCK, member.evidence.lock)
    entry = decode(plaintext, LockPart).entries[position]
    tag = core.encrypted_tags[position]
    points = (Element.decode(tag.c1), Element.decode(tag.c2))
    return claimant(
        core.report_key,
        core.match_threshold,
        deployment.levels,
        entry,
        points,
        witness=member.is_witness,
    )


def _verdict(
    bench: Bench, case: GatheringCase, level: int, standing: tuple[int, ...]
) -> Verdict:
    return Verdict(
        case_id=case.case_id,
        index=bench.trustee.index,
        level=level,
        standing=standing,
    )


def _conclude(
    bench: Bench,
    members: Sequence[Member],
    case: GatheringCase,
    outcome: tuple[Verdict, Mapping[int, Blob]],
) -> Step[JudgedCase]:
    """The judged file, the signed verdict, and the log's account of it.

    Answers that came before the verdict stay in the file; the shell hands them
    in again (`release.review`).
    """
    verdict, wraps = outcome
    group = group_case_id(members)
    judged = JudgedCase(
        case_id=case.case_id,
        members=tuple(
            JudgedMember(
                report_key=member.report.core.report_key,
                header_digest=member.report.digest,
                reader_key=member.report.core.reader_key,
                match_threshold=member.report.core.match_threshold,
                wrap=wraps.get(member.place, Blob(b"")),
                nudge_key=Blob(b""),
            )
            for member in members
        ),
        verdict=verdict,
        judged_day=bench.day,
        invitable=None
        if group is None
        else Invitable(group_case_id=group, nudge_key=None),
        consents=case.consents,
    )
    letter = signed_verdict(bench, judged)
    aside = "; ".join(f"member {a.member}: {a.reason}" for a in case.set_aside)
    event = Event(
        kind="verdict",
        subject=Blob(case.case_id),
        detail=f"level {verdict.level}, standing {list(verdict.standing)}"
        + (f", set aside: {aside}" if aside else ""),
    )
    return Step(judged, (letter,), (event,))


def _with_nudge_keys(
    case: JudgedCase, opening: Opening, places: Sequence[int]
) -> JudgedCase:
    """The file with the key of each standing member's nudge."""
    members = list(case.members)
    for i, wrapped in opening.members.items():
        member = members[places[i]]
        key = nudge_key(wrapped.contact_key, member.report_key)
        members[places[i]] = replace(member, nudge_key=Blob(key.reveal()))
    return replace(case, members=tuple(members))
