"""A trustee confirms a claimed match by itself (§C1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blind_index.errors import DuplicateShare, NotEnoughShares
from blind_index.group import Element
from blind_index.threshold_evaluation import (
    EvaluationShare,
    combine_evaluation_shares,
    verify_evaluation_share,
)
from escrow.case import MAX_MEMBERS, case_id_of, witness_case_id_of
from escrow.encrypted_tag import strip_tags
from escrow.errors import InvalidCase
from escrow.manifest import Deployment
from escrow.messages.cases import CaseClaim, CaseMember
from escrow.messages.codec import Digest, PublicKey, decode
from escrow.messages.filing import Core, Header, IndexAnswer
from escrow.report.check import CheckedReport, check_header
from escrow.report.contents import header_digest
from escrow.signing import peek
from escrow.trustee.boxes import Held, HeldReport
from escrow.trustee_lock import Part, ciphertext_digest


@dataclass(frozen=True)
class Member:
    """One member of a claim, decoded; `place` counts from 0."""

    place: int
    evidence: CaseMember
    report: CheckedReport

    @property
    def is_witness(self) -> bool:
        """Whether this is a witness, who never counts (§B3)."""
        return self.report.core.witness == 1


def read_members(
    deployment: Deployment, claim: CaseClaim, held: Mapping[PublicKey, Held]
) -> list[Member]:
    """Decode a claim's members, and verify the headers of those not held.

    A header whose digest is the held one was verified on acceptance. Whether a
    report has expired is judged later: it concerns one member, not the claim.
    """
    members = read_accepted(claim)
    for member in members:
        known = held.get(member.report.core.report_key)
        if (
            not isinstance(known, HeldReport)
            or known.header_digest != member.report.digest
        ):
            check_header(deployment, member.evidence.header, day=None)
    return members


def read_accepted(claim: CaseClaim) -> list[Member]:
    """The members of a claim that this trustee has confirmed; decoding only."""
    return [
        Member(place, evidence, _read_header(evidence))
        for place, evidence in enumerate(claim.members)
    ]


def _read_header(evidence: CaseMember) -> CheckedReport:
    header = peek(evidence.header, Header, culprit="api")
    core = decode(header.core, Core, culprit="api")
    name = header_digest(evidence.header.payload)
    points = tuple(Element.decode(tag.c2) for tag in core.encrypted_tags)
    return CheckedReport(evidence.header, name, header, core, points)


def check_claim(
    deployment: Deployment, claim: CaseClaim, members: Sequence[Member]
) -> list[list[Element]]:
    """Refuse a claim that is not a match at its level.

    Returns:
        Every member's tags, in entry order.

    Raises:
        InvalidCase: Order, level, parts or tags do not fit.
        InvalidProof: An index answer is not its trustee's; `culprit` names it.
    """
    if any(member.is_witness for member in members[:-1]):
        raise InvalidCase("more than one witness, or not the last", culprit="api")
    group = [member for member in members if not member.is_witness]
    digests = [member.report.digest for member in group]
    if digests != sorted(set(digests)) or _case_id(members) != claim.case_id:
        raise InvalidCase("members out of order or of another case", culprit="api")
    if len({m.report.core.report_key for m in members}) != len(members):
        raise InvalidCase("a report that is counted twice", culprit="api")
    if claim.level not in deployment.levels or len(group) < claim.level:
        raise InvalidCase("fewer members than the claimed level", culprit="api")
    if len(group) > MAX_MEMBERS:
        raise InvalidCase("more members than a case may have", culprit="api")
    for member in members:
        _check_member(member, claim.level)
    tags = [_tags(deployment, member) for member in members]
    shared = {
        member_tags[member.evidence.position]
        for member, member_tags in zip(members, tags, strict=True)
    }
    if len(shared) != 1 or shared.pop().is_identity():
        raise InvalidCase("members whose tags differ", culprit="api")
    return tags


def _case_id(members: Sequence[Member]) -> Digest:
    digests = [member.report.digest for member in members]
    if members and members[-1].is_witness:
        return witness_case_id_of(digests)
    return case_id_of(digests)


def group_case_id(members: Sequence[Member]) -> Digest | None:
    """The id of the group's case, if these are a group and a witness (§B2)."""
    if not members or not members[-1].is_witness:
        return None
    return case_id_of([member.report.digest for member in members[:-1]])


def _check_member(member: Member, level: int) -> None:
    evidence, header = member.evidence, member.report.header
    if member.report.core.match_threshold > level:
        raise InvalidCase("a member who asked for more", culprit="api")
    if not 0 <= evidence.position < len(member.report.points):
        raise InvalidCase("a position outside the report", culprit="api")
    for part, ciphertext in (
        (Part.STANDING, evidence.standing),
        (Part.LOCK, evidence.lock),
    ):
        if ciphertext_digest(ciphertext) != header.parts[part].ciphertext:
            raise InvalidCase("a part other than the header's", culprit="api")


def evaluation_share(answer: IndexAnswer) -> EvaluationShare:
    """An index answer as the arithmetic takes it; strict decoding."""
    return EvaluationShare(
        answer.index,
        tuple(Element.decode(e) for e in answer.evaluated_elements),
        bytes(answer.proof),
    )


def _tags(deployment: Deployment, member: Member) -> list[Element]:
    """The member's tags from t' verified answers."""
    shares = []
    for answer in member.evidence.answers:
        if answer.header_digest != member.report.digest:
            raise InvalidCase("an index answer for another report", culprit="api")
        share = evaluation_share(answer)
        verify_evaluation_share(share, member.report.points, deployment.opening_keys)
        shares.append(share)
    if len({share.index for share in shares}) != len(shares):
        raise DuplicateShare("two index answers of one trustee", culprit="api")
    if len(shares) < deployment.opening_keys.trustee_threshold:
        raise NotEnoughShares("fewer index answers than needed", culprit="api")
    combined = combine_evaluation_shares(shares, deployment.opening_keys)
    return strip_tags(member.report.core.encrypted_tags, combined)
