"""Job titles and departments: what a person does, whatever it is called."""

from typing import Final

from blind_index.identifiers.fold import slug
from blind_index.tables.load import load_groups

_TITLES: Final = {
    slug(spelling): slug(title)
    for title, spellings in load_groups("occupations", "titles").items()
    for spelling in (title, *spellings)
}
_DEPARTMENTS: Final = {
    slug(spelling): slug(department)
    for department, spellings in load_groups("occupations", "departments").items()
    for spelling in (department, *spellings)
}
_FUNCTIONS: Final = {
    slug(title): slug(department)
    for department, titles in load_groups("occupations", "functions").items()
    for title in titles
}


def title_name(value: str) -> str:
    """Return the one name of a job title; the folded title if it is unknown."""
    name = slug(value)
    return _TITLES.get(name, name)


def department_name(value: str) -> str:
    """Return the one name of a department; the folded one if it is unknown."""
    name = slug(value)
    return _DEPARTMENTS.get(name, name)


def department_of(title: str) -> str:
    """Return the department in which such a title works; the title if unknown."""
    return _FUNCTIONS.get(title, title)
