import pytest

from blind_index.errors import InputError
from blind_index.identifiers.website import read_website


@pytest.mark.parametrize(
    "typed",
    [
        "annlee.example.com",
        "www.AnnLee.example.com/about-us",
        "https://annlee.example.com?utm_source=x",
        "  http://m.annlee.example.com:8080/#top",
    ],
)
def test_every_spelling_of_a_site_gives_one_host(typed):
    assert read_website(typed) == ("annlee.example.com", "example")


def test_only_the_front_of_a_host_is_dropped():
    assert read_website("brindle.com.au").host == "brindle.com.au"


@pytest.mark.parametrize("typed", ["", "annlee", "https://", "a b c", "/about"])
def test_what_is_no_site_is_refused(typed):
    with pytest.raises(InputError, match="not the address of a website"):
        read_website(typed)
