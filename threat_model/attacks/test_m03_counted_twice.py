"""M03: one human, two reports on one name, a group of two."""

from functools import cache

from escrow.registrar.identity import Identity
from escrow.trustee.case_files import JudgedCase
from tests.world.dealt import Plan
from tests.world.world import World

PLAN = Plan(name="M03")
LATER = 200


def verified(name="Mal Example", mail="mal@example.org", phone="+14155550199"):
    return Identity(name=name, email=mail, phone=phone, country="US")


# How she is verified the second time, and so many days later. `None`: not again,
# with another token.
AGAIN = (
    (None, 0),
    (None, LATER),
    (verified(), 0),
    (verified(), LATER),
    (verified(name="Mallory Example"), 0),
    (verified(phone=""), 0),
    (verified(phone="+14155550188"), 0),
    (verified(mail="second@example.org"), 0),
    (verified(mail="MAL@Example.org", phone=""), 0),
)


def everybody(verified, _members, _held):
    """A trustee that counts reports, whoever stands behind them."""
    return {member.place for member in verified}


@cache
def filed_twice(again, later):
    """Both reports, up to the trustees' judgement; attack and control go on from it."""
    world = World(PLAN)
    world.file("mal", group=2, verified=verified())
    if later:
        world.deliver_boxes()
        days_later(world, later)
    if again is None:
        world.file("mal", group=2, report="second")
    else:
        world.file("mal, again", group=2, verified=again)
    world.deliver_boxes()
    return world


def days_later(world, later):
    """Trustees have new keys for their boxes by then."""
    world.day += later
    for trustee in world.opening:
        key = trustee.publish(world.day)
        world.server.put_box_key(trustee.index, key, world.day)


def count(again, later):
    """Trustees that saw the case, and that opened it."""
    world = filed_twice(again, later).fork()
    world.settle()
    files = [file for trustee in world.opening for file in trustee.files.values()]
    opened = sum(isinstance(f, JudgedCase) and f.verdict.level > 0 for f in files)
    return len(files), opened


def try_all(trial):
    answers = [count(*again) for again in AGAIN]
    assert all(judged for judged, _ in answers), "two reports did not match at all"
    won = sum(opened > 0 for _, opened in answers)
    trial.tell(won, len(AGAIN), {"second reports": len(AGAIN)})


def test_attack(trial):
    try_all(trial)


def test_control(trial):
    for again in AGAIN:
        filed_twice(*again)
    with trial.without("one report a person", everybody):
        try_all(trial)
