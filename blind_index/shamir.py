"""Shamir's sharing over the scalar field, and interpolation in the exponent."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from blind_index.errors import (
    DuplicateShare,
    InvalidIndex,
    MisuseError,
    NotEnoughShares,
)
from blind_index.group import Element, Scalar, weighted_sum

_ZERO = Scalar.from_int(0)
_ONE = Scalar.from_int(1)


@dataclass(frozen=True)
class Polynomial:
    """A polynomial over the scalar field.

    Attributes:
        coefficients: From the constant term up; at least one.
    """

    coefficients: tuple[Scalar, ...]

    def __post_init__(self) -> None:
        if not self.coefficients:
            raise MisuseError("a polynomial needs a constant term")

    @property
    def degree(self) -> int:
        """One less than the shares needed; a leading zero is not looked for."""
        return len(self.coefficients) - 1

    def evaluate(self, x: Scalar) -> Scalar:
        """The value at x. Not refused at zero, where it is the secret itself."""
        value = self.coefficients[-1]
        for coefficient in reversed(self.coefficients[:-1]):
            value = value * x + coefficient
        return value


def lagrange_coefficients(
    xs: Sequence[Scalar], at: Scalar | None = None
) -> list[Scalar]:
    """Weights that turn values at `xs` into the value at another place.

    Args:
        xs: Where values are known: all different, none zero if `at` is zero.
        at: Where the value is wanted; zero if left out.

    Returns:
        One weight for each x, in order.

    Raises:
        NotEnoughShares: No x at all.
        InvalidIndex: An x is zero, so that its value would be the answer.
        DuplicateShare: An x stands twice.
    """
    target = _ZERO if at is None else at
    _check_points(xs, zero_allowed=not target.is_zero())
    return [_weight(position, xs, target) for position in range(len(xs))]


def _weight(position: int, xs: Sequence[Scalar], target: Scalar) -> Scalar:
    numerator, denominator = _ONE, _ONE
    for other, x in enumerate(xs):
        if other != position:
            numerator *= target - x
            denominator *= xs[position] - x
    return numerator * denominator.invert()


def _check_points(xs: Sequence[Scalar], *, zero_allowed: bool) -> None:
    if not xs:
        raise NotEnoughShares("no shares to combine")
    if not zero_allowed and any(x.is_zero() for x in xs):
        raise InvalidIndex("a share stands at zero")
    # Compared in pairs, for scalars have no hash; the lists are short.
    if any(x == y for x, y in combinations(xs, 2)):
        raise DuplicateShare("two shares stand at one place")


def interpolate(points: Sequence[tuple[Scalar, Scalar]]) -> Scalar:
    """The value at zero of the polynomial of least degree through the points.

    Args:
        points: Pairs of x and value.

    Raises:
        NotEnoughShares, InvalidIndex, DuplicateShare: As `lagrange_coefficients`.
    """
    weights = lagrange_coefficients([x for x, _ in points])
    total = _ZERO
    for weight, (_, value) in zip(weights, points, strict=True):
        total += weight * value
    return total


def interpolate_polynomial(points: Sequence[tuple[Scalar, Scalar]]) -> Polynomial:
    """All coefficients of the polynomial of least degree through the points.

    Args:
        points: Pairs of x and value; as many come back as coefficients, the
            highest perhaps zero.

    Raises:
        NotEnoughShares, InvalidIndex, DuplicateShare: As `lagrange_coefficients`.

    Source: Newton's divided differences, expanded by Horner's rule.
    """
    xs = [x for x, _ in points]
    _check_points(xs, zero_allowed=False)
    newton = _divided_differences(xs, [value for _, value in points])
    coefficients = [newton[-1]]
    for x, constant in zip(reversed(xs[:-1]), reversed(newton[:-1]), strict=True):
        coefficients = _times_linear(coefficients, x)
        coefficients[0] += constant
    return Polynomial(tuple(coefficients))


def _divided_differences(xs: Sequence[Scalar], values: list[Scalar]) -> list[Scalar]:
    differences = list(values)
    for order in range(1, len(xs)):
        for i in range(len(xs) - 1, order - 1, -1):
            rise = differences[i] - differences[i - 1]
            differences[i] = rise * (xs[i] - xs[i - order]).invert()
    return differences


def _times_linear(coefficients: list[Scalar], x: Scalar) -> list[Scalar]:
    """Multiply a polynomial by (X - x)."""
    raised = [_ZERO, *coefficients]
    lowered = [*(x * coefficient for coefficient in coefficients), _ZERO]
    return [a - b for a, b in zip(raised, lowered, strict=True)]


def interpolate_element(points: Sequence[tuple[int, Element]]) -> Element:
    """Interpolate at zero in the exponent.

    Args:
        points: Pairs of a trustee's index, 1 to n, and that trustee's element.

    Returns:
        The joint key's multiple; may be the identity.

    Raises:
        NotEnoughShares, InvalidIndex, DuplicateShare: As `lagrange_coefficients`.
    """
    weights = lagrange_coefficients([index_scalar(index) for index, _ in points])
    elements = (element for _, element in points)
    return weighted_sum(zip(weights, elements, strict=True))


def index_scalar(index: int) -> Scalar:
    """The place of a trustee's share.

    Raises:
        InvalidIndex: Below one.
    """
    if index < 1:
        raise InvalidIndex("trustees are counted from one")
    return Scalar.from_int(index)
