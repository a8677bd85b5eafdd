import pytest

from blind_index.errors import InputError
from blind_index.identifiers.employer import (
    employer_words,
    ends_like_firm,
    firm_code,
    read_employer,
)


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("The Brindle Foods Ltd.", "brindle foods"),
        ("BRINDLE FOODS, S. de R.L.", "brindle foods"),
        ("Brindle Foods - Leeds", "brindle foods"),
        ("Brindle Foods (Leeds)", "brindle foods"),
        ("Brindle Foods Ltd, Leeds branch", "brindle foods"),
        ("Brindle Foods S.A.E. K\u00f6ln", "brindle foods"),
        ("Brindle & Sons", "brindle and sons"),
        ("Brindle Bros. Intl", "brindle brothers international"),
        ("Univ. of Leeds", "university of leeds"),
        ("Leeds City Council", "leeds city council"),
        ("\u041e\u041e\u041e Brindle", "brindle"),
        ("\uc8fc\uc2dd\ud68c\uc0ac Brindle", "brindle"),
        ("\u682a\u5f0f\u4f1a\u793eBrindle", "brindle"),
        ("Ltd", "ltd"),
        ("The", "the"),
    ],
)
def test_forms_branches_and_abbreviations_go(typed, left):
    assert employer_words(typed) == left.split()


def test_a_domain_cut_short_is_the_same_firm():
    whole = read_employer("Brindle Marrick Pharmaceuticals GmbH").code
    assert firm_code("brindlemarrickpharma") == whole


def test_the_first_word_counts_only_if_it_is_a_name():
    assert read_employer("Brindle Foods").head == "brindle"
    assert read_employer("General Hospital").head == ""
    assert read_employer("ABC Foods").head == ""


def test_three_words_have_initials_and_short_names_may_be_some():
    initials = read_employer("Quenby Brindle of Textiles").initials
    assert initials == read_employer("QBT").initials == "qbt"
    assert read_employer("Brindle Foods").initials == ""


def test_accounts_of_firms_end_like_firms():
    assert ends_like_firm("brindlehotels")
    assert not ends_like_firm("annlee")


@pytest.mark.parametrize("typed", ["", "&", "()", "\u3231"])
def test_what_is_no_name_is_refused(typed):
    if employer_words(typed):
        assert employer_words(typed) == ["and"]
        return
    with pytest.raises(InputError, match="not the name of an employer"):
        read_employer(typed)
