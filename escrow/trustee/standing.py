"""Who stands behind each member: verified, distinct, not named herself (§C3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blind_index.errors import InconsistentShares, ProtocolError
from blind_index.group import Element, Scalar
from blind_index.threshold_evaluation import (
    EvaluationShare,
    combine_evaluation_shares,
    make_evaluation_share,
    verify_evaluation_share,
)
from escrow.calendar import month_of
from escrow.credential import (
    check_core_signature,
    check_self_tags,
    check_standing_credential,
)
from escrow.encrypted_tag import strip_tags
from escrow.errors import InvalidCase
from escrow.manifest import Deployment
from escrow.messages.cases import MemberEvaluation, SelfEvaluations, StandingShares
from escrow.messages.codec import Blob, EncodedElement, Proof, PublicKey, decode
from escrow.messages.filing import EncryptedTag, StandingPart
from escrow.report.contents import quorum
from escrow.trustee.boxes import Held, HeldReport
from escrow.trustee.case_files import SetAside
from escrow.trustee.claim import Member
from escrow.trustee.context import Trustee
from escrow.trustee_lock import Part, check_share, combine_shares, key_digest, open_part


@dataclass(frozen=True)
class VerifiedMember:
    """A member whose standing holds: her person, and her self tags."""

    place: int
    person: Blob
    self_tags: Sequence[EncryptedTag]
    points: Sequence[Element]


def combine_member(
    deployment: Deployment,
    member: Member,
    part: Part,
    shares: Mapping[int, Scalar],
) -> Scalar:
    """A part's secret from the trustees' shares, checked against the header.

    Raises:
        NotEnoughShares: Fewer than t'.
        InconsistentShares: A crooked dealing, or a key other than the header's.
    """
    header, key = member.report.header, member.report.core.report_key
    hashes = [of_trustee[part] for of_trustee in header.share_hashes]
    secret = combine_shares(shares, hashes, key, part, quorum(deployment))
    if key_digest(secret, key, part) != header.parts[part].key:
        raise InconsistentShares("a key other than the header's", culprit="reporter")
    return secret


def check_sent_share(member: Member, part: Part, sender: int, share: bytes) -> None:
    """Refuse a fellow's share that is off the header's hash; names the fellow."""
    key = member.report.core.report_key
    expected = member.report.header.share_hashes[sender - 1][part]
    check_share(key, part, sender, Scalar.decode(share), expected)


def verify_member(
    deployment: Deployment,
    member: Member,
    held: Held | None,
    shares: Mapping[int, Scalar],
    day: int,
) -> VerifiedMember:
    """Open a member's standing and judge it.

    The credential must be valid on the day this trustee accepted the report,
    at a level that counts, and bound to the core.

    Raises:
        ProtocolError: Why the member does not count.
    """
    core = member.report.core
    if core.expiry_month < month_of(day):
        raise InvalidCase("the report has expired")
    secret = combine_member(deployment, member, Part.STANDING, shares)
    plaintext = open_part(
        secret, core.report_key, Part.STANDING, member.evidence.standing
    )
    part = decode(plaintext, StandingPart)
    accepted = held.accepted_day if isinstance(held, HeldReport) else day
    credential = check_standing_credential(deployment, part.credential, accepted)
    check_core_signature(credential, part.core_signature, member.report.header.core)
    tags, points = check_self_tags(deployment, credential, part.self_tags)
    return VerifiedMember(member.place, Blob(credential.person), tags, points)


def verify_members(
    deployment: Deployment,
    members: Mapping[int, Member],
    held: Mapping[PublicKey, Held],
    letters: Sequence[StandingShares],
    day: int,
) -> tuple[list[VerifiedMember], list[SetAside]]:
    """Judge every member's standing; then let one report a person stand.

    Args:
        deployment: The manifest.
        members: Those still in the case, by place.
        held: What this trustee holds of them.
        letters: Standing shares, checked against the headers.
        day: On which the case's dates are judged.
    """
    verified, set_aside = [], []
    for place, member in members.items():
        known = held.get(member.report.core.report_key)
        shares = {
            letter.sender: Scalar.decode(share)
            for letter in letters
            if (share := letter.shares[place]) is not None
        }
        try:
            verified.append(verify_member(deployment, member, known, shares, day))
        except ProtocolError as error:
            reason = f"{type(error).__name__}: {error}"
            set_aside.append(SetAside(member=place, reason=reason))
    newest = _newest_of_each(verified, members, held)
    kept = [member for member in verified if member.place in newest]
    doubled = [
        SetAside(member=member.place, reason=_second(members[member.place]))
        for member in verified
        if member.place not in newest
    ]
    return kept, [*set_aside, *doubled]


def _second(member: Member) -> str:
    if member.is_witness:
        return "a witness who is also a member of the group"
    return "a newer report of the same person"


def _newest_of_each(
    verified: Sequence[VerifiedMember],
    members: Mapping[int, Member],
    held: Mapping[PublicKey, Held],
) -> set[int]:
    """For each person the place of the report that this trustee took last.

    A witness's gives way to any other of hers, whichever came last (§B3).
    """
    newest: dict[Blob, tuple[bool, int, int]] = {}
    for member in verified:
        of = members[member.place]
        known = held.get(of.report.core.report_key)
        taken = known.sequence if isinstance(known, HeldReport) else -1
        rank = (not of.is_witness, taken, member.place)
        newest[member.person] = max(newest.get(member.person, rank), rank)
    return {place for _, _, place in newest.values()}


def evaluate_self_tags(
    trustee: Trustee, verified: Sequence[VerifiedMember]
) -> tuple[MemberEvaluation, ...]:
    """This trustee's s-evaluations of the members' self tags."""
    evaluations = []
    for member in verified:
        share = make_evaluation_share(
            trustee.key_share, trustee.deployment.opening_keys, member.points
        )
        evaluations.append(
            MemberEvaluation(
                member=member.place,
                evaluated_elements=tuple(
                    EncodedElement(e.encode()) for e in share.elements
                ),
                proof=Proof(share.proof),
            )
        )
    return tuple(evaluations)


def _share_of(sender: int, evaluation: MemberEvaluation) -> EvaluationShare:
    return EvaluationShare(
        sender,
        tuple(Element.decode(e) for e in evaluation.evaluated_elements),
        bytes(evaluation.proof),
    )


def lying_letters(
    deployment: Deployment,
    verified: Sequence[VerifiedMember],
    letters: Sequence[SelfEvaluations],
) -> dict[int, str]:
    """Senders of evaluations that do not verify, and what is wrong."""
    points = {member.place: member.points for member in verified}
    lying = {}
    for letter in letters:
        named = [evaluation.member for evaluation in letter.evaluations]
        if len(set(named)) != len(named):
            lying[letter.sender] = "a member evaluated twice"
            continue
        try:
            for evaluation in letter.evaluations:
                if evaluation.member in points:
                    verify_evaluation_share(
                        _share_of(letter.sender, evaluation),
                        points[evaluation.member],
                        deployment.opening_keys,
                    )
        except ProtocolError as error:
            lying[letter.sender] = str(error)
    return lying


def self_tags(
    deployment: Deployment, member: VerifiedMember, letters: Sequence[SelfEvaluations]
) -> list[Element]:
    """The tags of a member's own verified identifiers (§C3).

    Args:
        deployment: The manifest.
        member: Whose self tags.
        letters: Verified by `lying_letters`.

    Raises:
        NotEnoughShares: Fewer than t' trustees evaluated them.
    """
    shares = [
        _share_of(letter.sender, evaluation)
        for letter in letters
        for evaluation in letter.evaluations
        if evaluation.member == member.place
    ]
    combined = combine_evaluation_shares(shares, deployment.opening_keys)
    return strip_tags(member.self_tags, combined)
