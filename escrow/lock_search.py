"""Judge a set of match locks: which of them open together (§C4).

Some members may be bogus: sets of shares are searched for one that proves itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

from blind_index.errors import ProtocolError
from blind_index.group import Element, Scalar
from blind_index.shamir import interpolate
from escrow.match_lock import (
    Claimant,
    LevelSecrets,
    Wrapped,
    check_member,
    level_point,
    level_polynomial,
    recovered_secrets,
)

# At one level. A set costs 0.1 to 0.7 ms, growing with the level: some three seconds
# for all levels at the very worst, which takes many verified liars.
MOST_SETS = 3000


@dataclass(frozen=True)
class Opening:
    """A group that opens: its level, who stands in it, what they wrapped."""

    level: int
    secrets: LevelSecrets
    members: dict[int, Wrapped]


def judge_locks(
    members: Sequence[Claimant], levels: Sequence[int], base: Element
) -> Opening | None:
    """The largest level at which enough of these members truly open.

    Bogus members are found by searching for m shares that determine a
    self-consistent secret, among the first members of each level in the given
    order (`searched_members`). Every other member is then checked alone.

    Args:
        members: Distinct persons only, in the case's order.
        levels: The manifest's, ascending.
        base: S.

    Returns:
        None when no level opens. Keys of `Opening.members` are places in
        `members`.

    Source: PROTOCOL.md §C4.
    """
    for level in reversed(levels):
        eligible = [i for i, m in enumerate(members) if level in m.shares]
        for secret in _candidates(members, eligible[: searched_members(level)], level):
            secrets = recovered_secrets(secret, level, levels)
            # A self-consistent polynomial of an attacker's own ends here: its
            # tag point is not the one in the members' equal tags.
            standing = _standing(members, eligible, level, secrets, base)
            if len(standing) >= level:
                return Opening(level, secrets, standing)
    return None


def searched_members(level: int) -> int:
    """Among how many members sets of `level` shares are searched for.

    At most `MOST_SETS` sets: of 77 members at level 2, 27 at 3, 14 at 5, 13 at 7.
    So 25 verified liars in front hide a group of three, and 7 one of seven.
    """
    count = level
    while comb(count + 1, level) <= MOST_SETS:
        count += 1
    return count


def _candidates(
    members: Sequence[Claimant], eligible: Sequence[int], level: int
) -> Iterator[Scalar]:
    """Every secret that some m of these members' shares determine, once."""
    seen = set()
    for subset in combinations(eligible, level):
        points = [
            (level_point(members[i].report_key), members[i].shares[level])
            for i in subset
        ]
        secret = _self_consistent(points, level)
        if secret is not None and secret.encode() not in seen:
            seen.add(secret.encode())
            yield secret


def _self_consistent(points: list[tuple[Scalar, Scalar]], level: int) -> Scalar | None:
    """σ_m if these m points lie on the polynomial that it determines."""
    secret = interpolate(points)
    polynomial = level_polynomial(secret, level)
    # One point beyond the m-1 coefficients would do; all m cost little.
    if all(polynomial.evaluate(x) == y for x, y in points):
        return secret
    return None


def _standing(
    members: Sequence[Claimant],
    eligible: Sequence[int],
    level: int,
    secrets: LevelSecrets,
    base: Element,
) -> dict[int, Wrapped]:
    standing = {}
    for i in eligible:
        try:
            standing[i] = check_member(members[i], level, secrets, base)
        except ProtocolError:
            continue
    return standing
