"""The ceremony's messages as bytes, and the coordinator's part.

Source: COCKTAIL-DKG v0.2.1, Message Formats.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from escrow.cocktail_dkg.contribution import Contribution, check_proof
from escrow.cocktail_dkg.errors import COORDINATOR, blame
from escrow.cocktail_dkg.fields import Reader, encode_framed
from escrow.cocktail_dkg.setup import check_index, check_threshold
from escrow.cocktail_dkg.suite import SIGNATURE_SIZE


@dataclass(frozen=True, slots=True)
class Dealing:
    """A contribution and ciphertexts of shares.

    Attributes:
        contribution: The dealer's public part.
        ciphertexts: For all n trustees in round one's message, for the one
            recipient in round two's.
    """

    contribution: Contribution
    ciphertexts: tuple[bytes, ...]

    def encode(self) -> bytes:
        """Give the bytes as they stand in messages."""
        return self.contribution.encode() + encode_framed(self.ciphertexts)

    def addressed_to(self, index: int) -> "Dealing":
        """Leave only the ciphertext for one trustee."""
        return Dealing(self.contribution, (self.ciphertexts[index - 1],))


def decode_round_one(data: bytes, trustee_threshold: int, size: int) -> Dealing:
    """Read what one dealer sent to the coordinator.

    Args:
        data: 32t + 96 bytes and n framed ciphertexts.
        trustee_threshold: t; a commitment of any other length is refused.
        size: The number n of trustees.

    Returns:
        The dealer's contribution and n ciphertexts.

    Raises:
        InvalidLength: Another number of commitments or ciphertexts.
        InvalidElement: A commitment or key is not canonical or the identity.
    """
    reader = Reader(data)
    dealing = _take_dealing(reader, trustee_threshold, size)
    reader.finish()
    return dealing


def decode_round_two(
    data: bytes, trustee_threshold: int, size: int
) -> tuple[Dealing, ...]:
    """Read what the coordinator sent to one trustee.

    Args:
        data: n times 32t + 96 bytes and one framed ciphertext.
        trustee_threshold: t; a commitment of any other length is refused.
        size: The number n of trustees.

    Returns:
        The dealings of trustees 1…n, one ciphertext each.

    Raises:
        InvalidLength: `culprit` is the first dealer whose part does not have
            t commitments and one ciphertext.
        InvalidElement: `culprit` is the dealer.
    """
    reader = Reader(data)
    dealings = []
    for dealer in range(1, size + 1):
        with blame(dealer):
            dealings.append(_take_dealing(reader, trustee_threshold, 1))
    with blame(COORDINATOR):
        reader.finish()
    return tuple(dealings)


def check_round_one(
    message: bytes, dealer: int, *, context: bytes, trustee_threshold: int, size: int
) -> None:
    """Let the coordinator refuse a dealer's message at the door.

    Nobody has to trust this: every trustee checks again.

    Args:
        message: What the dealer sent.
        dealer: The dealer's index.
        context: Of the ceremony.
        trustee_threshold: t.
        size: The number n of trustees.

    Raises:
        ProtocolError: The leaf of `decode_round_one`, or InvalidProof;
            `culprit` is the dealer.
    """
    check_threshold(trustee_threshold, size)
    check_index(dealer, size)
    with blame(dealer):
        dealing = decode_round_one(message, trustee_threshold, size)
        check_proof(dealing.contribution, context)


def aggregate(
    messages: Sequence[bytes], trustee_threshold: int, recipient: int
) -> bytes:
    """Collect what one trustee is to receive: the coordinator's work.

    Args:
        messages: Round one's message of trustee i at position i - 1.
        trustee_threshold: t.
        recipient: A trustee's index.

    Returns:
        The message that opens round two for the recipient.

    Raises:
        InvalidSetup: The threshold is not within 1…n.
        InvalidIndex: There is no such recipient.
        InvalidLength: `culprit` is the dealer of a malformed message.
        InvalidElement: `culprit` is the dealer.
    """
    size = len(messages)
    check_threshold(trustee_threshold, size)
    check_index(recipient, size)
    parts = []
    for dealer, message in enumerate(messages, start=1):
        with blame(dealer):
            dealing = decode_round_one(message, trustee_threshold, size)
        parts.append(dealing.addressed_to(recipient).encode())
    return b"".join(parts)


def _take_dealing(reader: Reader, trustee_threshold: int, recipients: int) -> Dealing:
    commitment = reader.take_elements(trustee_threshold)
    proof = reader.take(SIGNATURE_SIZE)
    (ephemeral_key,) = reader.take_elements(1)
    contribution = Contribution(commitment, proof, ephemeral_key)
    ciphertexts = tuple(reader.take_framed() for _ in range(recipients))
    return Dealing(contribution, ciphertexts)
