import copy
import pickle  # noqa: TID251 - to see it refused

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from blind_index.errors import (
    IdentityElement,
    InvalidElement,
    InvalidLength,
    InvalidScalar,
    MisuseError,
)
from blind_index.group import Element, Scalar, weighted_sum
from tests.blind_index.strategies import (
    ORDER,
    dictated,
    elements,
    integers_below_order,
    nonzero_scalars,
    number,
    scalars,
)
from tests.vectors import load_standard

RFC9496 = load_standard("rfc9496_ristretto255")
MULTIPLES = RFC9496["multiples_of_the_generator"]["encodings"]
INVALID = RFC9496["invalid_encodings"]
UNIFORM = RFC9496["group_elements_from_uniform_bytes"]["cases"]
ZERO = Scalar.from_int(0)


# RFC 9496 appendix A


@pytest.mark.parametrize("factor", range(1, 16))
def test_multiples_of_the_generator_are_as_published(factor):
    expected = bytes.fromhex(MULTIPLES[factor])
    scalar = Scalar.from_int(factor)
    assert Element.base_multiple(scalar).encode() == expected
    assert (scalar * Element.generator()).encode() == expected
    assert sum([Element.generator()] * factor, Element.identity()).encode() == expected
    assert Element.decode(expected).encode() == expected


def test_the_zeroth_multiple_is_the_identity_as_published():
    assert Element.base_multiple(ZERO).encode() == bytes.fromhex(MULTIPLES[0])


@pytest.mark.parametrize(
    "encoding",
    [bad for kind, bads in INVALID.items() if kind != "section" for bad in bads],
)
def test_published_bad_encodings_are_refused(encoding):
    with pytest.raises(InvalidElement) as caught:
        Element.decode(bytes.fromhex(encoding))
    assert not isinstance(caught.value, IdentityElement)


@pytest.mark.parametrize("case", UNIFORM)
def test_uniform_bytes_map_to_the_published_element(case):
    element = Element.from_uniform(bytes.fromhex(case["uniform"]))
    assert element.encode().hex() == case["element"]


# Strict decoding


def test_identity_element_is_refused():
    with pytest.raises(IdentityElement):
        Element.decode(bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_encodings_of_another_length_are_refused(length):
    for decode in (Element.decode, Scalar.decode):
        with pytest.raises(InvalidLength):
            decode(b"\x02" * length)


@pytest.mark.parametrize("length", [0, 32, 63, 65])
def test_uniform_bytes_of_another_length_are_refused(length):
    for take in (Element.from_uniform, Scalar.reduce):
        with pytest.raises(InvalidLength):
            take(b"\x02" * length)


@pytest.mark.parametrize("excess", [ORDER, ORDER + 1, 2**255 - 1, 2**256 - 1])
def test_scalars_that_are_not_reduced_are_refused(excess):
    with pytest.raises(InvalidScalar):
        Scalar.decode(excess.to_bytes(32, "little"))


@given(st.binary(min_size=32, max_size=32))
def test_whatever_decodes_as_an_element_encodes_to_the_same_bytes(data):
    try:
        element = Element.decode(data)
    except InvalidElement:
        return
    assert element.encode() == data


@given(elements, st.integers(0, 255))
def test_an_element_with_one_flipped_bit_is_another_one_or_none(element, bit):
    flipped = int.from_bytes(element.encode(), "little") ^ (1 << bit)
    try:
        other = Element.decode(flipped.to_bytes(32, "little"))
    except InvalidElement:
        return
    assert other != element


@given(integers_below_order)
def test_scalars_below_the_order_decode_to_themselves(value):
    encoded = value.to_bytes(32, "little")
    assert Scalar.decode(encoded).encode() == encoded


# Scalars against Python's integers


@given(integers_below_order, integers_below_order)
def test_scalar_arithmetic_is_arithmetic_modulo_the_order(a, b):
    one, other = Scalar.from_int(a), Scalar.from_int(b)
    assert number(one + other) == (a + b) % ORDER
    assert number(one - other) == (a - b) % ORDER
    assert number(one * other) == a * b % ORDER
    assert number(-one) == -a % ORDER


@given(st.integers(1, ORDER - 1))
def test_a_scalar_times_its_inverse_is_one(a):
    assert number(Scalar.from_int(a).invert()) == pow(a, -1, ORDER)


@given(st.integers(0, 2**512 - 1))
def test_wide_numbers_are_reduced(wide):
    assert number(Scalar.from_int(wide)) == wide % ORDER
    assert number(Scalar.reduce(wide.to_bytes(64, "little"))) == wide % ORDER


@pytest.mark.parametrize("value", [-1, 2**512])
def test_integers_out_of_range_are_misuse(value):
    with pytest.raises(MisuseError):
        Scalar.from_int(value)


def test_zero_has_no_inverse():
    assert ZERO.is_zero()
    assert not Scalar.from_int(1).is_zero()
    with pytest.raises(MisuseError):
        ZERO.invert()


def test_random_scalars_reduce_one_draw_of_64_bytes():
    drawn = []

    def randomness(length: int) -> bytes:
        drawn.append(length)
        return b"\x11" * length

    scalar = Scalar.random(randomness)
    assert drawn == [64]
    assert number(scalar) == int.from_bytes(b"\x11" * 64, "little") % ORDER
    assert Scalar.random() != Scalar.random()


def test_a_source_of_zeros_is_not_taken_for_randomness():
    with pytest.raises(MisuseError):
        Scalar.random(bytes)


# Group laws


@given(elements, elements, elements)
def test_addition_is_associative_and_commutative(p, q, r):
    assert (p + q) + r == p + (q + r)
    assert p + q == q + p


@given(elements, elements)
def test_subtraction_undoes_addition(p, q):
    assert (p + q) - q == p
    assert (p - p).is_identity()
    assert p + Element.identity() == p - Element.identity() == p
    assert Element.identity() - p + p == Element.identity()


@given(scalars, scalars, elements)
def test_multiplication_distributes_over_both_sums(a, b, p):
    assert (a + b) * p == a * p + b * p
    assert a * (p + p) == a * p + a * p
    assert (a * b) * p == a * (b * p)
    assert p * a == a * p


@given(scalars)
def test_base_multiple_is_multiplication_of_the_generator(a):
    assert Element.base_multiple(a) == a * Element.generator()


@given(elements)
def test_the_order_times_an_element_is_the_identity(p):
    assert (-Scalar.from_int(1) * p + p).is_identity()
    assert (ZERO * p).is_identity()
    assert not p.is_identity()


def test_uniform_bytes_may_give_the_identity_which_callers_refuse():
    assert Element.from_uniform(bytes(64)).is_identity()


def test_multiples_of_the_identity_are_the_identity():
    assert (Scalar.from_int(5) * Element.identity()).is_identity()


@given(nonzero_scalars, elements)
def test_dividing_undoes_multiplying(a, p):
    assert a.invert() * (a * p) == p


@given(st.lists(st.tuples(scalars, elements), max_size=4))
def test_a_weighted_sum_adds_every_term(terms):
    total = Element.identity()
    for scalar, element in terms:
        total = total + scalar * element
    assert weighted_sum(terms) == total


# Values


@given(elements, elements)
def test_elements_are_values(p, q):
    assume(p != q)
    again = Element.decode(p.encode())
    assert p == again
    assert hash(p) == hash(again)
    assert len({p, q, again}) == 2


@given(scalars, scalars)
def test_scalars_are_equal_when_their_numbers_are(a, b):
    assert (a == b) is (number(a) == number(b))


def test_scalars_and_elements_never_equal_bytes_or_each_other():
    scalar, element = Scalar.from_int(2), Element.generator()
    assert scalar != scalar.encode()
    assert element != element.encode()
    assert scalar != element


def test_neither_shows_its_value():
    assert repr(Scalar.from_int(2)) == "Scalar(32 bytes)"
    assert repr(Element.generator()) == "Element(32 bytes)"


def test_a_scalar_is_not_hashed_pickled_or_copied():
    for refused in (hash, pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            refused(Scalar.from_int(2))


@pytest.mark.parametrize("value", [Scalar.from_int(2), Element.generator()])
def test_neither_can_be_changed_or_made_unchecked(value):
    with pytest.raises(TypeError):
        value._encoded = bytes(32)
    with pytest.raises(MisuseError):
        type(value)()


@pytest.mark.parametrize("other", [2, b"\x02", None])
def test_nothing_else_can_be_added_or_multiplied(other):
    for value in (Scalar.from_int(2), Element.generator()):
        for operation in ("__add__", "__sub__", "__mul__"):
            assert getattr(value, operation)(other) is NotImplemented
    with pytest.raises(TypeError):
        Scalar.from_int(2) + Element.generator()
    with pytest.raises(TypeError):
        Element.generator() * Element.generator()


def test_dictated_randomness_gives_the_dictated_scalar():
    assert Scalar.random(dictated(Scalar.from_int(7))) == Scalar.from_int(7)
