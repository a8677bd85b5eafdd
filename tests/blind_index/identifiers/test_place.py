import pytest

from blind_index.identifiers.place import city_name, is_city


@pytest.mark.parametrize(
    ("typed", "city"),
    [
        ("K\u00f6ln", "cologne"),
        ("Koeln", "cologne"),
        ("\u5317\u4eac", "beijing"),
        ("Austin, TX", "austin"),
        ("austin texas", "austin"),
        ("Montreal QC", "montreal"),
        ("Paris 15e", "paris"),
        ("London UK", "london"),
        ("New York, New York", "newyork"),
        ("Sydney, New South Wales", "sydney"),
        ("St. Louis", "saintlouis"),
        ("'s-Gravenhage", "hague"),
        ("City of Nowhereville", "ofnowhereville"),
        ("Ohio", "ohio"),
        ("", ""),
        ("!", ""),
    ],
)
def test_a_city_has_one_name(typed, city):
    assert city_name(typed) == city


def test_known_cities_are_known():
    assert is_city("koln")
    assert not is_city("nowhereville")
