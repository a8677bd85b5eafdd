"""A case from its verdicts to its answers, as the server may know it (§C5, §C7)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from blind_index.labels import Label
from escrow.case import case_id_of, latest_answers, satisfied
from escrow.errors import InvalidCase
from escrow.manifest import Deployment
from escrow.messages.cases import CaseView, Consent, ReportStatus, Verdict
from escrow.messages.codec import Digest, PublicKey, Signed, encode
from escrow.padding import STATUS_BYTES
from escrow.signing import open_signed, peek

MAX_CASES_SHOWN = 8


@dataclass(frozen=True)
class CaseMember:
    """A member as the server knows it; `live` unless withdrawn or replaced."""

    report_key: PublicKey
    header_digest: Digest
    position: int
    match_threshold: int
    live: bool
    witness: bool = False


@dataclass(frozen=True)
class CaseRecord:
    """A case: members in order, verdicts and answers as they came, signed.

    `day` is the one on which answers are looked at; 0 where none has run out.
    """

    case_id: Digest
    members: tuple[CaseMember, ...]
    verdicts: tuple[Signed, ...]
    consents: tuple[Signed, ...]
    day: int = 0

    @property
    def answers(self) -> dict[PublicKey, Consent]:
        """Each member's last answer, without a yes whose time is over (§C7)."""
        return {
            key: answer
            for key, answer in latest_answers(self.consents).items()
            if answer.answer != "yes" or answer.last_day >= self.day
        }

    @property
    def witness(self) -> int | None:
        """The place of the witness, if this is her case (§B2)."""
        last = len(self.members) - 1
        return last if self.members[last].witness else None

    @property
    def group_case_id(self) -> Digest:
        """The id of the group's own case."""
        return case_id_of([m.header_digest for m in self.members if not m.witness])


@dataclass(frozen=True)
class SignedForHer:
    """Trustees' receipts for one member's answer (§C10) and for her alarm (§H1)."""

    answers: tuple[Signed, ...] = ()
    alarms: tuple[Signed, ...] = ()


NOTHING_SIGNED = SignedForHer()


def check_verdict(
    deployment: Deployment, sender: int, case_id: Digest, signed: Signed
) -> Verdict:
    """Verify a trustee's verdict.

    Raises:
        InvalidCase: About another case, or in another trustee's name.
        InvalidSignature: Not signed by that trustee.
    """
    identity = deployment.trustee("opening", sender).identity_key
    verdict = open_signed(signed, Verdict, Label.VERDICT, identity, culprit=sender)
    if verdict.index != sender or verdict.case_id != case_id:
        raise InvalidCase("a verdict about another case", culprit=sender)
    return verdict


def standing_members(
    deployment: Deployment, record: CaseRecord
) -> tuple[tuple[int, ...], tuple[Signed, ...]]:
    """Who stands, and the verdicts that say so; nobody while there is no group.

    A member stands if t' trustees each found a group with her in it, and those
    who stand fill their own thresholds. Trustees that differ about another
    member, or found nothing, do not stand in the way.
    """
    found = [
        (peek(signed, Verdict).standing, signed)
        for signed in record.verdicts
        if peek(signed, Verdict).standing
    ]
    needed = deployment.opening_keys.trustee_threshold
    places = [
        place
        for place in range(len(record.members))
        if sum(place in standing for standing, _ in found) >= needed
    ]
    standing = _satisfied(record, places)
    return tuple(standing), tuple(signed for _, signed in found) if standing else ()


def _satisfied(record: CaseRecord, places: Sequence[int]) -> list[int]:
    """The largest part of these in which every own minimum is met.

    A witness does not count; in her case nothing is left without her.
    """
    if record.witness is not None and record.witness not in places:
        return []
    members = [place for place in places if place != record.witness]
    kept = satisfied(members, [member.match_threshold for member in record.members])
    return [
        place for place in places if place in kept or (kept and place not in members)
    ]


def member_digests(record: CaseRecord) -> dict[PublicKey, Digest]:
    """Report key to header digest, in the case's order."""
    return {member.report_key: member.header_digest for member in record.members}


def saying_yes(record: CaseRecord, standing: Sequence[int]) -> list[int]:
    """Which of these, if still live, said yes."""
    answers = record.answers
    return [
        place
        for place in standing
        if record.members[place].live
        and (answer := answers.get(record.members[place].report_key)) is not None
        and answer.answer == "yes"
    ]


def willing_members(record: CaseRecord, standing: Sequence[int]) -> list[int]:
    """Who said yes, as far as that set meets each one's own minimum."""
    willing = saying_yes(record, standing)
    return satisfied(willing, [member.match_threshold for member in record.members])


def view_case(
    deployment: Deployment,
    record: CaseRecord,
    report_key: PublicKey,
    *,
    connected: bool,
    met: Collection[int] = (),
    signed: SignedForHer = NOTHING_SIGNED,
) -> CaseView | None:
    """What a member may see of a case; None while there is nothing to see.

    A member who is set aside, or whose group no longer meets its members'
    minimum because others withdrew, sees nothing: her entry waits (again). What
    was released to her already stays hers to see (`connected`).

    Args:
        deployment: The manifest.
        record: The case.
        report_key: Whose view.
        connected: Something was released to her; or, if she is the witness, of her.
        met: For the case of a witness: who was introduced in the group's own case.
        signed: What trustees signed for her.
    """
    standing, verdicts = standing_members(deployment, record)
    live = [place for place in standing if record.members[place].live]
    mine = [p for p in live if record.members[p].report_key == report_key]
    if record.witness is None:
        still = _satisfied(record, live)
    else:
        still = _invited(record, live, met)
    if not mine or (mine[0] not in still and not connected):
        return None
    last = latest_answers(record.consents).get(report_key)
    # A yes that has run out is asked for again, unless it has done its work.
    own = last if connected else record.answers.get(report_key)
    return CaseView(
        case_id=record.case_id,
        witness=record.witness is not None,
        header_digests=tuple(m.header_digest for m in record.members),
        member=mine[0],
        positions=tuple(m.position for m in record.members),
        verdicts=verdicts,
        answer=own.answer if own else None,
        counter=last.counter if last else 0,
        heard=signed.answers,
        # Nobody learns that a witness said no.
        settled=record.witness is None and _settled(record, standing, mine[0]),
        connected=connected,
        alarms=signed.alarms,
    )


def _invited(
    record: CaseRecord, live: Sequence[int], met: Collection[int]
) -> list[int]:
    """Who may see the case of a witness: members who met; she, once invited (§B4).

    Those who met may go on without one who left since: it costs her nothing.
    """
    witness = record.witness
    if witness is None or witness not in live:
        return []
    members = [place for place in live if place in met and place != witness]
    return [*members, witness] if saying_yes(record, members) else members


def _settled(record: CaseRecord, standing: Sequence[int], mine: int) -> bool:
    """Everybody gave a final answer, and she is not among those who open."""
    answers = record.answers
    live = [record.members[place] for place in standing if record.members[place].live]
    final = all(
        (answer := answers.get(member.report_key)) is not None
        and answer.answer != "later"
        for member in live
    )
    return final and mine not in willing_members(record, standing)


def overtaken(
    deployment: Deployment, viewed: Sequence[tuple[CaseRecord, CaseView]]
) -> list[CaseView]:
    """The views without those that another case of the same people replaces.

    A case gives way to one with more of its live standing members, or to a later
    one with the same; what was released in it stays to be seen (`connected`). Of
    the cases of one witness, what counts for her is who invites her. Cases of
    witnesses come first, so that they push no group out of the status.

    Args:
        deployment: The manifest.
        viewed: Cases of one report with their views, oldest first.
    """
    met = [_would_meet(deployment, record, view) for record, view in viewed]
    about = [record.witness is not None and record.members[-1] for record, _ in viewed]
    kept = [
        view
        for place, (_, view) in enumerate(viewed)
        if view.connected
        or not any(
            met[place] < other or (met[place] == other and later > place)
            for later, other in enumerate(met)
            if about[later] == about[place]
        )
    ]
    return sorted(kept, key=lambda view: not view.witness)


def _would_meet(
    deployment: Deployment, record: CaseRecord, view: CaseView
) -> set[PublicKey]:
    """The live standing members, by key; for a witness those who invite her."""
    standing, _ = standing_members(deployment, record)
    if view.member == record.witness:
        standing = tuple(saying_yes(record, standing))
    return {
        record.members[place].report_key
        for place in standing
        if record.members[place].live
    }


def report_status(
    receipts: Sequence[Signed], erasures: Sequence[Signed], views: Sequence[CaseView]
) -> ReportStatus:
    """The status, always of one size: identical at 0 and at m-1 (§S2).

    At most the `MAX_CASES_SHOWN` last views are shown; fewer if they are large.
    """
    shown = list(views[-MAX_CASES_SHOWN:])
    while True:
        bare = ReportStatus(
            receipts=tuple(receipts),
            erasures=tuple(erasures),
            cases=tuple(shown),
            padding="",
        )
        missing = STATUS_BYTES - len(encode(bare))
        if missing >= 0 or not shown:
            return replace(bare, padding="." * max(missing, 0))
        shown = shown[1:]
