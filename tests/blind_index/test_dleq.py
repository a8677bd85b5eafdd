from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index import dleq
from blind_index.dleq import PROOF_BYTES, generate_proof, verify_proof
from blind_index.errors import IdentityElement, InvalidProof, MisuseError
from blind_index.group import Element, Scalar
from tests.blind_index.strategies import ORDER, elements, nonzero_scalars

KEY = Scalar.random()
PUBLIC_KEY = Element.base_multiple(KEY)
INPUTS = [Element.base_multiple(Scalar.random()) for _ in range(3)]
OUTPUTS = [KEY * element for element in INPUTS]
PROOF = generate_proof(KEY, PUBLIC_KEY, INPUTS, OUTPUTS)


@given(nonzero_scalars, st.lists(elements, min_size=1, max_size=4))
def test_a_true_statement_is_proved_in_64_bytes(key, inputs):
    public_key = Element.base_multiple(key)
    outputs = [key * element for element in inputs]
    proof = generate_proof(key, public_key, inputs, outputs)
    assert len(proof) == PROOF_BYTES == 64
    verify_proof(public_key, inputs, outputs, proof)


def test_a_proof_is_randomised():
    assert generate_proof(KEY, PUBLIC_KEY, INPUTS, OUTPUTS) != PROOF


@pytest.mark.parametrize("position", range(3))
def test_one_wrong_output_is_refused_wherever_it_stands(position):
    outputs = list(OUTPUTS)
    outputs[position] = outputs[position] + Element.generator()
    with pytest.raises(InvalidProof):
        verify_proof(PUBLIC_KEY, INPUTS, outputs, PROOF)


@pytest.mark.parametrize("position", range(3))
def test_one_wrong_input_is_refused_wherever_it_stands(position):
    inputs = list(INPUTS)
    inputs[position] = inputs[position] + Element.generator()
    with pytest.raises(InvalidProof):
        verify_proof(PUBLIC_KEY, inputs, OUTPUTS, PROOF)


def test_errors_that_cancel_in_a_plain_sum_are_refused():
    outputs = list(OUTPUTS)
    outputs[0] = outputs[0] + Element.generator()
    outputs[1] = outputs[1] - Element.generator()
    with pytest.raises(InvalidProof):
        verify_proof(PUBLIC_KEY, INPUTS, outputs, PROOF)


def test_a_key_used_for_one_element_only_cannot_be_proved():
    outputs = [*OUTPUTS[:2], Scalar.random() * INPUTS[2]]
    proof = generate_proof(KEY, PUBLIC_KEY, INPUTS, outputs)
    with pytest.raises(InvalidProof):
        verify_proof(PUBLIC_KEY, INPUTS, outputs, proof)


def test_another_public_key_is_refused():
    with pytest.raises(InvalidProof):
        verify_proof(Element.generator(), INPUTS, OUTPUTS, PROOF)


def test_reordered_pairs_are_refused():
    with pytest.raises(InvalidProof):
        verify_proof(PUBLIC_KEY, INPUTS[::-1], OUTPUTS[::-1], PROOF)


@given(st.integers(0, 8 * PROOF_BYTES - 1))
def test_any_flipped_bit_of_the_proof_is_refused(bit):
    flipped = int.from_bytes(PROOF, "little") ^ (1 << bit)
    with pytest.raises(InvalidProof):
        verify_proof(PUBLIC_KEY, INPUTS, OUTPUTS, flipped.to_bytes(64, "little"))


@pytest.mark.parametrize("half", [0, 1])
def test_a_proof_with_an_unreduced_half_is_refused(half):
    halves = [PROOF[:32], PROOF[32:]]
    unreduced = int.from_bytes(halves[half], "little") + ORDER
    halves[half] = unreduced.to_bytes(32, "little")
    with pytest.raises(InvalidProof):
        verify_proof(PUBLIC_KEY, INPUTS, OUTPUTS, b"".join(halves))


@pytest.mark.parametrize("length", [0, 32, 63, 65, 96])
def test_a_proof_of_another_length_is_refused(length):
    with pytest.raises(InvalidProof):
        verify_proof(PUBLIC_KEY, INPUTS, OUTPUTS, (PROOF * 2)[:length])


def test_missing_and_surplus_outputs_are_refused():
    for outputs in (OUTPUTS[:2], [*OUTPUTS, OUTPUTS[0]], []):
        with pytest.raises(InvalidProof):
            verify_proof(PUBLIC_KEY, INPUTS, outputs, PROOF)


def test_the_identity_is_no_public_key():
    identity, zero = Element.identity(), Scalar.from_int(0)
    outputs = [identity] * 3
    proof = generate_proof(zero, identity, INPUTS, outputs)
    with pytest.raises(IdentityElement):
        verify_proof(identity, INPUTS, outputs, proof)


def test_batches_that_are_empty_uneven_or_too_long_are_misuse():
    too_many = [INPUTS[0]] * 2**16
    for inputs, outputs in (
        ([], []),
        (INPUTS, OUTPUTS[:2]),
        (INPUTS[:2], OUTPUTS),
        (too_many, too_many),
    ):
        with pytest.raises(MisuseError):
            generate_proof(KEY, PUBLIC_KEY, inputs, outputs)
    with pytest.raises(MisuseError):
        verify_proof(PUBLIC_KEY, [], [], PROOF)


def test_the_longest_batch_is_what_two_bytes_can_count():
    longest = [INPUTS[0]] * (2**16 - 1)
    # Proving it takes seconds; this is the check that stands before.
    dleq._check_batch(longest, longest)


def test_a_nonce_used_twice_would_give_the_key_away_so_it_is_drawn_each_time():
    drawn = []

    def randomness(length: int) -> bytes:
        drawn.append(bytes([len(drawn) + 1]) * length)
        return drawn[-1]

    proofs = [
        generate_proof(KEY, PUBLIC_KEY, INPUTS, OUTPUTS, randomness=randomness)
        for _ in range(3)
    ]
    assert len(drawn) == 3
    assert all(a != b for a, b in pairwise(proofs))
