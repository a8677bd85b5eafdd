import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.errors import InputError
from blind_index.identifiers.phone import is_fixed, is_mobile, phone_numbers
from blind_index.tables.load import load_words

mobiles = st.integers(0, 99_999_999).map(lambda rest: f"77{rest:08}")


@given(mobiles, st.sampled_from(["", " ", "-", ".", " - "]))
def test_every_spelling_of_a_number_gives_one_number(digits, gap):
    spelled = gap.join((digits[:4], digits[4:7], digits[7:]))
    for text, country in (
        (f"0{spelled}", "GB"),
        (f"+44 {spelled}", None),
        (f"+44 (0) {spelled}", "GB"),
        (f"0044{gap}{spelled}", "GB"),
        (f"44 {spelled}", "GB"),
        (f"011 44 {spelled}", "GB"),
        (f"tel: 0{spelled} ext. 12", "GB"),
        (f"\uff0b44{spelled} (his mobile)", "US"),
    ):
        assert phone_numbers(text, country) == [f"+44{digits}"]


@given(mobiles, mobiles)
def test_different_numbers_stay_different(some, other):
    same = phone_numbers(f"0{some}", "GB") == phone_numbers(f"0{other}", "GB")
    assert same == (some == other)


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("+52 1 55 1234 5678", "MX", "+525512345678"),
        ("55 1234 5678", "MX", "+525512345678"),
        ("+54 9 11 2345 6789", "AR", "+541123456789"),
        ("011 15 2345-6789", "AR", "+541123456789"),
        ("(11) 8765-4321", "BR", "+5511987654321"),
        ("11 98765-4321", "BR", "+5511987654321"),
        ("8 (921) 555-12-34", "RU", "+79215551234"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("1 212 555 0123", "US", "+12125550123"),
        ("0111 212-555-0123", "US", "+12125550123"),
        (
            "\u0660\u0661\u0660\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
            "EG",
            None,
        ),
    ],
)
def test_national_habits_are_understood(typed, country, number):
    read = phone_numbers(typed, country)
    assert number is None or read == [number]


@pytest.mark.parametrize("typed", ["", "none", "12345", "1" * 30])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(InputError, match="not a telephone number"):
        phone_numbers(typed, "GB")


@pytest.mark.parametrize("country", [None, "", "XX"])
def test_a_national_number_needs_a_country(country):
    with pytest.raises(InputError, match="country") as refusal:
        phone_numbers("07700 900123", country)
    assert refusal.value.advice


def test_a_number_of_no_country_is_refused():
    with pytest.raises(InputError, match="country"):
        phone_numbers("+999 1234567", "GB")


def test_a_number_that_can_mean_two_countries_gives_both():
    assert phone_numbers("5511987654321", "BR") == ["+5511987654321"]
    assert len(phone_numbers("55 987654321", "BR")) == 2


@pytest.mark.parametrize(
    ("number", "mobile"),
    [("+447700900123", True), ("+442079460000", False), ("+12125550100", False)],
)
def test_only_numbers_that_are_certainly_mobiles_are_called_so(number, mobile):
    assert is_mobile(number) == mobile


@pytest.mark.parametrize(
    ("number", "fixed"),
    [
        ("+442079460123", True),
        ("+493012345678", True),
        ("+551132345678", True),
        ("+5511987654321", False),
        ("+447700900100", False),
        ("+12125550142", False),
        ("+12125550100", True),
    ],
)
def test_lines_of_offices_are_known_by_their_beginning_or_round_end(number, fixed):
    assert is_fixed(number) == fixed


def test_no_beginning_means_a_mobile_and_a_fixed_line():
    mobiles, fixed = load_words("phones", "mobile"), load_words("phones", "fixed")
    assert not [one for one in fixed if one.startswith(mobiles)]
    assert not [one for one in mobiles if one.startswith(fixed)]
