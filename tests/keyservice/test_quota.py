"""The quota against the plainest possible account of it."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escrow.errors import QuotaExceeded
from escrow.messages.codec import Digest
from keyservice.quota import REMEMBERED_DAYS, Account, Rules, Spending, admit

RULES = Rules(evaluations=64, window_days=5, newcomers_per_day=2)
asked = st.lists(
    st.tuples(
        st.integers(0, 3),  # who
        st.integers(0, 20),  # which request
        st.sampled_from([16, 32, 48, 64]),
        st.integers(0, 3),  # days since the one before
    ),
    max_size=40,
)


def spending(request, cost=16, day=100):
    return Spending(day=day, cost=cost, request=Digest(bytes([request]) * 32))


class Reference:
    """Every admitted request, kept for ever and counted from the start."""

    def __init__(self):
        self.admitted = []
        self.first_seen = {}

    def admits(self, who, what):
        recent = [s for w, s in self.admitted if w == who and s.day > what.day - 5]
        if who not in self.first_seen:
            newcomers = Counter(self.first_seen.values())[what.day]
            if newcomers >= RULES.newcomers_per_day:
                return False
        if what.request in {s.request for w, s in self.admitted if w == who}:
            return True
        if sum(s.cost for s in recent) + what.cost > RULES.evaluations:
            return False
        self.admitted.append((who, what))
        self.first_seen.setdefault(who, what.day)
        return True


@given(asked)
def test_the_rule_admits_what_a_full_count_would(requests):
    reference, accounts, newcomers, day = Reference(), {}, Counter(), 100
    for who, request, cost, later in requests:
        day += later
        what = spending(request, cost, day)
        try:
            admission = admit(RULES, accounts.get(who), newcomers[day], what)
        except QuotaExceeded:
            assert not reference.admits(who, what)
            continue
        assert reference.admits(who, what)
        newcomers[day] += admission.newcomer
        accounts[who] = admission.account


def test_an_identical_retry_is_free():
    first = admit(RULES, None, 0, spending(1, cost=64))
    again = admit(RULES, first.account, 0, spending(1, cost=64, day=101))
    assert (first.counted, again.counted) == (64, 0)


def test_a_request_replayed_after_the_window_spends_nothing():
    first = admit(RULES, None, 0, spending(1, cost=64))
    replayed = admit(RULES, first.account, 0, spending(1, 64, day=105))
    assert replayed.counted == 0
    fresh = admit(RULES, replayed.account, 0, spending(2, 64, day=105))
    assert fresh.counted == 64


def test_spendings_are_forgotten_once_no_credential_can_be_that_old():
    first = admit(RULES, None, 0, spending(1))
    late = admit(RULES, first.account, 0, spending(2, day=100 + REMEMBERED_DAYS))
    assert [s.day for s in late.account.spendings] == [100 + REMEMBERED_DAYS]


def test_one_more_than_allowed_is_refused():
    spent = admit(RULES, None, 0, spending(1, cost=48)).account
    with pytest.raises(QuotaExceeded):
        admit(RULES, spent, 0, spending(2, cost=32))


@given(st.integers(1, 400))
def test_setting_the_clock_back_frees_nothing(days):
    spent = admit(RULES, None, 0, spending(1, cost=64)).account
    with pytest.raises(QuotaExceeded):
        admit(RULES, spent, 0, spending(2, day=100 - days))


def test_a_newcomer_beyond_the_cap_is_refused_but_not_a_known_person():
    with pytest.raises(QuotaExceeded):
        admit(RULES, None, 2, spending(1))
    assert not admit(RULES, Account(), 2, spending(1)).newcomer
