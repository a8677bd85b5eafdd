"""Employers: few large ones, many small ones, some with one name in many cities."""

from dataclasses import dataclass

from anyascii import anyascii

from tests.match_data.society.cultures import family_urn
from tests.match_data.society.draws import chance, shuffled

# Words for firms' own names; each world takes its own part of them.
OWN_NAMES = (
    *("Abacus", "Alder", "Amber", "Anvil", "Apex", "Arbor", "Argent", "Aster", "Atlas"),
    *("Aurora", "Avalon", "Badger", "Banyan", "Basalt", "Beacon", "Birch", "Blackwell"),
    *("Bluebird", "Boreal", "Bramble", "Brightwater", "Bronze", "Cactus", "Cadence"),
    *(
        "Canyon",
        "Cardinal",
        "Cascade",
        "Cedar",
        "Cinder",
        "Citadel",
        "Clover",
        "Cobalt",
    ),
    *("Comet", "Copper", "Coral", "Corvus", "Crescent", "Crimson", "Cygnus", "Cypress"),
    *("Dahlia", "Delphi", "Diamond", "Dogwood", "Dolphin", "Dragon", "Driftwood"),
    *("Eagle", "Ember", "Emerald", "Epsilon", "Equinox", "Everest", "Falcon", "Fern"),
    *("Flint", "Forge", "Fulcrum", "Galaxy", "Garnet", "Gazelle", "Glacier", "Golden"),
    *(
        "Granary",
        "Griffin",
        "Harbour",
        "Hawthorn",
        "Hazel",
        "Helix",
        "Heron",
        "Horizon",
    ),
    *("Ibis", "Indigo", "Iris", "Ivory", "Jade", "Jasmine", "Juniper", "Jupiter"),
    *("Kestrel", "Keystone", "Kingfisher", "Lagoon", "Lantern", "Larkspur", "Laurel"),
    *(
        "Lighthouse",
        "Linden",
        "Lotus",
        "Lynx",
        "Magnolia",
        "Maple",
        "Marigold",
        "Meadow",
    ),
    *("Mercury", "Mistral", "Monsoon", "Moonlight", "Mosaic", "Nautilus", "Nebula"),
    *(
        "Nimbus",
        "Nova",
        "Oasis",
        "Obsidian",
        "Olive",
        "Onyx",
        "Opal",
        "Orchid",
        "Orion",
    ),
    *("Osprey", "Palisade", "Panther", "Pebble", "Pegasus", "Pelican", "Phoenix"),
    *("Pioneer", "Polaris", "Poplar", "Prairie", "Quartz", "Quest", "Radiant", "Raven"),
    *(
        "Redwood",
        "Regent",
        "Ripple",
        "Robin",
        "Rowan",
        "Saffron",
        "Sapphire",
        "Sequoia",
    ),
    *("Sierra", "Silver", "Sparrow", "Spruce", "Stellar", "Summit", "Sunrise", "Swift"),
    *(
        "Sycamore",
        "Tamarind",
        "Tempest",
        "Thistle",
        "Tiger",
        "Titan",
        "Topaz",
        "Trident",
    ),
    *("Tulip", "Twilight", "Umber", "Unity", "Vega", "Velvet", "Vertex", "Violet"),
    *(
        "Vulcan",
        "Walnut",
        "Wavelength",
        "Willow",
        "Windmill",
        "Wolf",
        "Zenith",
        "Zinnia",
    ),
)
TRADES = {
    "west": ("Foods", "Logistics", "Capital", "Media", "Software", "Hotel", "Dental"),
    "north": ("Bygg", "Shipping", "Energy", "Design", "Data", "Transport", "Clinic"),
    "south": ("Textiles", "Motors", "Airways", "Exports", "Pharma", "Studios", "Steel"),
    "scripts": (
        "Trading",
        "Electronics",
        "Hotel",
        "Games",
        "Chemical",
        "Travel",
        "Bank",
    ),
}
# Firms of the labelled development set begin with few words and belong to many
# trades; so do those of the world that has its shape.
ALIKE = "alike"
ALIKE_WORDS = 44
ALIKE_TRADES = ("Foods", "Media", "Hotels", "Studios", "Insurance", "Airlines", "Bank")
ALIKE_TRADES += ("Pharmaceuticals", "Software", "Engineering", "Motors", "Brothers")
ALIKE_TRADES += ("Agency", "Restaurants", "Fitness", "Logistics", "Technologies")
MORE_TRADES = (
    "Group",
    "Partners",
    "Services",
    "Consulting",
    "Construction",
    "Security",
)
PUBLIC = ("{} City Council", "University of {}", "{} General Hospital", "{} Airport")
# So that half of the reported employers are called small, as in the labelled
# development set.
SMALL_BELOW = 120
LONGEST_LABEL = 22
SINGLE, DOUBLE, FAMILY = 0.25, 0.4, 0.2
# How many people share a line.
LINE, ALIKE_LINE = 80, 200
ALIKE_SINGLE, ALIKE_DOUBLE = 0.55, 0.65


@dataclass
class Firm:
    """An employer; `size` is the number of people there."""

    name: str
    form: str
    label: str
    city: str
    country: str
    domain: str
    size: int
    lines: tuple[str, ...]
    chain: bool
    mailboxes: set

    @property
    def small(self):
        return self.size < SMALL_BELOW


def slug(text):
    return "".join(one for one in anyascii(text).lower() if one.isalnum())


def words_of(world):
    """The own names of one world: worlds share none, but for the one alike."""
    if world == ALIKE:
        return shuffled(OWN_NAMES, ALIKE)[:ALIKE_WORDS]
    place = sorted(TRADES).index(world)
    return shuffled(OWN_NAMES, "firms")[place :: len(TRADES)]


def make_firm(dice, world, culture, taken, number):
    """An employer of a size that nature would give it, with its own domain."""
    city = culture.place(dice)
    chain = chance(dice, 0.1)
    name = _name(dice, world, culture, city)
    label = slug(name.replace("&", "and"))[:LONGEST_LABEL]
    while (label, culture.domain) in taken and not chain:
        name = f"{family_urn(culture.locale).draw(dice)} {name}"
        label = slug(name.replace("&", "and"))[:LONGEST_LABEL]
    taken.add((label, culture.domain))
    size = int(3 / (0.0015 + dice.below(10**6) / 10**6) ** 0.9)
    people = ALIKE_LINE if world == ALIKE else LINE
    lines = tuple(
        number(dice, culture, culture.plan.lines) for _ in range(1 + size // people)
    )
    return Firm(
        name=name,
        form=dice.pick(culture.forms),
        label=label or "firm",
        city=city,
        country=culture.country,
        domain=culture.domain,
        size=size,
        lines=lines,
        chain=chain,
        mailboxes=set(),
    )


def _name(dice, world, culture, city):
    alike = world == ALIKE
    own, trades = words_of(world), ALIKE_TRADES if alike else TRADES[world]
    trade = dice.pick((*trades, *MORE_TRADES))
    if chance(dice, 0.08):
        return dice.pick(PUBLIC).format(city)
    if chance(dice, ALIKE_SINGLE if alike else SINGLE):
        return f"{dice.pick(own)} {trade}"
    if chance(dice, ALIKE_DOUBLE if alike else DOUBLE):
        return f"{dice.pick(own)} {dice.pick(own)} {trade}"
    families = family_urn(culture.locale)
    if chance(dice, FAMILY):
        return f"{families.draw(dice)} & {families.draw(dice)}"
    return f"{families.draw(dice)} {trade}"
