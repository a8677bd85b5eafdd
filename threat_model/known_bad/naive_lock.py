"""Match locks that ask the wrong question of shares and thresholds."""

from collections.abc import Sequence
from itertools import islice

from blind_index.group import Scalar
from blind_index.shamir import interpolate
from escrow import match_lock
from escrow.match_lock import level_point


def first_shares(members, eligible, level):
    """`lock_search._candidates` that interpolates the first shares and hopes."""
    chosen = [members[i] for i in islice(eligible, level)]
    if len(chosen) == level:
        yield interpolate(
            [(level_point(m.report_key), m.shares[level]) for m in chosen]
        )


_make_entry, _claimant = match_lock.make_entry, match_lock.claimant


def smallest_for_all(levels: Sequence[int]):
    """`make_entry` and `claimant` for which everybody asked for the least."""

    def make_entry(secrets, report_key, _threshold, wrapped, **more):
        return _make_entry(secrets, report_key, levels[0], wrapped, **more)

    def claimant(report_key, _threshold, given, entry, points, **kind):
        return _claimant(report_key, levels[0], given, entry, points, **kind)

    return make_entry, claimant


def short_scalar(randomness) -> Scalar:
    """A scalar whose top bits are never set, as from a draw that is too short."""
    return Scalar.decode(randomness(31) + b"\x00")
