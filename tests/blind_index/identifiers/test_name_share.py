import pytest

from blind_index.identifiers.name_share import is_common, is_widespread
from blind_index.identifiers.sound import soft


@pytest.mark.parametrize("name", ["james", "smith", "jose", "garcia", "nguyen", "lee"])
def test_the_most_frequent_names_are_widespread_and_common(name):
    assert is_widespread(soft(name))
    assert is_common(soft(name))


@pytest.mark.parametrize("name", ["stuart", "ottokar", "gunther"])
def test_a_frequent_name_need_not_be_widespread(name):
    assert not is_widespread(soft(name))


@pytest.mark.parametrize("name", ["tamsin", "lockhart", "thistlewood", "yaretzi"])
def test_most_names_are_rare(name):
    assert not is_common(soft(name))


@pytest.mark.parametrize("spelling", ["stephen", "steven", "stefan"])
def test_a_frequent_name_is_frequent_in_every_spelling(spelling):
    assert is_common(soft(spelling))
