"""A dealer for tests: the single key against which threshold results are held."""

from blind_index.group import Element, Scalar
from blind_index.key_share import KeyShare, PublicKeySet
from blind_index.shamir import Polynomial


def deal(
    key: Scalar, trustee_threshold: int, size: int
) -> tuple[list[KeyShare], PublicKeySet]:
    """Share a key among trustees 1 to `size`."""
    tail = [Scalar.random() for _ in range(trustee_threshold - 1)]
    polynomial = Polynomial((key, *tail))
    shares = [
        KeyShare(index, polynomial.evaluate(Scalar.from_int(index)))
        for index in range(1, size + 1)
    ]
    verification_shares = tuple(Element.base_multiple(s.scalar) for s in shares)
    public_key = Element.base_multiple(key)
    return shares, PublicKeySet(trustee_threshold, public_key, verification_shares)
