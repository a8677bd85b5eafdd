import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.identifiers.domain import ascii_domain, owner_label

letters = st.text(
    st.sampled_from("az09-\u00e4\u00f1\u0436\u05d0\u4f8b\u3048\U00010400"), min_size=1
)


@given(letters.filter(lambda label: not label.isascii()))
def test_punycode_is_that_of_the_standard_library(label):
    lowered = "".join(letter.lower() for letter in label)
    assert ascii_domain(label) == "xn--" + lowered.encode("punycode").decode()


@pytest.mark.parametrize(
    ("typed", "ascii_form"),
    [
        ("M\u00dcLLER.example", "xn--mller-kva.example"),
        ("xn--mller-kva.example", "xn--mller-kva.example"),
        ("\uff21\uff22\u3002example", "ab.example"),
        ("a..b.", "a.b"),
    ],
)
def test_a_domain_has_one_spelling(typed, ascii_form):
    assert ascii_domain(typed) == ascii_form


@pytest.mark.parametrize(
    ("domain", "label"),
    [
        ("mail.brindle.co.uk", "brindle"),
        ("brindle.com", "brindle"),
        ("co.uk", "co"),
        ("localhost", ""),
    ],
)
def test_the_owner_is_who_registered_the_domain(domain, label):
    assert owner_label(domain) == label
