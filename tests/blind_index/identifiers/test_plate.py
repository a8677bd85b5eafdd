import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.errors import InputError
from blind_index.identifiers.plate import read_plate

# Without the signs that are read as one another.
signs = st.from_regex(r"[A-HJ-NPR-Z2-9]{3,8}", fullmatch=True)


@given(signs, st.sampled_from(["", " ", "-", "\u00b7"]))
def test_every_spelling_of_a_plate_gives_one_plate(plate, gap):
    spelled = gap.join((plate[:2], plate[2:])).lower()
    assert read_plate(spelled, "gb", None) == read_plate(plate, "GB", None)


@given(signs, signs)
def test_different_plates_stay_different(some, other):
    same = read_plate(some, "GB", None) == read_plate(other, "GB", None)
    assert same == (some == other)


def test_signs_that_look_alike_are_one_sign():
    assert read_plate("OQ0 I1", "GB", None) == read_plate("000 11", "GB", None)
    cyrillic = "\u0410\u0412\u0435 12"
    assert read_plate(cyrillic, "RU", None).signs == "abe12"


def test_regions_are_part_of_the_plate_where_plates_repeat():
    ohio = read_plate("ABC 123", "US", "Ohio")
    assert ohio == read_plate("abc-123", "US", "OH")
    assert ohio != read_plate("ABC 123", "US", "GA")
    assert ohio.sure
    assert not read_plate("ABC 123", "US", None).sure
    assert read_plate("ABC 123", "FR", "Var") == read_plate("ABC 123", "FR", None)
    assert not read_plate("ABC 123", None, None).sure


@pytest.mark.parametrize("typed", ["", "AB", "ABC 12?", "AB*123", "A" * 13])
def test_what_is_no_whole_plate_is_refused(typed):
    with pytest.raises(InputError, match="not a whole number plate"):
        read_plate(typed, "GB", None)
