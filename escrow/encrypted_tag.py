"""ElGamal to base S over tag points, with proof of knowledge of r (§F8).

c1 = r S, c2 = M + r G. The holders of s turn c2 into s M + r S, so that
tag = s c2 - c1 = s M is equal exactly for equal M. The proof stops everybody
who does not know r from shifting a tag or copying it to another report.
"""

from collections.abc import Sequence

from blind_index.errors import InvalidProof
from blind_index.group import Element, Scalar
from blind_index.hash_to_group import label_to_scalar
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from escrow.messages.codec import EncodedElement, Proof
from escrow.messages.filing import EncryptedTag


def _challenge(
    binding: Sequence[bytes], position: int, points: Sequence[Element]
) -> Scalar:
    return label_to_scalar(
        Label.ENCRYPTED_TAG_PROOF,
        *binding,
        position.to_bytes(2, "big"),
        *(point.encode() for point in points),
    )


def encrypt_tag(
    tag_point: Element,
    r: Scalar,
    base: Element,
    binding: Sequence[bytes],
    position: int,
    *,
    randomness: Randomness = SYSTEM,
) -> EncryptedTag:
    """Encrypt a tag point M under r and prove knowledge of r.

    Args:
        tag_point: M.
        r: Fresh, never zero.
        base: S, the opening committee's public key.
        binding: Manifest digest and report key (or credential key).
        position: The entry's place in its list, 0 to 63.
        randomness: Draws one scalar.

    Source: PROTOCOL.md §F8; Schnorr, in the base S.
    """
    c1, c2 = r * base, tag_point + Element.base_multiple(r)
    k = Scalar.random(randomness=randomness)
    c = _challenge(binding, position, (base, c1, c2, k * base))
    proof = c.encode() + (k + c * r).encode()
    return EncryptedTag(
        c1=EncodedElement(c1.encode()),
        c2=EncodedElement(c2.encode()),
        proof=Proof(proof),
    )


def check_encrypted_tags(
    tags: Sequence[EncryptedTag],
    base: Element,
    binding: Sequence[bytes],
    *,
    culprit: str | int | None = None,
) -> list[Element]:
    """Check every proof; returns the c2 of each tag, decoded.

    Raises:
        InvalidProof: A proof is not for this place, report and manifest.
        InvalidElement, InvalidScalar: An encoding is not strict.
    """
    points = []
    for position, tag in enumerate(tags):
        c1, c2 = Element.decode(tag.c1), Element.decode(tag.c2)
        c, z = Scalar.decode(tag.proof[:32]), Scalar.decode(tag.proof[32:])
        commitment = z * base - c * c1
        if _challenge(binding, position, (base, c1, c2, commitment)) != c:
            raise InvalidProof(f"encrypted tag {position}", culprit=culprit)
        points.append(c2)
    return points


def strip_tags(
    tags: Sequence[EncryptedTag], evaluated: Sequence[Element]
) -> list[Element]:
    """Turn s c2 into s c2 - c1 for each; the identity where M was the identity."""
    return [
        s_c2 - Element.decode(tag.c1) for tag, s_c2 in zip(tags, evaluated, strict=True)
    ]
