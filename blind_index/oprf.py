"""The oblivious pseudorandom function of RFC 9497 under one key.

Suite ristretto255-SHA512. The base mode differs from the verifiable one by its
domain separation alone; it is here for the standard's vectors.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from blind_index.dleq import generate_proof, verify_proof
from blind_index.errors import IdentityElement, MisuseError
from blind_index.group import Element, Scalar
from blind_index.hash_to_group import hash_to_group, hash_to_scalar
from blind_index.labels import OprfMode
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes

_LONGEST_FIELD: Final = 2**16 - 1
_SEED_BYTES: Final = 32
_ATTEMPTS: Final = 256


@dataclass(frozen=True)
class Blinded:
    """A private input under its blind.

    Attributes:
        blind: Undoes the blinding; stays with whoever blinded.
        element: What is sent; uniform whatever the input was.
    """

    blind: Scalar
    element: Element


def derive_key_pair(
    seed: bytes, info: bytes, *, mode: OprfMode = OprfMode.VOPRF
) -> tuple[Scalar, Element]:
    """Derive a secret key and its public key from a seed.

    Args:
        seed: 32 secret bytes.
        info: What the key is for, at most 65535 bytes.
        mode: The RFC's mode.

    Raises:
        MisuseError: A seed or info of the wrong length.

    Source: RFC 9497 §3.2.1.
    """
    if len(seed) != _SEED_BYTES:
        raise MisuseError("a seed is 32 bytes")
    _check_length(info)
    material = seed + _prefixed(info)
    for counter in range(_ATTEMPTS):
        key = hash_to_scalar(material + bytes([counter]), mode.key_pair_tag)
        if not key.is_zero():
            return key, Element.base_multiple(key)
    raise MisuseError("no key can be derived")


def blind(
    private_input: bytes,
    *,
    mode: OprfMode = OprfMode.VOPRF,
    randomness: Randomness = SYSTEM,
) -> Blinded:
    """Hide a private input for evaluation.

    Args:
        private_input: At most 65535 bytes.
        mode: The RFC's mode.
        randomness: One draw of 64 bytes.

    Raises:
        MisuseError: The input is too long.
        IdentityElement: The input hashes to the identity: nobody knows such one.

    Source: RFC 9497 §3.3.1, §3.3.2.
    """
    element = input_element(private_input, mode)
    factor = Scalar.random(randomness)
    return Blinded(factor, factor * element)


def blind_evaluate(
    key: Scalar,
    public_key: Element,
    blinded: Sequence[Element],
    *,
    randomness: Randomness = SYSTEM,
) -> tuple[list[Element], bytes]:
    """Evaluate blinded elements and prove it with one proof.

    Args:
        key: The secret key.
        public_key: The key times the generator.
        blinded: At least one element.
        randomness: One draw of 64 bytes.

    Returns:
        The evaluated elements in order, and the proof (64 bytes).

    Raises:
        MisuseError: Nothing to evaluate, or more than 65535 elements.

    Source: RFC 9497 §3.3.2.
    """
    evaluated = [key * element for element in blinded]
    proof = generate_proof(key, public_key, blinded, evaluated, randomness=randomness)
    return evaluated, proof


def finalize(private_input: bytes, blind: Scalar, evaluated: Element) -> SecretBytes:
    """Unblind an evaluated element that has been verified, and hash it.

    Returns:
        The output, 64 bytes.

    Source: RFC 9497 §3.3.1.
    """
    return _output(private_input, blind.invert() * evaluated)


def finalize_verified(
    public_key: Element,
    private_inputs: Sequence[bytes],
    blinded: Sequence[Blinded],
    evaluated: Sequence[Element],
    proof: bytes,
) -> list[SecretBytes]:
    """Verify a batch of evaluated elements, then unblind and hash each.

    Returns:
        The outputs in order, 64 bytes each.

    Raises:
        InvalidProof: The public key's owner did not make these.
        MisuseError: Not one private input for each blinded element.

    Source: RFC 9497 §3.3.2.
    """
    if len(private_inputs) != len(blinded):
        raise MisuseError("not one private input for each blinded element")
    verify_proof(public_key, [one.element for one in blinded], evaluated, proof)
    rows = zip(private_inputs, blinded, evaluated, strict=True)
    return [finalize(given, one.blind, element) for given, one, element in rows]


def evaluate(
    key: Scalar, private_input: bytes, *, mode: OprfMode = OprfMode.VOPRF
) -> SecretBytes:
    """The output for an input that the key's holder itself knows.

    Returns:
        The output, 64 bytes.

    Raises:
        MisuseError, IdentityElement: As `blind`.

    Source: RFC 9497 §3.3.1.
    """
    return _output(private_input, key * input_element(private_input, mode))


def input_element(private_input: bytes, mode: OprfMode = OprfMode.VOPRF) -> Element:
    """The element of an input before it is blinded (RFC 9497 §3.3.1).

    Raises:
        IdentityElement: The input hashes to the identity.
        MisuseError: More than 65535 bytes.
    """
    _check_length(private_input)
    element = hash_to_group(private_input, mode.group_tag)
    if element.is_identity():
        raise IdentityElement("an input hashes to the identity")
    return element


def _output(private_input: bytes, unblinded: Element) -> SecretBytes:
    _check_length(private_input)
    fields = _prefixed(private_input) + _prefixed(unblinded.encode())
    return SecretBytes(hashlib.sha512(fields + b"Finalize").digest())


def _check_length(field: bytes) -> None:
    if len(field) > _LONGEST_FIELD:
        raise MisuseError("at most 65535 bytes can be hashed")


def _prefixed(field: bytes) -> bytes:
    """A field after its length in two bytes, as the RFC writes it."""
    return len(field).to_bytes(2, "big") + field
