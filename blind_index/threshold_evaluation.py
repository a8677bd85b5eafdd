"""Evaluation by any t trustees, equal to evaluation under their joint key.

Trustee i is an RFC 9497 server whose key is its Shamir share. The same module
serves the index committee's key and the opening committee's.

Source: PROTOCOL.md §3; RFC 9497 §2.2 and §3.3.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from blind_index.dleq import verify_proof
from blind_index.errors import (
    DuplicateShare,
    InconsistentShares,
    InvalidProof,
    MisuseError,
    NotEnoughShares,
)
from blind_index.group import Element, weighted_sum
from blind_index.key_share import KeyShare, PublicKeySet
from blind_index.oprf import blind_evaluate
from blind_index.randomness import SYSTEM, Randomness
from blind_index.shamir import index_scalar, lagrange_coefficients


@dataclass(frozen=True)
class EvaluationShare:
    """One trustee's answer to a batch.

    Attributes:
        index: The trustee's place, 1 to n.
        elements: One for each input, in order.
        proof: That this trustee's key made them all, 64 bytes.
    """

    index: int
    elements: tuple[Element, ...]
    proof: bytes


def make_evaluation_share(
    share: KeyShare,
    keys: PublicKeySet,
    inputs: Sequence[Element],
    *,
    randomness: Randomness = SYSTEM,
) -> EvaluationShare:
    """Evaluate a batch under one trustee's key share.

    Args:
        share: The trustee's own share.
        keys: The committee's public keys.
        inputs: At least one element.
        randomness: One draw of 64 bytes.

    Raises:
        MisuseError: The share does not belong to these keys, or the batch is empty.
        InvalidIndex: The committee has no such trustee.
    """
    verification_share = keys.verification_share(share.index)
    if Element.base_multiple(share.scalar) != verification_share:
        raise MisuseError("the key share does not belong to this committee's keys")
    elements, proof = blind_evaluate(
        share.scalar, verification_share, inputs, randomness=randomness
    )
    return EvaluationShare(share.index, tuple(elements), proof)


def verify_evaluation_share(
    share: EvaluationShare, inputs: Sequence[Element], keys: PublicKeySet
) -> None:
    """Refuse an evaluation share that its trustee's key did not make.

    Args:
        share: One trustee's elements and proof.
        inputs: What was to be evaluated; never the identity.
        keys: The committee's public keys.

    Raises:
        InvalidProof: `culprit` is the trustee's index.
        InvalidIndex: The committee has no such trustee.
    """
    verification_share = keys.verification_share(share.index)
    try:
        verify_proof(verification_share, inputs, share.elements, share.proof)
    except InvalidProof as error:
        raise InvalidProof(str(error), culprit=share.index) from error


def combine_evaluation_shares(
    shares: Sequence[EvaluationShare], keys: PublicKeySet
) -> list[Element]:
    """Join verified shares into what the joint key would have made.

    Args:
        shares: At least t of them, each verified for the same inputs; the t of
            the lowest indexes are used.
        keys: The committee's public keys.

    Returns:
        One element for each input, in order.

    Raises:
        NotEnoughShares: Fewer than t.
        DuplicateShare: Two of one trustee; `culprit` is its index.
        InvalidIndex: The committee has no such trustee.
        InconsistentShares: Shares of batches of different sizes.
    """
    chosen = _choose(shares, keys)
    if len({len(share.elements) for share in chosen}) != 1:
        raise InconsistentShares("evaluation shares of different batches")
    weights = lagrange_coefficients([index_scalar(share.index) for share in chosen])
    rows = zip(*(share.elements for share in chosen), strict=True)
    return [weighted_sum(zip(weights, row, strict=True)) for row in rows]


def _choose(
    shares: Sequence[EvaluationShare], keys: PublicKeySet
) -> list[EvaluationShare]:
    """The t shares to use."""
    by_index: dict[int, EvaluationShare] = {}
    for share in shares:
        keys.verification_share(share.index)
        if share.index in by_index:
            raise DuplicateShare(
                "two evaluation shares of one trustee", culprit=share.index
            )
        by_index[share.index] = share
    if len(by_index) < keys.trustee_threshold:
        raise NotEnoughShares("fewer evaluation shares than the threshold")
    return [by_index[index] for index in sorted(by_index)[: keys.trustee_threshold]]
