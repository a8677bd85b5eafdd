"""What hypothesis draws from, and randomness that a test can dictate."""

from hypothesis import strategies as st

from blind_index.group import Element, Scalar

ORDER = 2**252 + 27742317777372353535851937790883648493

integers_below_order = st.one_of(
    st.integers(0, ORDER - 1),
    st.sampled_from([0, 1, 2, ORDER - 2, ORDER - 1]),
)
scalars = integers_below_order.map(Scalar.from_int)
nonzero_scalars = st.integers(1, ORDER - 1).map(Scalar.from_int)
elements = (
    st.binary(min_size=64, max_size=64)
    .map(Element.from_uniform)
    .filter(lambda element: not element.is_identity())
)


def number(scalar: Scalar) -> int:
    return int.from_bytes(scalar.encode(), "little")


def dictated(*scalars: Scalar):
    """A source of randomness from which `Scalar.random` draws exactly these."""
    remaining = [scalar.encode() for scalar in scalars]

    def draw(length: int) -> bytes:
        return remaining.pop(0) + bytes(length - 32)

    return draw
