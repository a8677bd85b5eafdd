import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from voprf import ristretto

from blind_index import oprf
from blind_index.dleq import generate_proof, verify_proof
from blind_index.errors import IdentityElement, InvalidProof, MisuseError
from blind_index.group import Element, Scalar
from blind_index.labels import OprfMode
from tests.blind_index.strategies import dictated, nonzero_scalars
from tests.vectors import load_public, load_standard

SUITES = load_standard("rfc9497_ristretto255_sha512")["suites"]
CASES = [(suite, case) for suite in SUITES for case in suite["cases"]]
VERIFIABLE = [(suite, case) for suite, case in CASES if "proof" in case]
private_inputs = st.binary(min_size=1, max_size=60)


def scalar(text: str) -> Scalar:
    return Scalar.decode(bytes.fromhex(text))


def element(text: str) -> Element:
    return Element.decode(bytes.fromhex(text))


# RFC 9497 appendix A.1


@pytest.mark.parametrize("suite", SUITES)
def test_the_published_keys_are_derived(suite):
    key, public_key = oprf.derive_key_pair(
        bytes.fromhex(suite["seed"]),
        bytes.fromhex(suite["key_info"]),
        mode=OprfMode(suite["mode"]),
    )
    assert key.encode().hex() == suite["secret_key"]
    assert public_key == Element.base_multiple(key)
    if "public_key" in suite:
        assert public_key.encode().hex() == suite["public_key"]


@pytest.mark.parametrize(("suite", "case"), CASES)
def test_every_published_intermediate_value_is_reached(suite, case):
    key, mode = scalar(suite["secret_key"]), OprfMode(suite["mode"])
    for position, hexed in enumerate(case["inputs"]):
        private_input = bytes.fromhex(hexed)
        factor = scalar(case["blinds"][position])
        blinded = oprf.blind(private_input, mode=mode, randomness=dictated(factor))
        assert blinded.blind == factor
        assert blinded.element.encode().hex() == case["blinded_elements"][position]
        evaluated = key * blinded.element
        assert evaluated.encode().hex() == case["evaluation_elements"][position]
        output = oprf.finalize(private_input, factor, evaluated)
        assert output.reveal().hex() == case["outputs"][position]
        assert oprf.evaluate(key, private_input, mode=mode) == output


@pytest.mark.parametrize(("suite", "case"), VERIFIABLE)
def test_the_published_proofs_are_made_and_accepted(suite, case):
    key, public_key = scalar(suite["secret_key"]), element(suite["public_key"])
    blinded = [
        oprf.Blinded(scalar(factor), element(one))
        for factor, one in zip(case["blinds"], case["blinded_elements"], strict=True)
    ]
    evaluated, proof = oprf.blind_evaluate(
        key,
        public_key,
        [one.element for one in blinded],
        randomness=dictated(scalar(case["proof_random_scalar"])),
    )
    assert [one.encode().hex() for one in evaluated] == case["evaluation_elements"]
    assert proof.hex() == case["proof"]
    outputs = oprf.finalize_verified(
        public_key,
        [bytes.fromhex(hexed) for hexed in case["inputs"]],
        blinded,
        evaluated,
        proof,
    )
    assert [output.reveal().hex() for output in outputs] == case["outputs"]


def test_the_carried_vectors_are_those_of_the_public_suite():
    public = load_public("rfc9497_ristretto255_sha512")["suites"]
    for ours, theirs in zip(SUITES, public, strict=False):
        assert ours["secret_key"] == theirs["skSm"]
        outputs = [output for case in ours["cases"] for output in case["outputs"]]
        assert ",".join(outputs) == ",".join(v["Output"] for v in theirs["vectors"])


# Against another implementation, the package voprf


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40), private_inputs)
def test_keys_and_outputs_equal_those_of_another_implementation(seed, info, given_one):
    other = ristretto.Evaluator.from_seed(seed, info)
    key, public_key = oprf.derive_key_pair(seed, info)
    assert other.public_key.serialize() == public_key.encode()
    expected = other.evaluate_known_input(given_one)
    assert oprf.evaluate(key, given_one).reveal() == expected


@settings(max_examples=25)
@given(st.lists(private_inputs, min_size=1, max_size=5))
def test_another_implementation_accepts_our_evaluations(inputs):
    key, public_key = oprf.derive_key_pair(bytes(32), b"")
    clients, messages = zip(*map(ristretto.Client.blind, inputs), strict=True)
    blinded = [Element.decode(message.serialize()) for message in messages]
    evaluated, proof = oprf.blind_evaluate(key, public_key, blinded)
    # A batch is written as the proof, then the elements.
    encoded = b"".join([proof, *(one.encode() for one in evaluated)])
    outputs = ristretto.Client.finalize_batch(
        list(clients),
        ristretto.VerifiableBatchOutput.deserialize(encoded),
        ristretto.PublicKey.deserialize(public_key.encode()),
    )
    assert outputs == [oprf.evaluate(key, one).reveal() for one in inputs]


@settings(max_examples=25)
@given(st.lists(private_inputs, min_size=1, max_size=5))
def test_we_accept_the_evaluations_of_another_implementation(inputs):
    other = ristretto.Evaluator.from_seed(bytes(32), b"")
    blinded = [oprf.blind(one) for one in inputs]
    messages = [
        ristretto.BlindedInput.deserialize(one.element.encode()) for one in blinded
    ]
    answer = other.evaluate_batch(messages).serialize()
    parts = [answer[i : i + 32] for i in range(64, len(answer), 32)]
    outputs = oprf.finalize_verified(
        Element.decode(other.public_key.serialize()),
        inputs,
        blinded,
        [Element.decode(part) for part in parts],
        answer[:64],
    )
    expected = [other.evaluate_known_input(one) for one in inputs]
    assert [output.reveal() for output in outputs] == expected


# Properties


@given(private_inputs, nonzero_scalars, nonzero_scalars)
def test_the_output_does_not_depend_on_the_blind(private_input, key, factor):
    blinded = oprf.blind(private_input, randomness=dictated(factor))
    output = oprf.finalize(private_input, blinded.blind, key * blinded.element)
    assert len(output) == 64
    assert output == oprf.evaluate(key, private_input)


def test_blinding_twice_shows_two_elements():
    assert oprf.blind(b"same").element != oprf.blind(b"same").element


def test_modes_inputs_and_keys_are_separated():
    one, other = Scalar.from_int(2), Scalar.from_int(3)
    outputs = {
        oprf.evaluate(key, private_input, mode=mode).reveal()
        for key in (one, other)
        for private_input in (b"a", b"b", b"")
        for mode in OprfMode
    }
    assert len(outputs) == 12


# Refusals


def batch(size: int):
    key, public_key = oprf.derive_key_pair(bytes(32), b"test")
    inputs = [bytes([position]) for position in range(size)]
    blinded = [oprf.blind(private_input) for private_input in inputs]
    evaluated, proof = oprf.blind_evaluate(
        key, public_key, [one.element for one in blinded]
    )
    return public_key, inputs, blinded, evaluated, proof


def test_an_evaluation_under_another_key_is_refused():
    _, inputs, blinded, evaluated, proof = batch(3)
    with pytest.raises(InvalidProof):
        oprf.finalize_verified(Element.generator(), inputs, blinded, evaluated, proof)


def test_a_missing_evaluation_is_refused():
    public_key, inputs, blinded, evaluated, proof = batch(3)
    with pytest.raises(InvalidProof):
        oprf.finalize_verified(public_key, inputs, blinded, evaluated[:2], proof)


def test_a_missing_private_input_is_misuse():
    public_key, inputs, blinded, evaluated, proof = batch(3)
    with pytest.raises(MisuseError):
        oprf.finalize_verified(public_key, inputs[:2], blinded, evaluated, proof)


def test_an_empty_batch_is_misuse():
    with pytest.raises(MisuseError):
        oprf.blind_evaluate(Scalar.from_int(2), Element.generator(), [])


def test_fields_of_65535_bytes_are_the_longest():
    longest, key = bytes(2**16 - 1), Scalar.from_int(2)
    assert len(oprf.evaluate(key, longest)) == 64
    oprf.derive_key_pair(bytes(32), longest)
    for refused in (
        lambda: oprf.evaluate(key, longest + b"x"),
        lambda: oprf.blind(longest + b"x"),
        lambda: oprf.finalize(longest + b"x", key, Element.generator()),
        lambda: oprf.derive_key_pair(bytes(32), longest + b"x"),
    ):
        with pytest.raises(MisuseError):
            refused()


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_of_another_length_is_misuse(length):
    with pytest.raises(MisuseError):
        oprf.derive_key_pair(bytes(length), b"")


def test_a_zero_blind_is_misuse():
    with pytest.raises(MisuseError):
        oprf.finalize(b"input", Scalar.from_int(0), Element.generator())


def test_an_input_that_hashed_to_the_identity_would_be_refused(monkeypatch):
    monkeypatch.setattr(oprf, "hash_to_group", lambda *_: Element.identity())
    with pytest.raises(IdentityElement):
        oprf.blind(b"input")


def test_key_derivation_goes_on_after_zero_and_gives_up_in_the_end(monkeypatch):
    zero, two = Scalar.from_int(0), Scalar.from_int(2)
    attempts = [zero, zero, two]
    monkeypatch.setattr(oprf, "hash_to_scalar", lambda *_: attempts.pop(0))
    assert oprf.derive_key_pair(bytes(32), b"")[0] == two
    monkeypatch.setattr(oprf, "hash_to_scalar", lambda *_: zero)
    with pytest.raises(MisuseError):
        oprf.derive_key_pair(bytes(32), b"")


def test_a_batch_of_64_is_one_proof():
    public_key, _, blinded, evaluated, proof = batch(64)
    assert len(proof) == 64
    verify_proof(public_key, [one.element for one in blinded], evaluated, proof)


def test_proofs_of_oprf_batches_are_plain_dleq_proofs():
    key, public_key = oprf.derive_key_pair(bytes(32), b"test")
    inputs = [Element.generator()]
    nonce = Scalar.from_int(9)
    outputs, proof = oprf.blind_evaluate(
        key, public_key, inputs, randomness=dictated(nonce)
    )
    expected = generate_proof(
        key, public_key, inputs, outputs, randomness=dictated(nonce)
    )
    assert proof == expected
