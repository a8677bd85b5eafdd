"""How those who know somebody write it down: short, sloppy, wrong at times."""

from anyascii import anyascii
from nicknames import NickNamer

from tests.match_data.society.draws import chance
from tests.match_data.society.firms import slug
from tests.match_data.society.people import ROLES

NICKNAMES = NickNamer()
# Shares of what reports hold, as in the labelled development set.
SHARES = {
    "name": 0.97, "employer": 0.86, "city": 0.71, "phone": 0.55, "work_phone": 0.14,
    "job_title": 0.62, "work_mail": 0.24, "mail": 0.2, "role": 0.05, "social": 0.36,
    "department": 0.29, "nickname": 0.09, "website": 0.09, "plate": 0.03,
}  # fmt: skip
# Whose line it is, as often as people say so: of mobiles and of work lines.
LABELS = (("mobile", "mobile", ""), ("work", "work", ""))
ALIKE_LABELS = (("mobile", ""), ("work", ""))
ALIKE_SHARES = {"phone": 0.46, "work_phone": 0.2}
ORDERS = ("{g} {f}",) * 9 + (
    "{f}, {g}",
    "{f} {g}",
    "{g}",
    "{g}",
    "{g}",
    "{f}",
    "{i}. {f}",
)
ORDERS += ("{g} M. {f}", "Mr. {g} {f}", "{i} {f}")
ALIKE_ORDERS = ("{g} {f}",) * 8
FULL = tuple(one for one in ORDERS if "{g}" in one and "{f}" in one)
FORMS = {"mail": ("{}", "{}", "<{}>", "mailto:{}", "{},", "{}")}
MONIKERS = (
    "big {g}",
    "doc",
    "chef {g}",
    "turbo",
    "papa {g}",
    "the boss",
    "ace",
    "slim",
)
MONIKERS += ("{g} the wolf", "coach", "lefty", "captain {g}", "rocket", "smiley")
REMARKS = ("", "", "", " (personal)", " his mobile")
CASES = (str, str, str, str.lower, str.upper, str.title)


def slip(dice, text):
    """One slip of the finger: swapped, doubled, missed or neighbouring letter."""
    at = dice.below(max(len(text) - 1, 1))
    one, two = text[at : at + 1], text[at + 1 : at + 2]
    changed = (two + one, one + one + two, two, "aeiou"[dice.below(5)] + two)
    return text[:at] + dice.pick(changed) + text[at + 2 :]


class Teller:
    """Writes reports about people; each identifier with the thing it stands for."""

    def __init__(self, dice, slips, *, alike=False):
        """`slips` is their share; 0 stands for people who are careful: they write
        names and employers in full and say on which platform an account is. `alike`
        people give telephones, names and accounts as in the labelled development set.
        """
        self.dice, self.slips = dice, slips
        self.shares = SHARES | (ALIKE_SHARES if alike else {})
        self.labels = ALIKE_LABELS if alike else LABELS
        told = ORDERS + ALIKE_ORDERS if alike else ORDERS
        self.orders = told if slips else FULL
        self.known_for = 2 if alike else None

    def report(self, who):
        """One labelled report: the identifiers in any order, and the truth."""
        told = [
            (kind, *getattr(self, kind)(who))
            for kind, share in self.shares.items()
            if chance(self.dice, share)
        ]
        if len(told) < 2:
            told = [("name", *self.name(who)), ("phone", *self.phone(who))]
        self.dice_order(told)
        return {
            "country": who.culture.country,
            "identifiers": [fields for _, fields, _ in told],
            "things": [thing for _, _, thing in told],
            "offender_id": who.uid,
        }

    def dice_order(self, told):
        for at in range(len(told) - 1, 0, -1):
            other = self.dice.below(at + 1)
            told[at], told[other] = told[other], told[at]

    def _typed(self, text, *, slips=1.0):
        text = self.dice.pick(CASES)(text)
        return slip(self.dice, text) if chance(self.dice, self.slips * slips) else text

    def _script(self, *texts):
        """Some write the native script, some the Latin one."""
        if chance(self.dice, 0.4):
            return texts
        return tuple(anyascii(one).strip().capitalize() or one for one in texts)

    def name(self, who):
        given, family = who.given, who.family
        if not (given + family).isascii():
            given, family = self._script(given, family)
        if who.culture.two_families and chance(self.dice, 0.6):
            family = family.split(" ")[0]
        short = sorted(NICKNAMES.nicknames_of(given.lower()))
        if short and chance(self.dice, 0.12):
            given = self.dice.pick(short).title()
        native = who.culture.family_first and not given.isascii()
        order = "{f}{g}" if native else self.dice.pick(self.orders)
        text = order.format(g=given, f=family, i=given[:1])
        if who.generation and chance(self.dice, 0.85):
            text = f"{text}, {who.generation}"
        return {"kind": "name", "value": self._typed(text)}, who.uid

    def nickname(self, who):
        short = sorted(NICKNAMES.nicknames_of(who.given.lower()))
        given = self.dice.pick(short or MONIKERS).format(g=who.given.lower())
        return {"kind": "nickname", "value": given}, who.uid

    def employer(self, who):
        firm, dice = who.firm, self.dice
        parts = firm.name.replace(" & ", " and ").split(" ")
        ways = [firm.name, firm.name, f"{firm.name} {firm.form}", f"the {firm.name}"]
        ways += [firm.name.replace(" & ", " and "), f"{firm.name} {firm.form}"]
        short = self.slips and chance(dice, 0.5)
        ways += [parts[0]] if short else [f"{firm.name}, {who.city}"]
        if self.slips and len(parts) > 2:
            ways.append("".join(one[0] for one in parts if one != "and"))
        text = dice.pick(ways)
        fields = {"kind": "employer", "value": self._typed(text)}
        if chance(dice, 0.8):
            right = chance(dice, 0.9)
            fields["size"] = "small" if firm.small == right else "large"
        return fields, f"{firm.label}.{firm.domain}"

    def city(self, who):
        text = who.city if who.city.isascii() else self._script(who.city)[0]
        fields = {"kind": "city", "value": self._typed(text, slips=0.5)}
        return fields | {"country": who.culture.country}, who.city

    def department(self, who):
        names = (who.department[0], who.department[0], *who.department[1])
        return {
            "kind": "department",
            "value": self._typed(self.dice.pick(names), slips=0.3),
        }, None

    def job_title(self, who):
        text = self.dice.pick((who.title[0], *who.title))
        return {"kind": "job_title", "value": self._typed(text, slips=0.3)}, None

    def phone(self, who):
        return self._dialled(who, who.mobile, self.dice.pick(self.labels[0]))

    def work_phone(self, who):
        return self._dialled(who, who.line, self.dice.pick(self.labels[1]))

    def _dialled(self, who, number, label):
        dice, plan = self.dice, who.culture.plan
        code, national = number.split(" ")
        if chance(dice, self.slips):
            at = dice.below(len(national))
            national = national[:at] + str(dice.below(10)) + national[at + 1 :]
        sign = dice.pick((" ", "-", ".", ""))
        grouped = sign.join((national[:3], national[3:6], national[6:])).rstrip(
            sign or " "
        )
        home = code == plan.code
        ways = [f"+{code} {grouped}", f"00{code}{national}", f"+{code}{national}"]
        ways += [plan.trunk + grouped, plan.trunk + grouped] if home else []
        text = dice.pick(ways) + (dice.pick(REMARKS) if label == "mobile" else "")
        fields = {"kind": "phone", "value": text, "country": who.culture.country}
        return fields | ({"label": label} if label else {}), number

    def mail(self, who):
        return self._written(who.mail)

    def work_mail(self, who):
        return self._written(who.work_mail)

    def role(self, who):
        return self._written(
            f"{self.dice.pick(ROLES)}@{who.firm.label}.{who.firm.domain}"
        )

    def _written(self, address):
        text = self.dice.pick(FORMS["mail"]).format(address)
        case = self.dice.pick((str, str, str.upper, str.capitalize))
        text = slip(self.dice, text) if chance(self.dice, self.slips / 2) else text
        if self.slips and chance(self.dice, 0.01):
            # Who forgets the number writes down somebody else's mailbox.
            local, _, host = text.partition("@")
            text = f"{local.rstrip('0123456789')}@{host}"
        return {"kind": "email", "value": case(text)}, address

    def social(self, who):
        # Alike people have accounts in two places, the same in every report.
        begin = sum(map(ord, who.uid)) % len(who.handles) if self.known_for else 0
        places = [*sorted(who.handles), *sorted(who.handles)][begin:]
        platform = self.dice.pick(places[: self.known_for or len(who.handles)])
        handle = who.handles[platform]
        hosts = {"telegram": "t.me", "linkedin": "linkedin.com/in"}
        host = hosts.get(platform, f"{platform}.com")
        written = slip(self.dice, handle) if chance(self.dice, self.slips) else handle
        ways = (f"@{written}", written, f"https://www.{host}/{written}?hl=en")
        ways += (f"{host}/{written}/",)
        fields = {"kind": "social", "value": self.dice.pick(ways)}
        if not self.slips or chance(self.dice, 0.85):
            fields["platform"] = platform
        return fields, f"{platform}/{handle}"

    def website(self, who):
        firm = f"{who.firm.label}.{who.firm.domain}/about"
        site = who.site if chance(self.dice, 0.3) else firm
        return {"kind": "website", "value": f"https://www.{site}"}, slug(site)

    def plate(self, who):
        country, region, signs = who.plate
        known = chance(self.dice, 0.8)
        fields = {"kind": "plate", "value": signs, "country": country}
        return fields | ({"region": region} if region and known else {}), signs
