"""People with what can be known of them, unique where the world is unique."""

from dataclasses import dataclass, field

from tests.match_data.society.countries import world as countries_of
from tests.match_data.society.draws import Urn, chance, zipf
from tests.match_data.society.firms import Firm, make_firm, slug
from tests.match_data.society.work import departments
from tests.match_data.world import Dice

PASSED_ON = 0.01
# Firms for each person, where not one for six.
FIRMS = {"alike": 0.35}
# Who works at the seat of a firm: nearly all of a small one, some of a large one.
HERE, HERE_LARGE = 0.85, 0.3
PLATFORMS = ("instagram", "linkedin", "facebook", "x", "tiktok", "telegram", "snapchat")
ROLES = ("info", "office", "hr", "contact", "admin")
STATES = ("CA", "TX", "NY", "FL", "OH", "WA", "GA", "MA")
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
# Address books of a firm follow one pattern; private mailboxes follow moods.
LOCAL = ("{g}.{f}", "{g}.{f}", "{g0}{f}", "{g}{f0}", "{g}_{f}", "{g}", "{f}")
PRIVATE = ("{g}{f}", "{g}.{f}", "{g}{f}", "{g0}{f}", "{f}.{g}", "{g}{f0}", "{w}{g}")
HANDLES = (
    "{g}{f}",
    "{g}_{f}",
    "{g}.{f}",
    "{f}{g}",
    "{g0}{f}",
    "the.real.{g}",
    "{w}{g}",
)
HANDLES += ("{g}{w}", "{g}{f0}", "official_{g}", "{w}_{w2}")
MOODS = (
    "happy",
    "lucky",
    "cool",
    "dj",
    "chef",
    "big",
    "little",
    "mad",
    "sunny",
    "king",
)
MOODS += (
    "star",
    "moon",
    "wolf",
    "tiger",
    "fit",
    "photo",
    "music",
    "travels",
    "xx",
    "77",
)


@dataclass
class Person:
    """Somebody who can be reported."""

    uid: str
    culture: object
    given: str
    family: str
    generation: str
    firm: Firm
    city: str
    department: tuple
    title: tuple
    mobile: str
    line: str
    mail: str = ""
    work_mail: str = ""
    handles: dict = field(default_factory=dict)
    site: str = ""
    plate: tuple = ()


class Society:
    """Draws people of one world; remembers what is taken."""

    def __init__(self, seed, world, people, firms=None):
        self.dice = Dice(f"society {world} {seed}")
        self.world, self.count = world, 0
        self.countries = countries_of(world)
        self.departments = departments(world)
        self.taken, self.mobiles = set(), []
        made = firms or max(int(people * FIRMS.get(world, 1 / 6)), 12)
        self.firms = [self._firm() for _ in range(made)]
        self.employers = Urn({n: one.size for n, one in enumerate(self.firms)})
        self.large = [one for one in self.firms if not one.small]

    def _firm(self):
        culture = self.dice.pick(self.countries)
        return make_firm(self.dice, self.world, culture, self.taken, self.number)

    def person(self, **fixed):
        """A new person; what is given stays, all else is drawn."""
        dice = self.dice
        firm = fixed.get("firm") or self.firms[self.employers.draw(dice)]
        at_home = [one for one in self.countries if one.country == firm.country]
        culture = fixed.get("culture") or (
            at_home[0] if chance(dice, 0.9) else dice.pick(self.countries)
        )
        given, family = culture.name(dice)
        department = dice.pick(self.departments)
        known = {
            "uid": f"{self.world}{self.count:06}",
            "culture": culture,
            "given": given,
            "family": family,
            "generation": "",
            "firm": firm,
            "city": self._city(firm, culture),
            "department": department[:2],
            "title": dice.pick(department[2]),
            "mobile": self._mobile(culture),
            "line": dice.pick(firm.lines),
        }
        self.count += 1
        who = Person(**(known | fixed | {"uid": known["uid"]}))
        self._addresses(who)
        return who

    def large_firm(self):
        """One that has several people of a name without anybody wondering."""
        return self.dice.pick(self.large or self.firms)

    def _city(self, firm, culture):
        share = HERE if firm.small else HERE_LARGE
        near = chance(self.dice, share) and not firm.chain
        return firm.city if near else culture.place(self.dice)

    def _mobile(self, culture):
        if self.mobiles and chance(self.dice, PASSED_ON):
            return self.dice.pick(self.mobiles)
        number = self.number(self.dice, culture, culture.plan.mobiles)
        self.mobiles.append(number)
        return number

    @staticmethod
    def number(dice, culture, patterns):
        """A telephone number: country's code and national digits."""
        digits = [
            str(dice.below(10))
            if one == "#"
            else str(2 + dice.below(8))
            if one == "!"
            else one
            for one in dice.pick(patterns)
        ]
        return f"{culture.plan.code} {''.join(digits)}"

    def _addresses(self, who):
        dice = self.dice
        host = f"{who.firm.label}.{who.firm.domain}"
        pattern = LOCAL[sum(map(ord, who.firm.label)) % len(LOCAL)]
        who.work_mail = who.work_mail or self._free(who, pattern, host, "{}{}", 2)
        start = 50 + dice.below(50) if chance(dice, 0.5) else 1
        provider = dice.pick(who.culture.providers)
        who.mail = who.mail or self._free(
            who, dice.pick(PRIVATE), provider, "{}{}", start
        )
        habit = dice.pick(HANDLES)
        for platform in PLATFORMS:
            if platform not in who.handles:
                usual = habit if chance(dice, 0.7) else dice.pick(HANDLES)
                free = self._free(who, usual, platform, "{}{}", 1 + dice.below(99))
                who.handles[platform] = free.removesuffix("@" + platform)
        place = dice.pick(("com", "net", "me"))
        own = self._free(who, "{g}{f}", place, "{}{}", 1)
        who.site = own.replace("@", ".")
        who.plate = who.plate or self._plate(who.culture.country)

    def _free(self, who, pattern, host, numbered, start):
        """The local part someone would choose, with a number if it is taken."""
        given, family = slug(who.given) or "a", slug(who.family) or "b"
        wanted = pattern.format(
            g=given,
            f=family,
            g0=given[0],
            f0=family[0],
            w=self.dice.pick(MOODS),
            w2=self.dice.pick(MOODS),
        )
        chosen, number = wanted, start
        while self._owned(chosen, host) in self.taken or len(chosen) < 3:
            chosen, number = numbered.format(wanted, number), number + 1
        self.taken.add(self._owned(chosen, host))
        return f"{chosen}@{host}"

    @staticmethod
    def _owned(local, host):
        # Gmail takes a.b and ab for one mailbox, so nobody can have the other.
        return local.replace(".", "") if host == "gmail.com" else local, host

    def _plate(self, country):
        dice = self.dice
        letters = "".join(dice.pick(LETTERS) for _ in range(3))
        region = dice.pick(STATES) if country == "US" else ""
        return country, region, f"{letters} {dice.below(9000) + 1000}"


def chosen_roles():
    """Names of mailboxes that belong to an office."""
    return Urn(zipf(ROLES, 1))
