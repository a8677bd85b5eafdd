"""The match lock: opens for enough reports, whatever anybody adds."""

from dataclasses import replace as with_
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.group import Element, Scalar
from blind_index.secret import SecretBytes
from blind_index.shamir import Polynomial, interpolate
from escrow.errors import InvalidCiphertext, InvalidReport
from escrow.lock_search import MOST_SETS, judge_locks, searched_members
from escrow.match_lock import (
    Claimant,
    Wrapped,
    check_member,
    claimant,
    level_point,
    level_polynomial,
    level_secrets,
    make_entry,
    open_wrap,
    recovered_secrets,
)
from escrow.messages.codec import PublicKey
from tests.world.stream import stream

LEVELS = (2, 3, 4, 5, 7)
BASE = Element.base_multiple(Scalar.from_int(4711))
OUTPUT = SecretBytes(b"Y" * 64)
SECRETS = level_secrets(OUTPUT, LEVELS)


def report_key(name: object) -> PublicKey:
    return PublicKey(stream("report", name)(32))


def member(name: object, h: int, secrets=SECRETS) -> Claimant:
    """A member as a judge sees her, honest for these secrets."""
    draw = stream("member", name, h)
    key, r = report_key(name), Scalar.random(draw)
    wrapped = Wrapped(SecretBytes(draw(32)), r)
    entry = make_entry(secrets, key, h, wrapped, randomness=draw)
    c1, c2 = r * BASE, secrets.tag_point + Element.base_multiple(r)
    return claimant(key, h, LEVELS, entry, (c1, c2))


def largest(thresholds: list[int]) -> list[int]:
    """The plain reference: the largest set with a level that its members fill."""
    best: list[int] = []
    for level in LEVELS:
        fits = [i for i, h in enumerate(thresholds) if h <= level]
        if len(fits) >= level and len(fits) > len(best):
            best = fits
    return best


def opened(members) -> list[int]:
    opening = judge_locks(members, LEVELS, BASE)
    return sorted(opening.members) if opening else []


@pytest.mark.parametrize("level", LEVELS)
def test_as_many_points_as_the_level_give_its_secret_and_all_below(level):
    members = [member(i, 2) for i in range(level)]
    points = [(level_point(m.report_key), m.shares[level]) for m in members]
    found = recovered_secrets(interpolate(points), level, LEVELS)
    assert found.tag_point == SECRETS.tag_point
    assert found.by_level == {m: SECRETS.by_level[m] for m in LEVELS if m <= level}


@pytest.mark.parametrize("level", LEVELS)
def test_one_point_less_gives_nothing(level):
    points = [
        (level_point(m.report_key), m.shares[level])
        for m in (member(i, 2) for i in range(level - 1))
    ]
    assert interpolate(points) != SECRETS.by_level[level]


def test_a_polynomial_has_its_levels_degree_and_own_coefficients():
    polynomials = [level_polynomial(SECRETS.by_level[m], m) for m in LEVELS]
    assert [p.degree for p in polynomials] == [m - 1 for m in LEVELS]
    other = level_polynomial(SECRETS.by_level[2], 3)
    assert other.coefficients[1] != polynomials[0].coefficients[1]


def test_secrets_depend_on_the_whole_output():
    other = level_secrets(SecretBytes(b"Y" * 63 + b"Z"), LEVELS)
    assert other.tag_point != SECRETS.tag_point
    assert all(other.by_level[m] != SECRETS.by_level[m] for m in LEVELS)


@pytest.mark.parametrize("h", LEVELS)
def test_a_wrap_opens_with_the_secret_of_its_threshold_only(h):
    draw = stream("wrap", h)
    wrapped = Wrapped(SecretBytes(draw(32)), Scalar.random(draw))
    entry = make_entry(SECRETS, report_key("ana"), h, wrapped, randomness=draw)
    assert len(entry.shares) == len([m for m in LEVELS if m >= h])
    opened = open_wrap(SECRETS.by_level[h], report_key("ana"), entry.wrap)
    assert opened == wrapped
    for m in LEVELS:
        if m != h:
            with pytest.raises(InvalidCiphertext):
                open_wrap(SECRETS.by_level[m], report_key("ana"), entry.wrap)


def test_a_wrap_moved_to_another_report_does_not_open():
    moved = member("ana", 3)
    with pytest.raises(InvalidCiphertext):
        open_wrap(SECRETS.by_level[3], report_key("bea"), moved.wrap)


def test_shares_that_do_not_fit_the_levels_are_refused():
    ana = member("ana", 3)
    entry = make_entry(
        SECRETS, ana.report_key, 3, Wrapped(SecretBytes(bytes(32)), Scalar.from_int(1))
    )
    for h in (2, 4):
        with pytest.raises(InvalidReport):
            claimant(ana.report_key, h, LEVELS, entry, (ana.c1, ana.c2))


def test_each_fault_of_a_member_is_found_alone():
    ana, r = member("ana", 2), Scalar.from_int(5)
    faults = (
        with_(ana, shares=ana.shares | {3: Scalar.from_int(1)}),
        with_(ana, report_key=report_key("bea")),
        with_(ana, wrap=member("bea", 2).wrap),
        with_(ana, c1=ana.c1 + r * BASE, c2=ana.c2 + Element.base_multiple(r)),
        with_(ana, c1=ana.c1 + BASE),
        with_(ana, c2=ana.c2 + Element.generator()),
    )
    check_member(ana, 3, SECRETS, BASE)
    for fault in faults:
        with pytest.raises((InvalidReport, InvalidCiphertext)):
            check_member(fault, 3, SECRETS, BASE)


thresholds = st.lists(st.sampled_from(LEVELS), max_size=9)


@given(thresholds)
def test_the_group_that_opens_is_the_plain_references(chosen):
    members = [member(i, h) for i, h in enumerate(chosen)]
    assert opened(members) == largest(chosen)


@given(st.lists(st.tuples(st.sampled_from(LEVELS), st.booleans()), max_size=8))
def test_withdrawals_and_late_joiners_leave_the_plain_references_group(chosen):
    everybody = [(member(i, h), h) for i, (h, _) in enumerate(chosen)]
    left = [pair for pair, (_, stays) in zip(everybody, chosen, strict=True) if stays]
    for present in (left, everybody):
        assert opened([m for m, _ in present]) == largest([h for _, h in present])


def bogus(name: object, h: int, how: str) -> Claimant:
    """A member whose lock does not hold."""
    ana = member(name, h)
    own = level_secrets(SecretBytes(b"Z" * 64), LEVELS)
    match how:
        case "random shares":
            draw = stream("bogus", name)
            return with_(ana, shares={m: Scalar.random(draw) for m in ana.shares})
        case "zero shares":
            return with_(ana, shares=dict.fromkeys(ana.shares, Scalar.from_int(0)))
        case "own secrets":
            return with_(member(name, h, own), c1=ana.c1, c2=ana.c2)
        case "wrap":
            return with_(ana, wrap=bytes(len(ana.wrap)))
        case _:
            return with_(ana, c2=ana.c2 + Element.generator())


KINDS = ("random shares", "zero shares", "own secrets", "wrap", "tag")
people = st.lists(
    st.tuples(st.sampled_from((2, 3, 4, 5)), st.sampled_from((None, None, *KINDS))),
    max_size=7,
)


@given(people)
def test_bogus_members_neither_join_nor_stop_a_group(chosen):
    members = [
        bogus(i, h, how) if how else member(i, h) for i, (h, how) in enumerate(chosen)
    ]
    honest = [i for i, (_, how) in enumerate(chosen) if not how]
    expected = [honest[i] for i in largest([chosen[i][0] for i in honest])]
    assert opened(members) == expected


def test_an_attackers_own_consistent_polynomial_opens_nothing():
    # Two accomplices agree on secrets of their own, under the tag they copied
    # from a victim's group: their shares interpolate, but to another tag point.
    own = level_secrets(SecretBytes(b"attack" + bytes(58)), LEVELS)
    victim = member("victim", 2)
    accomplices = [
        with_(member(i, 2, own), c1=victim.c1, c2=victim.c2) for i in range(2)
    ]
    assert judge_locks([*accomplices, victim], LEVELS, BASE) is None


def test_coefficients_of_ones_own_choice_open_nothing():
    # The secret is the true one, the other coefficient is not hashed from it.
    line = Polynomial((SECRETS.by_level[2], Scalar.from_int(7)))
    members = [member(i, 2) for i in range(2)]
    bent = [
        with_(m, shares=m.shares | {2: line.evaluate(level_point(m.report_key))})
        for m in members
    ]
    assert judge_locks(bent, (2,), BASE) is None


@pytest.mark.parametrize("crooked", [1, 5, 11])
def test_crooked_locks_do_not_stop_three_honest_ones(crooked):
    flood = [bogus(("x", i), 3, "random shares") for i in range(crooked)]
    honest = [member(i, 3) for i in range(3)]
    assert opened([*flood, *honest]) == [crooked, crooked + 1, crooked + 2]


def test_a_flood_beyond_the_limit_ends_and_names_nobody_wrongly():
    # More distinct verified persons with crooked locks than are searched: the
    # group waits. The search is bounded and sets no honest member aside.
    flood = [bogus(("x", i), 3, "random shares") for i in range(searched_members(3))]
    honest = [member(i, 3) for i in range(3)]
    assert judge_locks([*flood, *honest], (2, 3), BASE) is None
    first = judge_locks([*honest, *flood], (2, 3), BASE)
    assert first is not None
    assert list(first.members) == [0, 1, 2]


def test_honest_members_beyond_the_limit_join_the_group_found_before_them():
    count = searched_members(3) + 2
    honest = [member(i, 3) for i in range(count)]
    assert opened(honest) == list(range(count))


def test_as_many_members_are_searched_as_have_few_enough_sets():
    searched = {level: searched_members(level) for level in range(2, 13)}
    assert [searched[m] for m in (2, 3, 4, 5, 7)] == [77, 27, 17, 14, 13]
    for level, count in searched.items():
        assert comb(count, level) <= MOST_SETS < comb(count + 1, level)
        assert count > 12


def test_two_groups_under_one_tag_do_not_mix():
    other = level_secrets(SecretBytes(b"Z" * 64), LEVELS)
    members = [member(i, 2) for i in range(2)]
    strangers = [member(("s", i), 2, other) for i in range(3)]
    assert opened([*strangers, *members]) == [0, 1, 2]
    for pair in combinations([*strangers[:1], *members[:1]], 2):
        assert opened(list(pair)) == []
