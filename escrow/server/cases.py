"""A case from its verdicts to its answers, as the server may know it (§C5, §C7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from blind_index.labels import Label
from escrow.case import latest_answers, satisfied
from escrow.errors import InvalidCase, InvalidConsent
from escrow.manifest import Deployment
from escrow.messages.cases import CaseView, Consent, ReportStatus, Verdict
from escrow.messages.codec import Digest, PublicKey, Signed, encode
from escrow.padding import STATUS_BYTES
from escrow.signing import open_signed, peek

MAX_CASES_SHOWN = 4


@dataclass(frozen=True)
class CaseMember:
    """A member as the server knows it; `live` unless withdrawn or replaced."""

    report_key: PublicKey
    header_digest: Digest
    position: int
    match_threshold: int
    live: bool


@dataclass(frozen=True)
class CaseRecord:
    """A case: members in order, verdicts and answers as they came, signed."""

    case_id: Digest
    members: tuple[CaseMember, ...]
    verdicts: tuple[Signed, ...]
    consents: tuple[Signed, ...]


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
    standing = satisfied(places, _thresholds(record))
    return tuple(standing), tuple(signed for _, signed in found) if standing else ()


def member_digests(record: CaseRecord) -> dict[PublicKey, Digest]:
    """Report key to header digest, in the case's order."""
    return {member.report_key: member.header_digest for member in record.members}


def willing_members(record: CaseRecord, standing: Sequence[int]) -> list[int]:
    """Who said yes, as far as that set meets each one's own minimum."""
    answers = latest_answers(record.consents)
    willing = [
        place
        for place in standing
        if record.members[place].live
        and (answer := answers.get(record.members[place].report_key)) is not None
        and answer.answer == "yes"
    ]
    return satisfied(willing, _thresholds(record))


def _thresholds(record: CaseRecord) -> list[int]:
    return [member.match_threshold for member in record.members]


def view_case(
    deployment: Deployment,
    record: CaseRecord,
    report_key: PublicKey,
    *,
    connected: bool,
) -> CaseView | None:
    """What a member may see of a case; None while there is nothing to see.

    A member who is set aside, or whose group no longer meets its members'
    minimum because others withdrew, sees nothing: her entry waits (again). What
    was released to her already stays hers to see (`connected`).
    """
    standing, verdicts = standing_members(deployment, record)
    live = [place for place in standing if record.members[place].live]
    mine = [p for p in live if record.members[p].report_key == report_key]
    still = satisfied(live, _thresholds(record))
    if not mine or (mine[0] not in still and not connected):
        return None
    own = latest_answers(record.consents).get(report_key)
    return CaseView(
        case_id=record.case_id,
        header_digests=tuple(m.header_digest for m in record.members),
        member=mine[0],
        positions=tuple(m.position for m in record.members),
        verdicts=verdicts,
        answer=own.answer if own else None,
        counter=own.counter if own else 0,
        settled=_settled(record, standing, mine[0]),
        connected=connected,
    )


def _settled(record: CaseRecord, standing: Sequence[int], mine: int) -> bool:
    """Everybody gave a final answer, and she is not among those who open."""
    answers = latest_answers(record.consents)
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
    one with the same; what was released in it stays to be seen (`connected`).

    Args:
        deployment: The manifest.
        viewed: Cases of one report with their views, oldest first.
    """
    live = [
        {
            record.members[place].report_key
            for place in standing_members(deployment, record)[0]
            if record.members[place].live
        }
        for record, _ in viewed
    ]
    return [
        view
        for place, (_, view) in enumerate(viewed)
        if view.connected
        or not any(
            live[place] < other or (live[place] == other and later > place)
            for later, other in enumerate(live)
        )
    ]


def admit_consent(consents: Sequence[Signed], signed: Signed) -> bool:
    """Whether an answer is new; the same again changes nothing.

    Raises:
        InvalidConsent: Its counter does not rise.
    """
    if signed in consents:
        return False
    consent = peek(signed, Consent)
    known = latest_answers(consents).get(consent.report_key)
    if known is not None and consent.counter <= known.counter:
        raise InvalidConsent("a newer answer is stored", culprit="client")
    return True


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
