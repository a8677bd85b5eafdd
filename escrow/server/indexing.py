"""From the opening trustees' answers to a report's tags (§I2)."""

from collections.abc import Sequence

from blind_index.errors import ProtocolError
from blind_index.group import Element
from blind_index.threshold_evaluation import (
    EvaluationShare,
    combine_evaluation_shares,
    verify_evaluation_share,
)
from escrow.encrypted_tag import strip_tags
from escrow.errors import InvalidReport
from escrow.manifest import Deployment
from escrow.messages.filing import EncryptedTag, IndexAnswer


def decoded_share(answer: IndexAnswer) -> EvaluationShare:
    """An answer as the arithmetic takes it, not verified.

    Raises:
        InvalidElement: An encoding is not strict.
    """
    return EvaluationShare(
        answer.index,
        tuple(Element.decode(e) for e in answer.evaluated_elements),
        bytes(answer.proof),
    )


def check_answer(
    deployment: Deployment, tags: Sequence[EncryptedTag], answer: IndexAnswer
) -> EvaluationShare:
    """Verify one trustee's answer for a report.

    Raises:
        InvalidProof: `culprit` is the trustee's index.
        ProtocolError: An encoding, the count, or the index.
    """
    share = decoded_share(answer)
    if len(share.elements) != len(tags):
        raise InvalidReport("an answer of another length", culprit=answer.index)
    points = [Element.decode(tag.c2) for tag in tags]
    verify_evaluation_share(share, points, deployment.opening_keys)
    return share


def combine_tags(
    deployment: Deployment,
    tags: Sequence[EncryptedTag],
    shares: Sequence[EvaluationShare],
) -> list[Element | None]:
    """The report's tags from t' verified answers, in entry order.

    An identity tag is None: it would be equal to every other such tag, so it is
    dropped silently.

    Raises:
        NotEnoughShares: Fewer than t'.
    """
    combined = combine_evaluation_shares(shares, deployment.opening_keys)
    stripped = strip_tags(tags, combined)
    return [None if tag.is_identity() else tag for tag in stripped]


def honest_shares(
    deployment: Deployment,
    tags: Sequence[EncryptedTag],
    answers: Sequence[IndexAnswer],
) -> tuple[list[EvaluationShare], list[int]]:
    """Verified shares, one a trustee, and the indexes of those who lied."""
    shares: dict[int, EvaluationShare] = {}
    lying = []
    for answer in answers:
        try:
            shares[answer.index] = check_answer(deployment, tags, answer)
        except ProtocolError:
            lying.append(answer.index)
    return list(shares.values()), lying
