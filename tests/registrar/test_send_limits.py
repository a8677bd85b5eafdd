"""Nobody can be bombed, and nobody is told that somebody else is verified."""

import pytest

from api.registrar.send_limits import DAY, HOUR, SendLimits
from blind_index.secret import SecretBytes
from escrow.errors import QuotaExceeded


def limits(per_hour=100):
    return SendLimits(SecretBytes(bytes(32)), per_hour)


def test_one_address_gets_three_in_an_hour_and_six_in_a_day():
    found = limits()
    assert [found.admit("a", t) for t in (0, 1, 2, 3)] == [True, True, True, False]
    later = [found.admit("a", HOUR + t) for t in (2, 3, 4, 5)]
    assert later == [True, True, True, False]
    assert not found.admit("a", 3 * HOUR)
    assert found.admit("a", DAY + 1)


def test_another_address_is_not_touched_by_it():
    found = limits()
    for moment in range(9):
        found.admit("a", moment)
    assert found.admit("b", 9)


def test_the_total_refuses_everybody_alike_and_recovers():
    found = limits(per_hour=2)
    assert found.admit("a", 0)
    assert found.admit("b", HOUR / 2)
    with pytest.raises(QuotaExceeded):
        found.check_total(1, HOUR / 2)
    assert not found.admit("c", HOUR / 2)
    found.check_total(1, HOUR)
    assert found.admit("c", HOUR)


def test_a_refused_message_is_not_counted():
    found = limits()
    for _ in range(50):
        found.admit("a", 0)
    assert found.admit("a", HOUR)


def test_addresses_are_kept_as_keyed_marks_and_forgotten_after_a_day():
    found = limits()
    found.admit("ana@example.org", 0)
    assert "ana" not in repr(found)
    assert len(found._to) == 1
    found.check_total(0, DAY)
    assert (len(found._to), len(found._sent)) == (0, 0)
