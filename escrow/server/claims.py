"""The claim that the server lays before the opening trustees (§C1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from escrow.case import case_id_of, witness_case_id_of
from escrow.messages.cases import CaseClaim, CaseMember
from escrow.messages.codec import Blob, Digest, Signed
from escrow.messages.filing import IndexAnswer
from escrow.server.matching import Group


@dataclass(frozen=True)
class Evidence:
    """What the server stores of one member: header, parts, index answers."""

    header: Signed
    standing: Blob
    lock: Blob
    answers: tuple[IndexAnswer, ...]


def group_case_id(group: Group) -> Digest:
    """The id of a group's case, or of the case of its witness."""
    digests = [member.header_digest for member in group.everybody]
    return case_id_of(digests) if group.witness is None else witness_case_id_of(digests)


def make_claim(
    group: Group,
    evidence: Sequence[Evidence],
    box_keys: Sequence[Signed],
    trustee_threshold: int,
) -> CaseClaim:
    """The claim of a group, with t' index answers a member.

    Args:
        group: Members in order, perhaps with a witness.
        evidence: Of everybody in it, in the same order; answers verified.
        box_keys: The opening trustees' signed box keys.
        trustee_threshold: t'.
    """
    return CaseClaim(
        case_id=group_case_id(group),
        level=group.level,
        members=tuple(
            CaseMember(
                header=of.header,
                standing=of.standing,
                lock=of.lock,
                position=member.position,
                answers=tuple(sorted(of.answers, key=lambda a: a.index))[
                    :trustee_threshold
                ],
            )
            for member, of in zip(group.everybody, evidence, strict=True)
        ),
        box_keys=tuple(box_keys),
    )
