"""What the identifiers of one report say, each thing in its one spelling."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from blind_index.errors import InputError
from blind_index.identifiers.email import Email, read_email
from blind_index.identifiers.employer import firm_code, read_employer
from blind_index.identifiers.fold import slug
from blind_index.identifiers.identifier import Identifier, text_of
from blind_index.identifiers.name import read_name
from blind_index.identifiers.occupation import (
    department_name,
    department_of,
    title_name,
)
from blind_index.identifiers.phone import phone_numbers
from blind_index.identifiers.place import city_name
from blind_index.identifiers.plate import read_plate
from blind_index.identifiers.social import Social, read_social
from blind_index.identifiers.website import Website, read_website
from blind_index.match_keys.named import Named, named

Read = TypeVar("Read")


class Firms(NamedTuple):
    """What a report says about employers; every tuple is free of repeats.

    Attributes:
        codes: Codes of whole names, then those of domains.
        small: The same, when the reporter called one employer small.
        first_words: Codes of first words.
        acronyms: Initials.
    """

    codes: tuple[str, ...]
    small: tuple[str, ...]
    first_words: tuple[str, ...]
    acronyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """A normalised report; every tuple is free of repeats, in reading order.

    Attributes:
        named: What names, nicknames and addresses say about the name.
        firms: What employers and domains say about the employer.
        cities: Cities.
        titles: Job titles.
        functions: Departments, named or following from job titles.
        phones: International numbers.
        emails: Addresses of persons.
        roles: Addresses of offices.
        accounts: Platform and handle.
        handles: Handles, whatever the platform.
        sites: Hosts that are not the employer's.
        plates: Plates that are one vehicle's.
        loose_plates: Plates whose region is not known.
    """

    named: Named
    firms: Firms
    cities: tuple[str, ...]
    titles: tuple[str, ...]
    functions: tuple[str, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    roles: tuple[str, ...]
    accounts: tuple[str, ...]
    handles: tuple[str, ...]
    sites: tuple[str, ...]
    plates: tuple[str, ...]
    loose_plates: tuple[str, ...]


class _Reader:
    """Reads the identifiers of one kind after another and keeps the refusals."""

    def __init__(
        self,
        identifiers: Sequence[Identifier],
        country: str | None,
        refusals: list[InputError],
    ) -> None:
        self._identifiers = identifiers
        self._country = country
        self._refusals = refusals

    def read(self, kind: str, rule: Callable[[Identifier, str], Read]) -> list[Read]:
        found = []
        for one in self._identifiers:
            if one.kind == kind:
                try:
                    found.append(rule(one, text_of(one)))
                except InputError as refusal:
                    self._refusals.append(refusal)
        return found

    def country_of(self, one: Identifier) -> str | None:
        return one.country or self._country


def read_facts(
    identifiers: Sequence[Identifier], country: str | None, refusals: list[InputError]
) -> Facts:
    """Read all identifiers of one report.

    Args:
        identifiers: What the reporter knows, in any order.
        country: Where phones and plates without a country belong.
        refusals: Every refused identifier's error is appended here.

    Returns:
        The facts of the identifiers that could be read.
    """
    reader = _Reader(identifiers, country, refusals)
    read = reader.read
    names = read("name", lambda _, text: read_name(text))
    nicknames = read("nickname", lambda _, text: read_name(text))
    emails = read("email", lambda _, text: read_email(text))
    sites = read("website", lambda _, text: read_website(text))
    phones = read("phone", lambda one, text: phone_numbers(text, reader.country_of(one)))
    plates = read(
        "plate", lambda one, text: read_plate(text, reader.country_of(one), one.region)
    )
    titles = unique(read("job_title", lambda _, text: title_name(text)))
    departments = read("department", lambda _, text: department_name(text))
    firms, known = _firms(reader, emails, sites)
    accounts = [
        account
        for account in read("social", lambda one, text: read_social(text, one.platform))
        # A firm's own account says nothing about a person.
        if firm_code(slug(account.handle)) not in known
    ]
    return Facts(
        named=named(names, nicknames, _addresses(emails, accounts)),
        firms=firms,
        cities=unique(read("city", lambda _, text: city_name(text))),
        titles=titles,
        functions=unique([*departments, *map(department_of, titles)]),
        phones=unique(number for numbers in phones for number in numbers),
        emails=unique(one.address for one in emails if not one.role),
        roles=unique(one.address for one in emails if one.role),
        accounts=unique(f"{one.platform},{one.handle}" for one in accounts if one.platform),
        handles=unique(one.handle for one in accounts),
        sites=unique(one.host for one in sites if firm_code(one.label) not in known),
        plates=unique(f"{one.place},{one.signs}" for one in plates if one.sure),
        loose_plates=unique(one.signs for one in plates if not one.sure),
    )


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Return values in their order without repeats and empty ones."""
    return tuple(value for value in dict.fromkeys(values) if value)


def _addresses(emails: Sequence[Email], accounts: Sequence[Social]) -> list[str]:
    local = [one.local for one in emails if not one.role]
    return [*local, *(one.handle for one in accounts)]


def _firms(
    reader: _Reader, emails: Sequence[Email], sites: Sequence[Website]
) -> tuple[Firms, frozenset[str]]:
    employers = reader.read("employer", lambda one, text: (one, read_employer(text)))
    mail = [firm_code(one.firm) for one in emails if one.firm]
    pages = [firm_code(one.label) for one in sites]
    said = [employer.code for _, employer in employers]
    small = [employer.code for one, employer in employers if one.size == "small"]
    return Firms(
        codes=unique([*said, *mail, *pages]),
        small=unique([*small, *mail, *pages] if small else []),
        first_words=unique(employer.first for _, employer in employers),
        acronyms=unique(employer.initials for _, employer in employers),
    ), frozenset([*said, *mail])
