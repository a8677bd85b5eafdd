from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.errors import (
    DuplicateShare,
    InvalidIndex,
    MisuseError,
    NotEnoughShares,
)
from blind_index.group import Element, Scalar
from blind_index.shamir import (
    Polynomial,
    index_scalar,
    interpolate,
    interpolate_element,
    interpolate_polynomial,
    lagrange_coefficients,
)
from tests.blind_index.strategies import ORDER, nonzero_scalars, number, scalars
from tests.vectors import load_public

polynomials = st.lists(scalars, min_size=1, max_size=7).map(
    lambda coefficients: Polynomial(tuple(coefficients))
)


def distinct_xs(draw, count: int) -> list[Scalar]:
    numbers = st.integers(1, ORDER - 1)
    chosen = draw(st.lists(numbers, min_size=count, max_size=count, unique=True))
    return [Scalar.from_int(x) for x in chosen]


# Published shares


def test_the_shares_of_rfc_9591_appendix_e_3_are_recomputed_and_joined():
    inputs = load_public("rfc9591_frost_ristretto255_sha512")["rfc"]["inputs"]
    check_published_shares(inputs, inputs["group_public_key"])


def test_shares_of_257_published_participants_are_recomputed_and_joined():
    data = load_public("rfc9591_frost_ristretto255_sha512")["big_identifier"]
    check_published_shares(data["inputs"], data["inputs"]["verifying_key_key"])


def check_published_shares(inputs, public_key):
    secret = Scalar.decode(bytes.fromhex(inputs["group_secret_key"]))
    tail = inputs["share_polynomial_coefficients"]
    polynomial = Polynomial(
        (secret, *(Scalar.decode(bytes.fromhex(value)) for value in tail))
    )
    points = []
    for row in inputs["participant_shares"]:
        share = Scalar.decode(bytes.fromhex(row["participant_share"]))
        x = index_scalar(row["identifier"])
        assert polynomial.evaluate(x) == share
        points.append((x, share))
    for pair in list(combinations(points, 2))[:40]:
        assert interpolate(pair) == secret
    assert Element.base_multiple(secret).encode().hex() == public_key


# Properties


@given(polynomials, scalars)
def test_evaluation_agrees_with_integer_arithmetic(polynomial, x):
    powers = (
        number(c) * pow(number(x), j, ORDER)
        for j, c in enumerate(polynomial.coefficients)
    )
    assert number(polynomial.evaluate(x)) == sum(powers) % ORDER


@given(st.data(), polynomials)
def test_as_many_points_as_coefficients_give_the_polynomial_back(data, polynomial):
    xs = distinct_xs(data.draw, polynomial.degree + 1)
    points = [(x, polynomial.evaluate(x)) for x in xs]
    assert interpolate(points) == polynomial.coefficients[0]
    assert interpolate_polynomial(points) == polynomial


@given(st.data(), polynomials)
def test_more_points_than_needed_leave_the_higher_coefficients_zero(data, polynomial):
    xs = distinct_xs(data.draw, polynomial.degree + 3)
    points = [(x, polynomial.evaluate(x)) for x in xs]
    found = interpolate_polynomial(points).coefficients
    assert found[: polynomial.degree + 1] == polynomial.coefficients
    assert all(c.is_zero() for c in found[polynomial.degree + 1 :])
    assert interpolate(points) == polynomial.coefficients[0]


@given(st.data(), st.lists(scalars, min_size=2, max_size=6), scalars)
def test_one_point_too_few_fits_any_secret(data, coefficients, other_secret):
    polynomial = Polynomial(tuple(coefficients))
    xs = distinct_xs(data.draw, polynomial.degree)
    points = [(x, polynomial.evaluate(x)) for x in xs]
    zero = Scalar.from_int(0)
    # Through the same shares and any value at zero there is a polynomial of the
    # same degree: the shares say nothing about the secret.
    weights = lagrange_coefficients([zero, *xs], Scalar.from_int(1))
    values = [other_secret, *(value for _, value in points)]
    at_one = zero
    for weight, value in zip(weights, values, strict=True):
        at_one = at_one + weight * value
    if not any(x == Scalar.from_int(1) for x in xs):
        assert interpolate([*points, (Scalar.from_int(1), at_one)]) == other_secret


@given(st.data(), polynomials, scalars)
def test_weights_carry_values_to_any_place(data, polynomial, place):
    xs = distinct_xs(data.draw, polynomial.degree + 1)
    total = Scalar.from_int(0)
    for weight, x in zip(lagrange_coefficients(xs, place), xs, strict=True):
        total = total + weight * polynomial.evaluate(x)
    assert total == polynomial.evaluate(place)


@given(polynomials, nonzero_scalars)
def test_elements_interpolate_like_the_scalars_in_their_exponent(polynomial, factor):
    base = Element.base_multiple(factor)
    indexes = range(1, polynomial.degree + 2)
    points = [(i, polynomial.evaluate(index_scalar(i)) * base) for i in indexes]
    assert interpolate_element(points) == polynomial.coefficients[0] * base


# Refusals


def test_a_share_at_zero_is_refused():
    zero, one = Scalar.from_int(0), Scalar.from_int(1)
    for refuse in (interpolate, interpolate_polynomial):
        with pytest.raises(InvalidIndex):
            refuse([(one, one), (zero, one)])
    with pytest.raises(InvalidIndex):
        lagrange_coefficients([one, zero])
    with pytest.raises(InvalidIndex):
        lagrange_coefficients([one, zero], zero)


@pytest.mark.parametrize("index", [0, -1])
def test_a_trustee_below_one_is_refused(index):
    with pytest.raises(InvalidIndex):
        interpolate_element([(index, Element.generator())])


def test_two_shares_at_one_place_are_refused():
    one, two = Scalar.from_int(1), Scalar.from_int(2)
    for refuse in (interpolate, interpolate_polynomial):
        with pytest.raises(DuplicateShare):
            refuse([(one, one), (two, one), (one, one)])
    with pytest.raises(DuplicateShare):
        lagrange_coefficients([one, one], two)
    with pytest.raises(DuplicateShare):
        interpolate_element([(3, Element.generator()), (3, Element.generator())])


@pytest.mark.parametrize(
    "refuse",
    [interpolate, interpolate_polynomial, interpolate_element, lagrange_coefficients],
)
def test_no_shares_are_refused(refuse):
    with pytest.raises(NotEnoughShares):
        refuse([])


def test_a_polynomial_without_coefficients_is_misuse():
    with pytest.raises(MisuseError):
        Polynomial(())
