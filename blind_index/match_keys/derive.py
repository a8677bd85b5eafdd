"""The conjunctions that identify one person alone, strongest first."""

from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Final

from blind_index.errors import InputError
from blind_index.identifiers.identifier import Identifier
from blind_index.match_keys.facts import Facts, read_facts
from blind_index.match_keys.named import common_parts

MOST_KEYS: Final = 64
VERSION: Final = 1
_BOTH: Final = 2


def match_keys(
    identifiers: Sequence[Identifier], country: str | None = None
) -> list[str]:
    """Derive the match keys of one report.

    Args:
        identifiers: What the reporter knows, in any order.
        country: Two-letter country for phones and plates that name none.

    Returns:
        One to 64 different strings `kind/version:value` of printable ASCII, the
        strongest first.

    Raises:
        InputError: The first identifier that cannot be read, or `identifiers`
            when all of them together are too weak to mean one person.

    Source: PROTOCOL.md §5.1; MATCHING.md.
    """
    refusals: list[InputError] = []
    keys = _strongest(read_facts(identifiers, country, refusals))
    if refusals:
        raise refusals[0]
    if not keys:
        raise InputError(
            "identifiers",
            "this is not enough to mean one person",
            "Add something of their own: a phone number, an e-mail address, an "
            "account, or their employer together with their work or city. Say if a "
            "phone is theirs alone.",
        )
    return keys


def readable_match_keys(
    identifiers: Sequence[Identifier], country: str | None = None
) -> tuple[list[str], list[InputError]]:
    """Derive the match keys of what can be read, for reports made in bulk.

    Args:
        identifiers: As for `match_keys`.
        country: As for `match_keys`.

    Returns:
        None to 64 match keys, and the refusals of what could not be read.
    """
    refusals: list[InputError] = []
    return _strongest(read_facts(identifiers, country, refusals)), refusals


def self_match_keys(
    name: str, email: str | None, phone: str | None, country: str | None
) -> list[str]:
    """Derive every match key that follows from a person's own verified data.

    Args:
        name: Verified name.
        email: Verified e-mail address, if there is one.
        phone: Verified phone number, if there is one.
        country: Two-letter country of the phone number.

    Returns:
        All match keys, not only the strongest 64; none if only a name is known.

    Raises:
        InputError: When one of the three cannot be read.

    Source: PROTOCOL.md, "self tags": with them nobody can be the named person of
        her own report.
    """
    known = [Identifier(kind="name", value=name)]
    if email is not None:
        known.append(Identifier(kind="email", value=email))
    if phone is not None:
        known.append(
            Identifier(kind="phone", value=phone, country=country, label="personal")
        )
    refusals: list[InputError] = []
    keys = list(dict.fromkeys(_keys(read_facts(known, country, refusals))))
    if refusals:
        raise refusals[0]
    return keys


def _strongest(facts: Facts) -> list[str]:
    return list(islice(dict.fromkeys(_keys(facts)), MOST_KEYS))


def _keys(facts: Facts) -> Iterator[str]:
    for kind, parts in _conjunctions(facts):
        if all(parts):
            start = f"{kind}/{VERSION}:"
            for values in product(*parts):
                yield start + "|".join(values)


def _conjunctions(facts: Facts) -> Iterator[tuple[str, tuple[Sequence[str], ...]]]:
    """Yield every kind of match key with what it joins; MATCHING.md says why."""
    name, firms, cities = facts.named, facts.firms, facts.cities
    functions = facts.functions
    yield "email", (facts.emails,)
    yield "account", (facts.accounts,)
    yield "plate", (facts.plates,)
    yield "name-phone", (name.singles, facts.personal_phones)
    yield "name-phone", (name.rare, facts.own_phones)
    yield "initial-phone", (name.initials, facts.own_phones)
    yield "names-mailbox", (name.pairs, facts.roles)
    yield "names-site", (name.pairs, facts.sites)
    yield "names-handle", (name.pairs, facts.loose_handles)
    yield "name-plate", (name.singles, facts.loose_plates)
    yield "name-phone-function", (name.singles, facts.phones, functions)
    yield "names-firm-function", (name.pairs, firms.codes, functions)
    yield "names-start-function", (name.pairs, firms.first_words, functions)
    yield "names-acronym-function", (name.pairs, firms.acronyms, functions)
    yield from _without_function(facts)
    yield "names-city-function", (name.pairs, cities, functions)
    yield "personal-phone-city", (facts.personal_phones, cities)
    yield "personal-phone-firm", (facts.personal_phones, firms.named)
    yield from _of_one_part(facts)


def _without_function(
    facts: Facts,
) -> Iterator[tuple[str, tuple[Sequence[str], ...]]]:
    generation = facts.named.generation
    pairs, initials = facts.named.pairs, facts.named.initials
    own = [pair + generation for pair in pairs]
    yield "names-half-phone", (own, _halves(facts.phones))
    yield "names-swapped-phone", (own, _sorted_digits(facts.phones))
    # Namesakes of one employer are told apart by what they do. Without that, a
    # report that knows of a namesake must not meet one that does not.
    if facts.namesake:
        return
    firms, cities = facts.firms, facts.cities
    half = [pair + generation for pair in pairs if common_parts(pair) < _BOTH]
    initial = [both + generation for both in initials]
    yield "names-small-firm", (own, firms.small)
    yield "names-firm-city", (own, firms.named, cities)
    yield "names-start-city", (half, firms.first_words, cities)
    yield "initial-small-firm-function", (initial, firms.small, facts.functions)


def _of_one_part(facts: Facts) -> Iterator[tuple[str, tuple[Sequence[str], ...]]]:
    name, firms = facts.named, facts.firms
    cities, titles = facts.cities, facts.titles
    yield "name-firm-city-function", (name.rare, firms.named, cities, facts.functions)
    yield "name-start-city-title", (name.rare, firms.first_words, cities, titles)
    yield "name-small-firm-title", (name.rare, firms.small, titles)
    yield "name-small-firm-city-title", (name.telling, firms.small, cities, titles)


def _sorted_digits(phones: Sequence[str]) -> list[str]:
    # Neighbouring digits in the wrong order are the same digits.
    return ["".join(sorted(one[-9:])) for one in phones]


def _halves(phones: Sequence[str]) -> list[str]:
    # Every second digit: one wrong digit spoils one half and leaves the other.
    return [half for one in phones for half in ("e" + one[-9::2], "o" + one[-8::2])]
