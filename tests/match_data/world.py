"""A small made-up world of reports with the truth, for tests of match keys.

Everything follows from a seed. Names, firms and accounts are inventions put
together from short lists; no list comes from a data set.
"""

from dataclasses import dataclass
from hashlib import sha256

GIVEN = {
    "GB": [
        "Imogen",
        "Rupert",
        "Hattie",
        "Cormac",
        "Dilys",
        "Fergus",
        "Tamsin",
        "Jocelyn",
    ],
    "MX": [
        "Itzia",
        "Ulises",
        "Yaretzi",
        "Nayeli",
        "Aurelio",
        "Fermín",
        "Ximena",
        "Leoncio",
    ],
    "CN": ["伟华", "秀兰", "国栋", "雪梅", "建军", "晓燕"],
    "RU": ["Ярополк", "Злата", "Емельян", "Глафира", "Остап", "Пелагея"],
    "DE": ["Gundula", "Ottokar", "Heidrun", "Jürgen", "Wiebke", "Björn"],
}
FAMILY = {
    "GB": [
        "Thistlewood",
        "Ormsby",
        "Pennyfeather",
        "Garrity",
        "Lockhart",
        "Brackenbury",
    ],
    "MX": ["Zaldívar", "Echeverri", "Montalvo", "Quiñones", "Urrutia", "Barrientos"],
    "CN": ["欧阳", "司徒", "诸葛", "慕容", "上官"],
    "RU": ["Зарубин", "Вольский", "Тростников", "Ладыгин", "Мещеряков"],
    "DE": ["Grünwald", "Hölzer", "Dietmannsberg", "Kästner", "Brückmann"],
}
LATIN = {"伟华": "Weihua", "秀兰": "Xiulan", "国栋": "Guodong", "雪梅": "Xuemei"}
LATIN |= {"建军": "Jianjun", "晓燕": "Xiaoyan", "欧阳": "Ouyang", "司徒": "Situ"}
LATIN |= {"诸葛": "Zhuge", "慕容": "Murong", "上官": "Shangguan"}
LATIN |= {"Ярополк": "Yaropolk", "Злата": "Zlata", "Емельян": "Emelyan"}
LATIN |= {"Глафира": "Glafira", "Остап": "Ostap", "Пелагея": "Pelageya"}
LATIN |= {"Зарубин": "Zarubin", "Вольский": "Volskiy", "Тростников": "Trostnikov"}
LATIN |= {"Ладыгин": "Ladygin", "Мещеряков": "Meshcheryakov"}
FIRST = [
    "Tallow",
    "Brindle",
    "Quenby",
    "Marrick",
    "Sorrel",
    "Hazelden",
    "Corvane",
    "Ashgrove",
]
SECOND = [
    "Foods",
    "Theatre",
    "Dental",
    "Shipping",
    "Bakery",
    "Textiles",
    "Optics",
    "Press",
]
FORMS = {
    "GB": "Ltd",
    "MX": "S.A. de C.V.",
    "CN": "Co., Ltd.",
    "RU": "\u041e\u041e\u041e",
    "DE": "GmbH",
}
CITIES = {
    "GB": (("London", "Greater London"), ("Leeds", "leeds"), ("Cardiff", "Caerdydd")),
    "MX": (
        ("Ciudad de México", "CDMX"),
        ("Monterrey", "monterrey"),
        ("Mérida", "Merida"),
    ),
    "CN": (("北京", "Beijing"), ("上海", "Shanghai"), ("广州", "Guangzhou")),
    "RU": (("Москва", "Moscow"), ("Санкт-Петербург", "SPb"), ("Казань", "Kazan")),
    "DE": (("Köln", "Cologne"), ("München", "Muenchen"), ("Berlin", "berlin")),
}
JOBS = (("CEO", "Chief Executive"), ("Bartender", "barman"), ("Surgeon", "surgeon"))
JOBS += (("Producer", "Executive Producer"), ("HR Manager", "Head of HR"))
LINES = {
    "GB": "077009",
    "MX": "558120",
    "CN": "138001",
    "RU": "921555",
    "DE": "0151200",
}
CODES = {"GB": "44", "MX": "52", "CN": "86", "RU": "7", "DE": "49"}


class Dice:
    """Numbers that follow from a seed; the same in every version of Python."""

    def __init__(self, seed):
        self._seed, self._count = seed, 0

    def below(self, end):
        self._count += 1
        drawn = sha256(f"{self._seed}/{self._count}".encode()).digest()
        return int.from_bytes(drawn[:8], "big") % end

    def pick(self, values):
        return values[self.below(len(values))]

    def take(self, values):
        return values.pop(self.below(len(values)))

    def happens(self, percent):
        return self.below(100) < percent


@dataclass(frozen=True)
class Person:
    name: str
    country: str
    given: str
    family: str
    firm: str
    city: tuple[str, str]
    job: tuple[str, str]
    line: str
    email: str
    handle: str


def slug(text):
    return LATIN.get(text, text).encode("ascii", "ignore").decode().lower()


def people(dice, count):
    """Persons of whom no two have the same name."""
    names = [(c, g, f) for c in sorted(GIVEN) for g in GIVEN[c] for f in FAMILY[c]]
    return [person(dice, number, dice.take(names)) for number in range(count)]


def person(dice, number, name):
    country, given, family = name
    return Person(
        name=f"p{number}",
        country=country,
        given=given,
        family=family,
        firm=f"{dice.pick(FIRST)} {dice.pick(FIRST)} {dice.pick(SECOND)}",
        city=dice.pick(CITIES[country]),
        job=dice.pick(JOBS),
        line=f"{LINES[country]}{number:05}",
        email=f"{slug(given)}.{slug(family)}{number}@example-mail.org",
        handle=f"{slug(given)}_{number}",
    )


def report(dice, who):
    """One report: some of what is true, spelled in some way."""
    ways = (names, firms, cities, jobs, phones, emails, accounts)
    shares = (92, 80, 65, 60, 50, 35, 30)
    found = [
        way(dice, who)
        for way, share in zip(ways, shares, strict=True)
        if dice.happens(share)
    ]
    return {
        "offender_id": who.name,
        "country": who.country,
        "identifiers": found or [names(dice, who), phones(dice, who)],
    }


def names(dice, who):
    given, family = who.given, who.family
    if dice.happens(50):
        given, family = LATIN.get(given, given), LATIN.get(family, family)
    spellings = (
        f"{given} {family}",
        f"{family}, {given}",
        given,
        f"Dr. {given} {family}",
    )
    spellings += (f"{given} {family}".lower(), f"{given} {family}".upper())
    return {"kind": "name", "value": dice.pick(spellings)}


def firms(dice, who):
    form = FORMS[who.country]
    spellings = (who.firm, who.firm.upper(), f"{who.firm} {form}", f"The {who.firm}")
    size = {"size": "small"} if dice.happens(40) else {}
    return {"kind": "employer", "value": dice.pick(spellings), **size}


def cities(dice, who):
    return {"kind": "city", "value": dice.pick(who.city), "country": who.country}


def jobs(dice, who):
    return {"kind": "job_title", "value": dice.pick(who.job)}


def phones(dice, who):
    national = who.line.removeprefix("0")
    code = CODES[who.country]
    spellings = (
        f"+{code} {national}",
        f"00{code}{national[:4]} {national[4:]}",
        who.line,
    )
    label = {"label": "mobile"} if dice.happens(50) else {}
    return {
        "kind": "phone",
        "value": dice.pick(spellings),
        "country": who.country,
        **label,
    }


def emails(dice, who):
    spellings = (who.email, who.email.upper(), f"<{who.email}>", f"mailto:{who.email}")
    return {"kind": "email", "value": dice.pick(spellings)}


def accounts(dice, who):
    spellings = (f"@{who.handle}", f"https://www.instagram.com/{who.handle}/?hl=en")
    return {"kind": "social", "platform": "instagram", "value": dice.pick(spellings)}


def reports(seed, count):
    """Labelled reports of `count` persons, one to four each; 140 at most."""
    dice = Dice(seed)
    return [
        report(dice, who)
        for who in people(dice, count)
        for _ in range(1 + dice.below(4))
    ]
