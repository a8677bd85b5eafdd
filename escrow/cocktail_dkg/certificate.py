"""The ceremony's transcript, which with all signatures is its certificate.

Source: COCKTAIL-DKG v0.2.1, Round 3: Certification.
"""

from collections.abc import Sequence

from blind_index.errors import InvalidLength
from blind_index.group import Element
from blind_index.key_share import PublicKeySet
from escrow.cocktail_dkg.contribution import (
    Contribution,
    check_proof,
    public_key_set,
)
from escrow.cocktail_dkg.errors import InvalidCertificate, blame
from escrow.cocktail_dkg.fields import Reader, encode_elements
from escrow.cocktail_dkg.setup import Agreement
from escrow.cocktail_dkg.suite import CIPHERSUITE, SIGNATURE_SIZE, check_signature


def encode_transcript(
    agreement: Agreement, contributions: Sequence[Contribution]
) -> bytes:
    """Write down all public facts of a ceremony in one way only.

    Args:
        agreement: Of the ceremony.
        contributions: Of all n trustees, t commitments each.

    Returns:
        The transcript T that every trustee signs.
    """
    parts = [
        _head(agreement),
        *(encode_elements(each.commitment) for each in contributions),
        *(each.proof for each in contributions),
        *(each.ephemeral_key.encode() for each in contributions),
        _sized(agreement.extension),
    ]
    return b"".join(parts)


def decode_transcript(
    agreement: Agreement, transcript: bytes
) -> tuple[Contribution, ...]:
    """Read the contributions from the transcript of a known ceremony.

    Args:
        agreement: The ceremony as the reader knows it.
        transcript: T.

    Returns:
        The contributions of trustees 1…n; their proofs are not checked.

    Raises:
        InvalidCertificate: It belongs to another ceremony or suite.
        InvalidLength: It is cut short or too long.
        InvalidElement: A commitment or key is not canonical or the identity.
    """
    reader = Reader(transcript)
    _check_field(reader, _head(agreement))
    dealers = range(agreement.size)
    commitments = [reader.take_elements(agreement.trustee_threshold) for _ in dealers]
    proofs = [reader.take(SIGNATURE_SIZE) for _ in dealers]
    ephemeral_keys = reader.take_elements(agreement.size)
    _check_field(reader, _sized(agreement.extension))
    reader.finish()
    columns = zip(commitments, proofs, ephemeral_keys, strict=True)
    return tuple(Contribution(*column) for column in columns)


def check_certificate(
    transcript: bytes,
    signatures: Sequence[bytes],
    static_public_keys: Sequence[Element],
    *,
    context: bytes,
    extension: bytes,
    trustee_threshold: int,
) -> PublicKeySet:
    """Learn a committee's keys from its certificate alone.

    Everything that identifies the ceremony is the reader's own knowledge; the
    transcript must repeat it.

    Args:
        transcript: T, as all trustees signed it.
        signatures: Of trustee i at position i - 1, 64 bytes each.
        static_public_keys: Of all n trustees, in order.
        context: Of the ceremony.
        extension: What else the trustees agreed on.
        trustee_threshold: t.

    Returns:
        The joint key and every trustee's verification share.

    Raises:
        InvalidSetup: The reader's own parameters make no ceremony.
        ProtocolError: Another leaf of `certified_contributions`.
    """
    keys = tuple(static_public_keys)
    agreement = Agreement(context, trustee_threshold, keys, extension)
    return public_key_set(certified_contributions(agreement, transcript, signatures))


def certified_contributions(
    agreement: Agreement, transcript: bytes, signatures: Sequence[bytes]
) -> tuple[Contribution, ...]:
    """Read what all trustees contributed and all of them signed.

    Args:
        agreement: The ceremony as the reader knows it.
        transcript: T.
        signatures: Of trustee i at position i - 1, 64 bytes each.

    Returns:
        The contributions of trustees 1…n, their proofs checked.

    Raises:
        InvalidCertificate: The transcript is of another ceremony.
        InvalidLength: The transcript or the number of signatures is wrong.
        InvalidElement: The transcript holds a bad element.
        InvalidSignature: `culprit` is the first trustee that did not sign
            this transcript.
        InvalidProof: `culprit` is the dealer.
    """
    contributions = decode_transcript(agreement, transcript)
    if len(signatures) != agreement.size:
        raise InvalidLength("A certificate needs every trustee's signature.")
    pairs = zip(agreement.static_public_keys, signatures, strict=True)
    for signer, (static_key, signature) in enumerate(pairs, start=1):
        with blame(signer):
            check_signature(static_key, transcript, signature)
    check_proofs(agreement, contributions)
    return contributions


def check_proofs(agreement: Agreement, contributions: Sequence[Contribution]) -> None:
    """Refuse dealers who do not know the secret they contribute.

    Args:
        agreement: Of the ceremony.
        contributions: Of all n trustees.

    Raises:
        InvalidProof: `culprit` is the first such dealer.
    """
    for dealer, contribution in enumerate(contributions, start=1):
        with blame(dealer):
            check_proof(contribution, agreement.context)


def _check_field(reader: Reader, expected: bytes) -> None:
    if reader.take(len(expected)) != expected:
        raise InvalidCertificate("The transcript is of another ceremony.")


def _head(agreement: Agreement) -> bytes:
    return b"".join(
        (
            _sized(CIPHERSUITE),
            _sized(agreement.context),
            agreement.size.to_bytes(4, "little"),
            agreement.trustee_threshold.to_bytes(4, "little"),
            encode_elements(agreement.static_public_keys),
        )
    )


def _sized(field: bytes) -> bytes:
    return len(field).to_bytes(8, "little") + field
