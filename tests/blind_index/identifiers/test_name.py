import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.errors import InputError
from blind_index.identifiers.name import is_given, read_name, short_forms
from blind_index.identifiers.sound import soft


def parts(typed):
    return [part.word for part in read_name(typed).parts]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Prof. Dr. Ann Lee", ["ann", "lee"]),
        ("Lee, Ann", ["ann", "lee"]),
        ("Lee, Ann, Jr.", ["ann", "lee"]),
        ("Larry O\u2019Brien, Sr.", ["larry", "obrien"]),
        ("Hamza van Geenen", ["hamza", "geenen", "vangeenen"]),
        ("Ana de la Cruz", ["ana", "cruz", "delacruz"]),
        ("Itzia Montalvo-Urrutia", ["itzia", "montalvo", "urrutia", "montalvourrutia"]),
        ("Xiao Ming Ladygin", ["xiao", "ming", "ladygin", "xiaoming"]),
        ("Abd Al-Rahman Nasr", ["abdalrahman", "nasr"]),
        ("\u0639\u0628\u062f \u0627\u0644\u0644\u0647", ["abdullah"]),
        ("\u062e\u0648\u0631\u064a", ["khoury"]),
        ("van der", ["van", "der"]),
    ],
)
def test_the_parts_of_a_name(typed, found):
    assert parts(typed) == found


def test_initials_are_kept_apart():
    name = read_name("White, A. B.")
    assert [part.word for part in name.parts] == ["white"]
    assert name.initials == ("a", "b")


@pytest.mark.parametrize(
    ("typed", "generation"),
    [
        ("Ann Lee Jr.", "jr"),
        ("Ann Lee, Senior", "sr"),
        ("Sr. Juan Lee", ""),
    ],
)
def test_only_a_suffix_tells_the_generation(typed, generation):
    assert read_name(typed).generation == generation


def test_a_short_name_is_compared_as_all_it_may_be_short_for():
    assert short_forms("bob") == ("bob", soft("robert"))
    assert soft("edward") in short_forms("ted")
    assert soft("theodore") in short_forms("ted")


def test_family_names_are_not_short_for_anything():
    given_name, family = read_name("Bob Bob").parts
    assert len(given_name.forms) == 2
    assert family.forms == ("bob",)


def test_widespread_given_names_are_told_from_family_names_of_their_sound():
    assert is_given("carlos")
    assert not is_given("corrales")


def test_three_signs_are_a_name_written_in_signs():
    assert read_name("\uae40\ubbfc\uc218").signs
    assert not read_name("Kim Min-su").signs
    assert not read_name("\u738b\u8d85").signs


@pytest.mark.parametrize("typed", ["", "A.", "?", "Mr. K", "Sr."])
def test_what_holds_no_name_is_refused(typed):
    with pytest.raises(InputError, match="no name"):
        read_name(typed)


names = st.lists(st.from_regex(r"[a-z]{2,9}", fullmatch=True), min_size=2, max_size=4)


@given(names)
def test_order_and_case_of_a_name_do_not_matter(words):
    title_case = " ".join(words).title()
    swapped = f"{words[-1]}, {' '.join(words[:-1])}".upper()
    try:
        read = read_name(title_case)
    except InputError:
        return
    assert {part.word for part in read_name(swapped).parts} == {
        part.word for part in read.parts
    } or set(words) & {"jr", "sr"}
