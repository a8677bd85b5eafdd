"""What the identifiers of one report say, each thing in its one spelling."""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeVar

from blind_index.errors import InputError
from blind_index.identifiers.email import Email, read_email
from blind_index.identifiers.employer import ends_like_firm, firm_code, read_employer
from blind_index.identifiers.fold import slug
from blind_index.identifiers.identifier import (
    Identifier,
    Kind,
    something_of,
    text_of,
)
from blind_index.identifiers.name import Name, read_name
from blind_index.identifiers.occupation import (
    department_name,
    department_of,
    title_name,
)
from blind_index.identifiers.phone import is_fixed, is_mobile, phone_numbers
from blind_index.identifiers.place import city_name
from blind_index.identifiers.plate import Plate, read_plate
from blind_index.identifiers.social import Social, read_social
from blind_index.identifiers.website import Website, read_website
from blind_index.match_keys.named import Named, long_words, named, unique

Read = TypeVar("Read")
_SMALL: Final = "small"
_SHARED: Final = frozenset(("work", "shared"))
_PERSONAL: Final = frozenset(("mobile", "personal"))
# "ann2" at an employer's domain: somebody else there was "ann" already.
_NUMBERED: Final = re.compile(r"[a-z][0-9]\Z")


class Firms(NamedTuple):
    """What a report says about employers; every tuple is free of repeats.

    Attributes:
        named: Codes of whole names, then of domains that begin like one of them
            or end in a word such as "hotels".
        codes: The same, then of all domains of addresses and sites, which may
            also be a provider's that the table does not know.
        small: As `named`, when the reporter called one employer small.
        first_words: Codes of first words.
        acronyms: Initials.
        heads: First words as folded.
        own_codes: Codes that are certainly an employer's and nobody's own.
    """

    named: tuple[str, ...]
    codes: tuple[str, ...]
    small: tuple[str, ...]
    first_words: tuple[str, ...]
    acronyms: tuple[str, ...]
    heads: tuple[str, ...]
    own_codes: frozenset[str]


class Facts(NamedTuple):
    """A normalised report; every tuple is free of repeats, in reading order.

    Attributes:
        named: What names, nicknames and addresses say about the name.
        firms: What employers and domains say about the employer.
        cities: Cities.
        titles: Job titles.
        functions: Departments, named or following from job titles.
        phones: All international numbers.
        own_phones: Those that nobody called work or shared lines and that do not
            look like a fixed line, unless the reporter called them personal.
        personal_phones: Those that the reporter called the person's own, and
            mobiles that nobody called shared.
        emails: Addresses of persons.
        roles: Addresses of offices.
        namesake: Whether a numbered mailbox says that the employer has two
            people of that name.
        accounts: Platform and handle.
        loose_handles: Handles whose platform nobody said.
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
    own_phones: tuple[str, ...]
    personal_phones: tuple[str, ...]
    emails: tuple[str, ...]
    roles: tuple[str, ...]
    namesake: bool
    accounts: tuple[str, ...]
    loose_handles: tuple[str, ...]
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
        self._of_kind: dict[str, list[Identifier]] = {}
        for one in identifiers:
            self._of_kind.setdefault(one.kind, []).append(one)
        self._country = country
        self._refusals = refusals

    def read(self, kind: Kind, rule: Callable[[Identifier, str], Read]) -> list[Read]:
        found = []
        for one in self._of_kind.get(kind, ()):
            try:
                found.append(rule(one, text_of(one)))
            except InputError as refusal:
                # A nickname is read as a name, and yet it is the nickname's fault.
                self._refusals.append(InputError(kind, refusal.reason, refusal.advice))
        return found

    def name_in(self, kind: Kind, rule: Callable[[str], str]) -> list[str]:
        """Read identifiers of which one name is left, or nothing to compare."""
        return self.read(kind, lambda _, text: something_of(kind, rule(text)))

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
    emails = reader.read("email", lambda _, text: read_email(text))
    sites = reader.read("website", lambda _, text: read_website(text))
    firms = _firms(reader, emails, sites)
    names = reader.read("name", lambda _, text: read_name(text))
    nicknames = reader.read("nickname", lambda _, text: read_name(text))
    accounts = reader.read("social", lambda one, text: read_social(text, one.platform))
    accounts = [one for one in accounts if not _is_firms(one.handle, firms, names)]
    titles = unique(reader.name_in("job_title", title_name))
    departments = reader.name_in("department", department_name)
    phones = _phones(reader)
    plates = _plates(reader)
    return Facts(
        named=named(names, nicknames, _addresses(emails, accounts)),
        firms=firms,
        cities=unique(reader.name_in("city", city_name)),
        titles=titles,
        functions=unique([*departments, *map(department_of, titles)]),
        phones=unique([number for number, _ in phones]),
        own_phones=unique([number for number, line in phones if _is_own(number, line)]),
        personal_phones=unique(
            [number for number, line in phones if _is_personal(number, line)]
        ),
        emails=unique([one.address for one in emails if not one.role]),
        roles=unique([one.address for one in emails if one.role]),
        namesake=any(one.firm and _NUMBERED.search(one.local) for one in emails),
        accounts=unique(
            [f"{one.platform},{one.handle}" for one in accounts if one.platform]
        ),
        loose_handles=unique([one.handle for one in accounts if not one.platform]),
        sites=unique(
            [one.host for one in sites if firm_code(one.label) not in firms.own_codes]
        ),
        plates=unique([f"{one.place},{one.signs}" for one in plates if one.sure]),
        loose_plates=unique([one.signs for one in plates if not one.sure]),
    )


def _is_own(number: str, line: str) -> bool:
    return line in _PERSONAL or (line not in _SHARED and not is_fixed(number))


def _is_personal(number: str, line: str) -> bool:
    return line in _PERSONAL or (line not in _SHARED and is_mobile(number))


def _phones(reader: _Reader) -> list[tuple[str, str]]:
    read = reader.read(
        "phone",
        lambda one, text: (one, phone_numbers(text, reader.country_of(one))),
    )
    return [
        (number, slug(one.label or "")) for one, numbers in read for number in numbers
    ]


def _plates(reader: _Reader) -> list[Plate]:
    return reader.read(
        "plate", lambda one, text: read_plate(text, reader.country_of(one), one.region)
    )


def _addresses(emails: Sequence[Email], accounts: Sequence[Social]) -> list[str]:
    local = [one.local for one in emails if not one.role]
    return [*local, *(one.handle for one in accounts)]


def _is_firms(handle: str, firms: Firms, names: Sequence[Name]) -> bool:
    """Tell whether an account is a firm's, which says nothing about a person."""
    if firm_code(slug(handle)) in firms.own_codes:
        return True
    looks = handle.startswith(firms.heads) or ends_like_firm(handle)
    return looks and not any(word in handle for word in long_words(names))


def _firms(reader: _Reader, emails: Sequence[Email], sites: Sequence[Website]) -> Firms:
    employers = reader.read("employer", lambda one, text: (one, read_employer(text)))
    mail = [one.firm for one in emails if one.firm]
    labels = [*mail, *(one.label for one in sites)]
    said = [employer.code for _, employer in employers]
    small = [
        employer.code for one, employer in employers if slug(one.size or "") == _SMALL
    ]
    first_words = unique([employer.first for _, employer in employers])
    coded = [(label, firm_code(label)) for label in labels]
    alike = [
        code
        for label, code in coded
        if code.startswith(first_words) or ends_like_firm(label)
    ]
    return Firms(
        named=unique([*said, *alike]),
        codes=unique([*said, *(code for _, code in coded)]),
        small=unique([*small, *alike] if small else []),
        first_words=first_words,
        acronyms=unique([employer.initials for _, employer in employers]),
        heads=unique([employer.head for _, employer in employers]),
        own_codes=frozenset([*said, *map(firm_code, mail)]),
    )
