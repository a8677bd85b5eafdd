"""Challenges that leave something out; each makes a proof worthless."""

from blind_index.group import Element, Scalar
from blind_index.hash_to_group import hash_to_scalar, label_to_scalar
from blind_index.labels import Label, OprfMode
from escrow.cocktail_dkg.suite import _hash_to_scalar

#: What `dleq._challenge` covers, in order.
KEY, INPUT, OUTPUT, NONCE, NONCE_INPUT = range(5)


def challenge_without(*left_out: int):
    """`dleq._challenge` without these of its five elements."""

    def challenge(*elements: Element) -> Scalar:
        kept = [e.encode() for i, e in enumerate(elements) if i not in left_out]
        return hash_to_scalar(b"".join(kept) + b"Challenge", OprfMode.VOPRF.scalar_tag)

    return challenge


def equal_weights(_key, inputs, _outputs) -> list[Scalar]:
    """`dleq._weights` as if a batch were just a sum."""
    return [Scalar.from_int(1)] * len(inputs)


def tag_challenge_without_binding(_binding, position, points) -> Scalar:
    """`encrypted_tag._challenge` for which all reports are the same."""
    return _tag_challenge(position, points)


def tag_challenge_without_place(binding, _position, points) -> Scalar:
    """`encrypted_tag._challenge` for which all places are the same."""
    return label_to_scalar(
        Label.ENCRYPTED_TAG_PROOF, *binding, *(p.encode() for p in points)
    )


def tag_challenge_without_commitment(binding, position, points) -> Scalar:
    """`encrypted_tag._challenge` without the prover's commitment."""
    return _tag_challenge(position, points[:-1], *binding)


def _tag_challenge(position, points, *binding) -> Scalar:
    return label_to_scalar(
        Label.ENCRYPTED_TAG_PROOF,
        *binding,
        position.to_bytes(2, "big"),
        *(point.encode() for point in points),
    )


def signature_challenge_without_nonce(_nonce, public_key, message) -> Scalar:
    """`suite._challenge` without R."""
    return _hash_to_scalar(b"H7", public_key.encode(), message)
