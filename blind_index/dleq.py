"""Proofs that one key made a whole batch of evaluations.

The base point is the group's generator throughout.

Source: RFC 9497 §2.2.
"""

import hashlib
from collections.abc import Sequence
from itertools import chain
from typing import Final

from blind_index.errors import (
    IdentityElement,
    InvalidLength,
    InvalidProof,
    InvalidScalar,
    MisuseError,
)
from blind_index.group import Element, Scalar, weighted_sum
from blind_index.hash_to_group import hash_to_scalar
from blind_index.labels import OprfMode
from blind_index.libsodium import ENCODED_BYTES
from blind_index.randomness import SYSTEM, Randomness

PROOF_BYTES: Final = 2 * ENCODED_BYTES
_LARGEST_BATCH: Final = 2**16 - 1
_MODE: Final = OprfMode.VOPRF


def generate_proof(
    key: Scalar,
    public_key: Element,
    inputs: Sequence[Element],
    outputs: Sequence[Element],
    *,
    randomness: Randomness = SYSTEM,
) -> bytes:
    """Prove that each output is its input times the key.

    Args:
        key: The secret key.
        public_key: The key times the generator.
        inputs: At least one element, at most 65535.
        outputs: As many.
        randomness: One draw of 64 bytes.

    Returns:
        Challenge and response, 32 bytes each.

    Raises:
        MisuseError: The lists differ in length, are empty or too long.

    Source: RFC 9497 §2.2.1, with ComputeCompositesFast.
    """
    _check_batch(inputs, outputs)
    weights = _weights(public_key, inputs, outputs)
    joint_input = weighted_sum(zip(weights, inputs, strict=True))
    joint_output = key * joint_input
    nonce = Scalar.random(randomness)
    challenge = _challenge(
        public_key,
        joint_input,
        joint_output,
        Element.base_multiple(nonce),
        nonce * joint_input,
    )
    return challenge.encode() + (nonce - challenge * key).encode()


def verify_proof(
    public_key: Element,
    inputs: Sequence[Element],
    outputs: Sequence[Element],
    proof: bytes,
) -> None:
    """Refuse a proof that does not hold for exactly these lists.

    Args:
        public_key: Whose key the proof speaks of.
        inputs: What was to be evaluated; at least one.
        outputs: What is said to be the result.
        proof: 64 bytes.

    Raises:
        InvalidProof: Of the wrong length, not reduced, for lists of different
            lengths, or false.
        IdentityElement: The public key is the identity, under which any output
            that is the identity too would pass.
        MisuseError: Nothing to verify, or too much.

    Source: RFC 9497 §2.2.2.
    """
    if public_key.is_identity():
        raise IdentityElement("a public key is the identity")
    if len(inputs) != len(outputs):
        raise InvalidProof("not one output for each input")
    _check_batch(inputs, outputs)
    challenge, response = _decode_proof(proof)
    weights = _weights(public_key, inputs, outputs)
    joint_input = weighted_sum(zip(weights, inputs, strict=True))
    joint_output = weighted_sum(zip(weights, outputs, strict=True))
    expected = _challenge(
        public_key,
        joint_input,
        joint_output,
        Element.base_multiple(response) + challenge * public_key,
        response * joint_input + challenge * joint_output,
    )
    if expected != challenge:
        raise InvalidProof("the proof does not hold")


def _check_batch(inputs: Sequence[Element], outputs: Sequence[Element]) -> None:
    if len(inputs) != len(outputs) or not 0 < len(inputs) <= _LARGEST_BATCH:
        raise MisuseError("a proof needs as many outputs as inputs, 1 to 65535")


def _decode_proof(proof: bytes) -> tuple[Scalar, Scalar]:
    try:
        challenge = Scalar.decode(proof[:ENCODED_BYTES])
        response = Scalar.decode(proof[ENCODED_BYTES:])
    except (InvalidLength, InvalidScalar) as error:
        raise InvalidProof("a proof is two reduced scalars") from error
    return challenge, response


def _weights(
    public_key: Element, inputs: Sequence[Element], outputs: Sequence[Element]
) -> list[Scalar]:
    """One weight for each pair, fixed by the whole batch's key.

    Source: RFC 9497 §2.2.1, ComputeComposites.
    """
    seed = hashlib.sha512(_prefixed(public_key.encode(), _MODE.seed_tag)).digest()
    start = _prefixed(seed)
    return [
        hash_to_scalar(
            start
            + index.to_bytes(2, "big")
            + _prefixed(before.encode(), after.encode())
            + b"Composite",
            _MODE.scalar_tag,
        )
        for index, (before, after) in enumerate(zip(inputs, outputs, strict=True))
    ]


def _challenge(*elements: Element) -> Scalar:
    """The Fiat-Shamir challenge over the statement and both commitments."""
    encoded = (element.encode() for element in elements)
    return hash_to_scalar(_prefixed(*encoded) + b"Challenge", _MODE.scalar_tag)


def _prefixed(*fields: bytes) -> bytes:
    """Join fields, each after its length in two bytes, as the RFC does."""
    return b"".join(
        chain.from_iterable((len(field).to_bytes(2, "big"), field) for field in fields)
    )
