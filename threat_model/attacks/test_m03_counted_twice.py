"""M03: one human, two reports on one name, a group of two."""

from escrow.registrar.identity import Identity
from escrow.trustee.case_files import JudgedCase
from tests.world.dealt import Plan
from tests.world.world import World

PLAN = Plan(name="M03")
LATER = 200


def verified(name="Mal Example", mail="mal@example.org", phone="+14155550199"):
    return Identity(name=name, email=mail, phone=phone, country="US")


# How she is verified the second time; `None`: not again, with another token.
AGAIN = (
    None,
    verified(),
    verified(name="Mallory Example"),
    verified(phone=""),
    verified(phone="+14155550188"),
    verified(mail="second@example.org"),
    verified(mail="MAL@Example.org", phone=""),
)


def everybody(verified, _members, _held):
    """A trustee that counts reports, whoever stands behind them."""
    return {member.place for member in verified}


def file_twice(again, *, later=0):
    """Both reports in one world; trustees that saw the case, and that opened it."""
    world = World(PLAN)
    world.file("mal", group=2, verified=verified())
    world.day += later
    if again is None:
        world.file("mal", group=2, report="second")
    else:
        world.file("mal, again", group=2, verified=again)
    world.settle()
    files = [file for trustee in world.opening for file in trustee.files.values()]
    opened = sum(isinstance(f, JudgedCase) and f.verdict.level > 0 for f in files)
    return len(files), opened


def try_all(trial):
    answers = [file_twice(again) for again in AGAIN]
    assert all(judged for judged, _ in answers), "two reports did not match at all"
    won = sum(opened > 0 for _, opened in answers)
    trial.tell(won, len(AGAIN), {"second reports": len(AGAIN)})


def test_attack(trial):
    try_all(trial)


def test_control(trial):
    with trial.without("one report a person", everybody):
        try_all(trial)
