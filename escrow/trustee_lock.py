"""The trustee lock: each part's key is Shamir-shared among opening trustees (§F7).

The coefficients follow from the secret, so whoever combines t' shares
recomputes all n' and compares them with the hashes in the header: a crooked
dealing is refused, a lying trustee named.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blind_index.errors import InconsistentShares, NotEnoughShares
from blind_index.group import Scalar
from blind_index.hash_to_group import label_to_scalar
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.shamir import Polynomial, interpolate
from blind_index.transcript import derive_key, digest
from escrow import aead
from escrow.messages.codec import Blob, Digest, PublicKey
from escrow.padding import pad, unpad


class Part(enum.IntEnum):
    """The four parts of a report, in their order on the wire."""

    STANDING = 0
    LOCK = 1
    CONTACT = 2
    NUDGE = 3


@dataclass(frozen=True)
class Quorum:
    """How many opening trustees are needed (t') and how many there are (n')."""

    trustee_threshold: int
    size: int


def _binding(report_key: PublicKey, part: Part) -> tuple[bytes, bytes]:
    return report_key, bytes([part])


def _polynomial(
    secret: Scalar, report_key: PublicKey, part: Part, trustee_threshold: int
) -> Polynomial:
    rest = (
        label_to_scalar(
            Label.PART_COEFFICIENT,
            secret.encode(),
            *_binding(report_key, part),
            bytes([j]),
        )
        for j in range(1, trustee_threshold)
    )
    return Polynomial((secret, *rest))


def make_shares(
    secret: Scalar, report_key: PublicKey, part: Part, quorum: Quorum
) -> list[Scalar]:
    """The share of each trustee, index 1 first.

    Source: PROTOCOL.md §F7; Shamir with hashed coefficients.
    """
    polynomial = _polynomial(secret, report_key, part, quorum.trustee_threshold)
    return [polynomial.evaluate(Scalar.from_int(i)) for i in range(1, quorum.size + 1)]


def share_hash(report_key: PublicKey, part: Part, index: int, share: Scalar) -> Digest:
    """What the header says of one share."""
    return Digest(
        digest(
            Label.SHARE_HASH,
            *_binding(report_key, part),
            bytes([index]),
            share.encode(),
        )
    )


def check_share(
    report_key: PublicKey, part: Part, index: int, share: Scalar, expected: Digest
) -> None:
    """Refuse a share that is not the one the header commits to.

    Raises:
        InconsistentShares: `culprit` is the trustee's index.
    """
    if share_hash(report_key, part, index, share) != expected:
        raise InconsistentShares("a share off its published hash", culprit=index)


def combine_shares(
    shares: Mapping[int, Scalar],
    hashes: Sequence[Digest],
    report_key: PublicKey,
    part: Part,
    quorum: Quorum,
) -> Scalar:
    """The part's secret from t' or more shares, the whole dealing checked.

    Args:
        shares: By trustee index, 1 to n'.
        hashes: The header's hash of every trustee's share of this part.
        report_key: Whose report it is.
        part: Which part.
        quorum: t' and n'.

    Raises:
        NotEnoughShares: Fewer than t'.
        InconsistentShares: A share off its hash (`culprit` its trustee), or a
            dealing that does not follow from its secret (no culprit but the
            reporter).
    """
    for index, share in shares.items():
        check_share(report_key, part, index, share, hashes[index - 1])
    if len(shares) < quorum.trustee_threshold:
        raise NotEnoughShares("fewer shares than the committee's threshold")
    used = sorted(shares.items())[: quorum.trustee_threshold]
    secret = interpolate([(Scalar.from_int(i), share) for i, share in used])
    dealt = make_shares(secret, report_key, part, quorum)
    for index, (share, expected) in enumerate(zip(dealt, hashes, strict=True), 1):
        if share_hash(report_key, part, index, share) != expected:
            raise InconsistentShares("a crooked dealing", culprit="reporter")
    return secret


def key_digest(secret: Scalar, report_key: PublicKey, part: Part) -> Digest:
    """What the header says of a part's key."""
    return Digest(
        digest(Label.PART_KEY_DIGEST, *_binding(report_key, part), secret.encode())
    )


def _part_key(secret: Scalar, report_key: PublicKey, part: Part) -> SecretBytes:
    return derive_key(
        SecretBytes(secret.encode()), Label.PART_KEY, *_binding(report_key, part)
    )


def seal_part(
    secret: Scalar,
    report_key: PublicKey,
    part: Part,
    padded: tuple[bytes, int],
    *,
    randomness: Randomness = SYSTEM,
) -> Blob:
    """Encrypt a part's plaintext, padded to the given size; draws 24 bytes."""
    plaintext, size = padded
    return Blob(
        aead.seal(
            _part_key(secret, report_key, part),
            pad(plaintext, size, part.name.lower()),
            Label.PART_CIPHERTEXT,
            *_binding(report_key, part),
            randomness=randomness,
        )
    )


def open_part(
    secret: Scalar, report_key: PublicKey, part: Part, ciphertext: bytes
) -> bytes:
    """Decrypt a part.

    Raises:
        InvalidCiphertext: Another key, report or part, or altered bytes.
        MalformedMessage: No padding mark.
    """
    key = _part_key(secret, report_key, part)
    binding = _binding(report_key, part)
    return unpad(aead.unseal(key, ciphertext, Label.PART_CIPHERTEXT, *binding))


def ciphertext_digest(ciphertext: bytes) -> Digest:
    """What the header says of a part's ciphertext."""
    return Digest(digest(Label.PART_CIPHERTEXT, ciphertext))
