"""Honest people still meet: asked before and after every attack."""

from tests.world.dealt import Plan
from tests.world.world import World


def honest_people_meet() -> None:
    """Three file about one person, say yes, and have each other's cards.

    Raises:
        AssertionError: They do not; whatever an attack showed means nothing.
    """
    world = World(Plan(name="sanity"))
    names = ["ana", "bea", "cleo"]
    world.file_all(*names)
    world.consent_all()
    for name in names:
        others = [other for other in names if other != name]
        if world.contacts(name) != others:
            raise AssertionError(f"{name} did not meet {others}")
    if world.survivors["ana"].faults:
        raise AssertionError("an honest trustee was accused")
