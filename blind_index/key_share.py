"""What a key ceremony yields: one trustee's share and everybody's public keys."""

from dataclasses import dataclass

from blind_index.errors import (
    IdentityElement,
    InconsistentShares,
    InvalidIndex,
    NotEnoughShares,
)
from blind_index.group import Element, Scalar, weighted_sum
from blind_index.shamir import index_scalar, lagrange_coefficients


@dataclass(frozen=True)
class KeyShare:
    """One trustee's share of a committee's key.

    Attributes:
        index: The trustee's place, 1 to n.
        scalar: The key polynomial's value there.
    """

    index: int
    scalar: Scalar


@dataclass(frozen=True)
class PublicKeySet:
    """A committee's public key and its trustees' verification shares.

    Attributes:
        trustee_threshold: How many trustees it takes, t.
        public_key: The joint key times the generator.
        verification_shares: Each trustee's share times the generator; trustee i
            stands at position i - 1.
    """

    trustee_threshold: int
    public_key: Element
    verification_shares: tuple[Element, ...]

    @property
    def size(self) -> int:
        """How many trustees there are, n."""
        return len(self.verification_shares)

    def verification_share(self, index: int) -> Element:
        """The verification share of trustee `index`.

        Raises:
            InvalidIndex: There is no such trustee.
        """
        if not 1 <= index <= self.size:
            raise InvalidIndex("no trustee has this index")
        return self.verification_shares[index - 1]

    def check(self) -> None:
        """Refuse keys of which some t trustees would not make the joint key.

        Raises:
            NotEnoughShares: The threshold is not between one and n.
            IdentityElement: The joint key or a share is the identity.
            InconsistentShares: The shares lie on no polynomial of degree t - 1
                whose value at zero is the joint key.
        """
        if not 1 <= self.trustee_threshold <= self.size:
            raise NotEnoughShares(
                "the threshold must be between one and the number of trustees"
            )
        if any(e.is_identity() for e in (self.public_key, *self.verification_shares)):
            raise IdentityElement("a public key is the identity")
        beyond = range(self.trustee_threshold + 1, self.size + 1)
        # The first t shares fix the polynomial; every other key must lie on it.
        if self._expected_at(0) != self.public_key or any(
            self._expected_at(index) != self.verification_share(index)
            for index in beyond
        ):
            raise InconsistentShares("the verification shares do not belong to one key")

    def _expected_at(self, place: int) -> Element:
        """The polynomial's value, times the generator, from the first t shares."""
        first = range(1, self.trustee_threshold + 1)
        weights = lagrange_coefficients(
            [index_scalar(index) for index in first], Scalar.from_int(place)
        )
        shares = self.verification_shares[: self.trustee_threshold]
        return weighted_sum(zip(weights, shares, strict=True))
