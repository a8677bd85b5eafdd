"""People made to be confused with somebody: every confusion of the attack list."""

from dataclasses import replace

from tests.match_data.society.draws import chance


def namesake_elsewhere(society, one):
    """The same name at the same large employer, in another city, at other work."""
    firm = society.large_firm() if one.firm.small else one.firm
    one.firm = firm
    return society.person(
        culture=one.culture, given=one.given, family=one.family, firm=firm,
        city=one.culture.place(society.dice), **_other_work(society, one),
    )  # fmt: skip


def namesake_beside(society, one):
    """The same name at the same employer and in the same city."""
    return society.person(
        culture=one.culture, given=one.given, family=one.family, firm=one.firm,
        city=one.city, **_other_work(society, one),
    )  # fmt: skip


def son(society, one):
    """Father and son in one firm, home and name."""
    one.generation = "Sr." if chance(society.dice, 0.5) else ""
    return society.person(
        culture=one.culture, given=one.given, family=one.family, generation="Jr.",
        firm=one.firm, city=one.city, **_other_work(society, one),
    )  # fmt: skip


def sibling(society, one):
    """Brothers or sisters in one firm and city."""
    return society.person(
        culture=one.culture, family=one.family, firm=one.firm, city=one.city
    )


def successor(society, one):
    """The same desk: work, employer, city and the firm's mobile passed on."""
    return society.person(
        firm=one.firm, city=one.city, department=one.department, title=one.title,
        mobile=one.mobile,
    )  # fmt: skip


def one_given_name(society, one):
    """The same given name, employer and switchboard."""
    return society.person(
        culture=one.culture, given=one.given, firm=one.firm, line=one.line
    )


def handle_apart(society, one):
    """Handles of one platform that differ in one sign."""
    other = society.person(culture=one.culture, given=one.given, family=one.family)
    for platform, handle in one.handles.items():
        apart = handle.replace("_", ".") if "_" in handle else handle + "_"
        if (apart, platform) not in society.taken:
            society.taken.add((apart, platform))
            other.handles[platform] = apart
    return other


def other_plate(society, one):
    """The signs of another state's plate."""
    country, region, signs = one.plate
    other = "NV" if region else ""
    nation = country if region else ("PT" if country != "PT" else "PL")
    return society.person(plate=(nation, other, signs))


def half_of_the_firm(society, one):
    """The same name and city at a firm that begins with the same word."""
    first = one.firm.name.split(" ")[0]
    firm = replace(
        one.firm, name=f"{first} Holdings", label=one.firm.label[:6] + "hold"
    )
    return society.person(
        culture=one.culture, given=one.given, family=one.family, firm=firm,
        city=one.city, **_other_work(society, one),
    )  # fmt: skip


def _other_work(society, one):
    others = [row for row in society.departments if row[0] != one.department[0]]
    row = society.dice.pick(others)
    return {"department": row[:2], "title": society.dice.pick(row[2])}


CONFUSIONS = (
    namesake_elsewhere,
    son,
    sibling,
    one_given_name,
    handle_apart,
    other_plate,
)
# Who tells these apart would need more than the reports say; they are planted
# rarely, to see what they cost.
CRUEL = (namesake_beside, successor, half_of_the_firm)
