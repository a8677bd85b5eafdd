"""Countries: how people there are called, dial, write and where they live.

Names and their shares come from Faker, the large cities and dialling plans are
facts; small towns are invented, so that most people do not live in a city that
the project's tables know.
"""

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from tests.match_data.society.draws import Urn, chance, shuffled, zipf

# Faker's lists have no share for most countries: the n-th name has 1/n^0.7, and a
# part of the people of every country bear a family name of another one.
NAME_EXPONENT = 0.7
CITY_EXPONENT = 0.9
FOREIGN = ("nl_NL", "it_IT", "hr_HR", "uk_UA", "es_ES", "yo_NG", "de_DE", "en_IN")
FOREIGN_SHARE = 0.3
# Of whom a large country's newcomers are, with both names from there.
STRANGERS = ("es_MX", "fr_FR", "tr_TR", "it_IT", "vi_VN", "pt_BR", "uk_UA", "de_DE")
STRANGERS += ("en_IN", "cs_CZ", "ru_RU", "hu_HU")
TOWN_SHARE = 0.5
TOWN_STARTS = (
    *("Al", "Bar", "Cal", "Dor", "El", "Fen", "Gar", "Hol", "Is", "Jen", "Kel", "Lor"),
    *(
        "Mar",
        "Nor",
        "Or",
        "Pen",
        "Quar",
        "Ros",
        "Sel",
        "Tor",
        "Ul",
        "Ver",
        "Wes",
        "Yar",
    ),
)
TOWN_ENDS = {
    "de": ("bach", "dorf", "hausen", "heim", "stedt", "furt"),
    "en": ("bury", "ford", "ham", "ton", "field", "port", "ville"),
    "es": ("anza", "ejo", "illa", "osa", "uela"),
    "fr": ("ac", "court", "enne", "igny", "ville"),
    "it": ("ano", "ella", "iglia", "ona"),
    "nl": ("dam", "drecht", "hoven", "wijk"),
    "pl": ("ice", "owo", "sko", "yn"),
    "xx": ("abad", "aya", "ika", "una", "ur"),
}


@dataclass(frozen=True)
class Plan:
    """How telephones of a country are dialled; `#` is any digit, `!` one above 1."""

    code: str
    trunk: str
    mobiles: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Culture:
    """A country with the people in it.

    `towns` is the share of people outside the large cities, `strangers` of those
    whose both names come from another country.
    """

    country: str
    locale: str
    speech: str
    plan: Plan
    forms: tuple[str, ...]
    providers: tuple[str, ...]
    cities: tuple[str, ...]
    domain: str = ""
    family_first: bool = False
    two_families: bool = False
    towns: float = TOWN_SHARE
    city_exponent: float = CITY_EXPONENT
    strangers: float = 0
    foreign: float = FOREIGN_SHARE
    sexes: tuple[str, ...] = ("male", "female")
    given: Urn = field(init=False)
    family: Urn = field(init=False)
    city: Urn = field(init=False)
    town: Urn = field(init=False)

    def __post_init__(self):
        for name, urn in (
            ("given", given_urn(self.locale, self.sexes)),
            ("family", family_urn(self.locale)),
            ("city", Urn(zipf(self.cities, self.city_exponent))),
            ("town", town_urn(self.speech)),
        ):
            object.__setattr__(self, name, urn)

    def name(self, dice):
        """A given and a family name of somebody there."""
        if self.strangers and chance(dice, self.strangers):
            locale = dice.pick(STRANGERS)
            return given_urn(locale).draw(dice), family_urn(locale).draw(dice)
        native = self.locale.startswith(("ja", "zh", "ko", "ru", "ar", "el"))
        foreign = not native and chance(dice, self.foreign)
        urn = family_urn(dice.pick(FOREIGN)) if foreign else self.family
        family = urn.draw(dice)
        if self.two_families and not foreign:
            family = f"{family} {self.family.draw(dice)}"
        return self.given.draw(dice), family

    def place(self, dice):
        """A city or a town."""
        return (self.town if chance(dice, self.towns) else self.city).draw(dice)


def _weights(provider, names):
    found = {}
    for name in names:
        values = getattr(provider, name, ())
        if isinstance(values, dict):
            found |= values
        else:
            found |= zipf(shuffled(values, name), NAME_EXPONENT)
    return found


def _provider(locale):
    return import_module(f"faker.providers.person.{locale}").Provider


@cache
def given_urn(locale, sexes=("male", "female")):
    wanted = [f"first_names_{one}" for one in sexes]
    return Urn(_weights(_provider(locale), wanted))


@cache
def family_urn(locale):
    provider = _provider(locale)
    return Urn(_weights(provider, ("last_names",)) or {"Novak": 1})


@cache
def town_urn(speech):
    ends = TOWN_ENDS.get(speech, TOWN_ENDS["xx"])
    middles = ("", "en", "ar", "o", "ing", "el")
    towns = [s + m + e for s in TOWN_STARTS for m in middles for e in ends]
    return Urn(zipf(shuffled(towns, speech), CITY_EXPONENT / 2))
