import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.identifiers.fold import fold, known, slug, words

any_text = st.text(st.characters(codec=None))


@given(any_text)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(any_text)
def test_folded_text_is_lower_case_ascii(text):
    assert fold(text).isascii()
    assert fold(text) == fold(text).lower()


@given(any_text)
def test_the_form_of_composition_does_not_matter(text):
    composed = unicodedata.normalize("NFC", known(text))
    assert fold(unicodedata.normalize("NFD", composed)) == fold(composed)


@given(any_text)
def test_unknown_code_points_are_as_if_not_there(text):
    strewn = "\u200b".join(["", *text, ""]) + "\ud800" + "\U000e0fff"
    assert known(strewn) == known("".join(text))


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("José Núñez", ["jose", "nunez"]),
        ("O\u2019Brien", ["obrien"]),
        ("周志远", ["zhou", "zhi", "yuan"]),
        ("장성민", ["jang", "seong", "min"]),
        ("Łódź", ["lodz"]),
        ("\uff21\uff22\uff13", ["ab3"]),
        ("\u0660\u0661\u0662", ["012"]),
        ("a\u00adb", ["ab"]),
    ],
)
def test_every_script_becomes_words_of_ascii(typed, folded):
    assert words(typed) == folded
    assert slug(typed) == "".join(folded)
