"""What one dealer tells every trustee, and what all of it adds up to.

Source: COCKTAIL-DKG v0.2.1, Round 1 and Round 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from blind_index.errors import InconsistentShares, InvalidProof
from blind_index.group import Element, Scalar
from blind_index.key_share import PublicKeySet
from blind_index.shamir import index_scalar
from escrow.cocktail_dkg.fields import encode_elements
from escrow.cocktail_dkg.suite import check_signature, sign
from escrow.errors import InvalidSignature


@dataclass(frozen=True, slots=True)
class Contribution:
    """A dealer's public part of round one.

    Attributes:
        commitment: C_0 … C_(t-1), the coefficients times the generator.
        proof: Proof of possession of the constant coefficient, 64 bytes.
        ephemeral_key: The dealer's key of this session.
    """

    commitment: tuple[Element, ...]
    proof: bytes
    ephemeral_key: Element

    def encode(self) -> bytes:
        """Give the bytes as they stand in messages: 32t + 96 of them."""
        return (
            encode_elements(self.commitment) + self.proof + self.ephemeral_key.encode()
        )


def make_contribution(
    context: bytes, coefficients: Sequence[Scalar], ephemeral_secret: Scalar
) -> Contribution:
    """Commit to a polynomial and prove knowledge of its constant.

    Args:
        context: Of the ceremony.
        coefficients: t scalars, none of them zero.
        ephemeral_secret: Fresh for this ceremony; not zero.

    Returns:
        What every trustee is told.
    """
    commitment = tuple(Element.base_multiple(each) for each in coefficients)
    ephemeral_key = Element.base_multiple(ephemeral_secret)
    signed = _signed(context, commitment, ephemeral_key)
    return Contribution(commitment, sign(coefficients[0], signed), ephemeral_key)


def check_proof(contribution: Contribution, context: bytes) -> None:
    """Refuse a dealer who does not know the secret behind C_0.

    Without this a dealer could choose C_0 so that the joint key is one the
    dealer alone knows.

    Args:
        contribution: The dealer's public part.
        context: Of the ceremony.

    Raises:
        InvalidProof: Also for a proof that another session gave.
    """
    signed = _signed(context, contribution.commitment, contribution.ephemeral_key)
    try:
        check_signature(contribution.commitment[0], signed, contribution.proof)
    except InvalidSignature as error:
        raise InvalidProof("A proof of possession does not verify.") from error


def commitment_at(commitment: Sequence[Element], index: int) -> Element:
    """Evaluate a committed polynomial in the exponent.

    Args:
        commitment: C_0 … C_(t-1).
        index: A trustee's index, 1…n.

    Returns:
        The sum of index^k C_k: the trustee's share times the generator.

    Source: Algorithm 3, by Horner's rule.
    """
    x = index_scalar(index)
    return reduce(lambda joined, next_one: joined * x + next_one, commitment[::-1])


def check_share(share: Scalar, index: int, commitment: Sequence[Element]) -> None:
    """Refuse a share that does not lie on the committed polynomial.

    Args:
        share: What the dealer sent to this trustee.
        index: The trustee's index.
        commitment: The dealer's.

    Raises:
        InconsistentShares: The share is not the committed one.
    """
    if Element.base_multiple(share) != commitment_at(commitment, index):
        raise InconsistentShares("A dealt share contradicts its commitment.")


def public_key_set(contributions: Sequence[Contribution]) -> PublicKeySet:
    """Add the commitments of all dealers up to the joint key.

    Args:
        contributions: Of all n trustees, t commitments each.

    Returns:
        The joint key and every trustee's verification share.

    Raises:
        IdentityElement: The sum is a key that nobody may use. Honest dealers
            meet this with negligible probability.
    """
    commitments = [each.commitment for each in contributions]
    joint = [
        sum(column, Element.identity()) for column in zip(*commitments, strict=True)
    ]
    indexes = range(1, len(contributions) + 1)
    shares = tuple(commitment_at(joint, index) for index in indexes)
    keys = PublicKeySet(len(joint), joint[0], shares)
    keys.check()
    return keys


def _signed(
    context: bytes, commitment: Sequence[Element], ephemeral_key: Element
) -> bytes:
    return context + encode_elements(commitment) + ephemeral_key.encode()
