import pytest

from blind_index import errors

LEAVES = [
    errors.InvalidScalar,
    errors.InvalidElement,
    errors.IdentityElement,
    errors.InvalidLength,
    errors.InvalidProof,
    errors.DuplicateShare,
    errors.NotEnoughShares,
    errors.InconsistentShares,
    errors.InvalidIndex,
]


@pytest.mark.parametrize("leaf", LEAVES)
def test_every_leaf_is_a_protocol_error_that_can_name_a_culprit(leaf):
    assert issubclass(leaf, errors.ProtocolError)
    assert leaf("wrong").culprit is None
    assert leaf("wrong", culprit=3).culprit == 3


def test_the_three_roots_are_told_apart():
    roots = [errors.InputError, errors.ProtocolError, errors.MisuseError]
    assert all(issubclass(root, errors.AlongsideError) for root in roots)
    assert not any(issubclass(a, b) for a in roots for b in roots if a is not b)


def test_an_input_error_says_which_field_and_what_to_do():
    error = errors.InputError("phone", "too short", "add the country code")
    assert str(error) == "phone: too short"
    assert (error.field, error.reason) == ("phone", "too short")
    assert error.advice == "add the country code"
    assert errors.InputError("phone", "too short").advice == ""
