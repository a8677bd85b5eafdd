"""M01: the named person files on himself, to learn whether he is named."""

from functools import cache

from blind_index.identifiers import Identifier
from escrow.registrar.identity import Identity
from escrow.trustee.case_files import JudgedCase
from tests.world.dealt import Plan
from tests.world.world import World, email

PLAN = Plan(name="M01")
HIMSELF = Identity(
    name="Rex Example",
    email="rex.example@gmail.com",
    phone="+14155550123",
    country="US",
)


def called(value):
    return Identifier(kind="name", value=value)


def phone(value):
    return Identifier(kind="phone", value=value, country="US")


# What she wrote, and how he writes the same.
WAYS = (
    ((email("rex.example@gmail.com"),), (email("rex.example@gmail.com"),)),
    ((email("rexexample@gmail.com"),), (email("REX.Example@Gmail.com"),)),
    ((email("rex.example+work@gmail.com"),), (email("rexexample@googlemail.com"),)),
    (
        (called("Rex Example"), phone("(415) 555-0123")),
        (called("Example, Rex"), phone("+1 415 555 0123")),
    ),
    (
        (called("Mr Rex Example"), phone("415-555-0123")),
        (called("Rex"), phone("001 415 555 0123")),
    ),
    # By something unverified beside what was verified: one common tag suffices.
    (
        (email("rexexample@gmail.com"), email("other@company.example")),
        (email("other@company.example"), email("rex.example@gmail.com")),
    ),
)


def told(world):
    """Trustees in whose verdict there is a group, and whether he is shown one."""
    files = [file for trustee in world.opening for file in trustee.files.values()]
    groups = sum(isinstance(f, JudgedCase) and f.verdict.level > 0 for f in files)
    return len(files), groups, len(world.survivors["rex"].views("first"))


@cache
def filed(her_way, his_way):
    """Both reports, up to the trustees' judgement; attack and control go on from it."""
    world = World(PLAN)
    world.file("ana", her_way, 2)
    world.file("rex", his_way, 2, verified=HIMSELF)
    world.deliver_boxes()
    return world


def ask(her_way, his_way):
    world = filed(her_way, his_way).fork()
    world.settle()
    return told(world)


def try_all(trial):
    answers = [ask(*ways) for ways in WAYS]
    judged = sum(judged for judged, _, _ in answers)
    assert judged == len(WAYS) * len(World(PLAN).opening), "a pair did not match at all"
    won = sum(bool(groups or shown) for _, groups, shown in answers)
    trial.tell(won, len(WAYS), {"reports on himself": len(WAYS), "judged": judged})


def test_attack(trial):
    try_all(trial)


def test_control(trial):
    for ways in WAYS:
        filed(*ways)
    with trial.without("self-report guard", lambda *_: []):
        try_all(trial)
