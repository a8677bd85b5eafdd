"""Honest people still meet: asked before the first attack and after every one."""

from tests.world.dealt import Plan
from tests.world.world import World

NAMES = ("ana", "bea")


def honest_people_meet() -> None:
    """Two file about one person, say yes, and have each other's cards.

    Two, because every check is made for the smallest group too, at half the price:
    this runs after each of some fifty attacks.

    Raises:
        AssertionError: They do not; whatever an attack showed means nothing.
    """
    world = World(Plan(name="sanity"))
    world.file_all(*NAMES, group=len(NAMES))
    world.consent_all()
    for name in NAMES:
        others = [other for other in NAMES if other != name]
        if world.contacts(name) != others:
            raise AssertionError(f"{name} did not meet {others}")
        if world.survivors[name].faults:
            raise AssertionError("an honest trustee was accused")
