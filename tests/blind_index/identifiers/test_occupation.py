import pytest

from blind_index.identifiers.occupation import (
    department_name,
    department_of,
    title_name,
)


@pytest.mark.parametrize(
    ("some", "other"),
    [
        ("CEO", "Chief Executive Officer"),
        ("Sous-chef", "sous chef"),
        ("barman", "Barkeep"),
        ("RN", "Charge Nurse"),
    ],
)
def test_titles_of_one_job_are_one_title(some, other):
    assert title_name(some) == title_name(other)


def test_an_unknown_title_stands_for_itself():
    assert title_name("Falconer!") == "falconer"
    assert department_of("falconer") == "falconer"


def test_a_title_tells_the_department():
    assert department_of(title_name("sous chef")) == department_name("Kitchen")
    assert department_name("HR") == department_of(title_name("Head of HR"))
