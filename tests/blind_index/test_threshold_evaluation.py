from dataclasses import replace
from itertools import chain, combinations

import pytest

from blind_index import oprf
from blind_index.errors import (
    DuplicateShare,
    InconsistentShares,
    InvalidIndex,
    InvalidProof,
    MisuseError,
    NotEnoughShares,
)
from blind_index.group import Element, Scalar
from blind_index.threshold_evaluation import (
    combine_evaluation_shares,
    make_evaluation_share,
    verify_evaluation_share,
)
from tests.blind_index.dealing import deal

KEY = Scalar.random()
PRIVATE_INPUTS = [b"one", b"two", b"three"]
BLINDED = [oprf.blind(private_input) for private_input in PRIVATE_INPUTS]
INPUTS = [blinded.element for blinded in BLINDED]
SINGLE_KEY = [KEY * element for element in INPUTS]
COMMITTEES = [(t, n) for n in range(1, 6) for t in range(1, n + 1)]


def answers(trustee_threshold: int, size: int):
    key_shares, keys = deal(KEY, trustee_threshold, size)
    made = [make_evaluation_share(share, keys, INPUTS) for share in key_shares]
    return made, keys


@pytest.mark.parametrize(("trustee_threshold", "size"), COMMITTEES)
def test_every_subset_of_t_or_more_equals_the_single_key(trustee_threshold, size):
    shares, keys = answers(trustee_threshold, size)
    for share in shares:
        verify_evaluation_share(share, INPUTS, keys)
    subsets = chain.from_iterable(
        combinations(shares, count) for count in range(trustee_threshold, size + 1)
    )
    for subset in subsets:
        assert combine_evaluation_shares(subset, keys) == SINGLE_KEY
        assert combine_evaluation_shares(subset[::-1], keys) == SINGLE_KEY


def test_unblinded_outputs_equal_those_of_the_single_key():
    shares, keys = answers(3, 5)
    combined = combine_evaluation_shares(shares[2:], keys)
    for private_input, blinded, element in zip(
        PRIVATE_INPUTS, BLINDED, combined, strict=True
    ):
        output = oprf.finalize(private_input, blinded.blind, element)
        assert output == oprf.evaluate(KEY, private_input)


@pytest.mark.parametrize(("trustee_threshold", "size"), COMMITTEES)
def test_one_share_too_few_is_refused(trustee_threshold, size):
    shares, keys = answers(trustee_threshold, size)
    for subset in combinations(shares, trustee_threshold - 1):
        with pytest.raises(NotEnoughShares):
            combine_evaluation_shares(subset, keys)


def test_one_share_too_few_interpolates_to_something_else():
    shares, keys = answers(3, 5)
    lower = replace(keys, trustee_threshold=2)
    for subset in combinations(shares, 2):
        assert combine_evaluation_shares(subset, lower) != SINGLE_KEY


@pytest.mark.parametrize("liar", range(1, 6))
@pytest.mark.parametrize("position", range(3))
def test_a_trustee_that_lies_about_one_element_is_named(liar, position):
    shares, keys = answers(3, 5)
    lie = list(shares[liar - 1].elements)
    lie[position] = lie[position] + Element.generator()
    with pytest.raises(InvalidProof) as caught:
        verify_evaluation_share(
            replace(shares[liar - 1], elements=tuple(lie)), INPUTS, keys
        )
    assert caught.value.culprit == liar


def test_a_trustee_that_proves_with_another_key_is_named():
    other_shares, other_keys = deal(Scalar.random(), 3, 5)
    _, keys = answers(3, 5)
    lie = make_evaluation_share(other_shares[1], other_keys, INPUTS)
    with pytest.raises(InvalidProof) as caught:
        verify_evaluation_share(lie, INPUTS, keys)
    assert caught.value.culprit == 2


def test_a_trustee_that_speaks_in_anothers_name_is_refused():
    shares, keys = answers(3, 5)
    with pytest.raises(InvalidProof) as caught:
        verify_evaluation_share(replace(shares[0], index=2), INPUTS, keys)
    assert caught.value.culprit == 2


def test_an_answer_to_other_inputs_names_the_trustee():
    shares, keys = answers(3, 5)
    for inputs in (INPUTS[::-1], INPUTS[:2], [*INPUTS, INPUTS[0]]):
        with pytest.raises(InvalidProof) as caught:
            verify_evaluation_share(shares[3], inputs, keys)
        assert caught.value.culprit == 4


def test_a_trustee_that_does_not_exist_is_refused():
    shares, keys = answers(3, 5)
    for index in (0, 6, -1):
        stranger = replace(shares[0], index=index)
        with pytest.raises(InvalidIndex):
            verify_evaluation_share(stranger, INPUTS, keys)
        with pytest.raises(InvalidIndex):
            combine_evaluation_shares([*shares, stranger], keys)


def test_one_trustees_share_counted_twice_is_refused_by_name():
    shares, keys = answers(3, 5)
    with pytest.raises(DuplicateShare) as caught:
        combine_evaluation_shares([shares[0], shares[1], shares[1]], keys)
    assert caught.value.culprit == 2
    with pytest.raises(DuplicateShare):
        combine_evaluation_shares([*shares, shares[4]], keys)


def test_shares_of_batches_of_different_sizes_are_refused():
    shares, keys = answers(3, 5)
    short = replace(shares[0], elements=shares[0].elements[:2])
    with pytest.raises(InconsistentShares):
        combine_evaluation_shares([short, *shares[1:3]], keys)


def test_a_key_share_of_another_committee_is_misuse():
    key_shares, _ = deal(KEY, 3, 5)
    _, keys = deal(KEY, 3, 5)
    with pytest.raises(MisuseError):
        make_evaluation_share(key_shares[0], keys, INPUTS)


def test_a_key_share_with_an_index_outside_the_committee_is_refused():
    key_shares, keys = deal(KEY, 3, 5)
    with pytest.raises(InvalidIndex):
        make_evaluation_share(replace(key_shares[0], index=6), keys, INPUTS)


def test_an_empty_batch_is_misuse():
    key_shares, keys = deal(KEY, 2, 3)
    with pytest.raises(MisuseError):
        make_evaluation_share(key_shares[0], keys, [])
