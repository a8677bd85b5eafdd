"""M10: a trustee that holds for ever, orders that nobody gave, a hold kept quiet."""

import pytest
from msgspec.structs import replace

from blind_index.labels import Label
from escrow.client import alarm
from escrow.messages.codec import Blob, encode
from escrow.messages.holds import HONOURED_DAYS, Alarm, Hold, HoldNotice
from escrow.messages.mailbox import AlarmNotice
from escrow.signing import peek, sign
from tests.world.world import asked, connected
from threat_model.known_bad import sociable

GROUP = ("ana", "bea", "cleo")
DAYS = 100


def case_of(world):
    return next(iter(world.server.cases))


# For ever


def delayed(world):
    """One trustee holds again every day; days until the group meets."""
    world.hold(1, case_of(world))
    world.settle()
    world.consent_all(*GROUP)
    for day in range(DAYS):
        if world.contacts("ana"):
            return day - 1
        world.pass_days(1)
        world.hold(1, case_of(world), ("doubt", "legal", "log")[day % 3])
        world.settle()
    return DAYS


def try_for_ever(trial, world):
    won = delayed(world)
    assert world.log(2, "hold")
    notes = {f"days, {trial.kind}": str(won)}
    trial.tell(won, DAYS, {"orders": won}, part="for ever", notes=notes)


def test_attack_for_ever(trial):
    assert trial.attack.bound == HONOURED_DAYS
    try_for_ever(trial, asked(*GROUP))


def test_control_for_ever(trial):
    world = asked(*GROUP)
    with trial.without("from the first hold", sociable.honoured_from_the_last):
        try_for_ever(trial, world)


# Nobody's


def forged(world):
    """Orders that the API makes up out of what it has seen."""
    case_id = case_of(world)
    ana, bea = world.survivors["ana"], world.survivors["bea"]
    (view,) = ana.views("first")
    own = alarm.raise_alarm(ana.reports["first"], view, day=world.day)
    seed = ana.reports["first"].keys().report_seed
    another = replace(peek(own, Alarm), report_key=bea.report_key("first"))
    world.hold(1, case_id)
    order = next(said for _, said in world.said if isinstance(said, HoldNotice)).hold
    world.settle()
    world.resume(1, case_id)
    world.settle()
    told = peek(order, Hold)
    yield HoldNotice(hold=order)
    for change in ({"number": 9}, {"index": 2, "number": 9}, {"index": 3, "number": 9}):
        yield HoldNotice(
            hold=replace(order, payload=Blob(encode(replace(told, **change))))
        )
    yield AlarmNotice(alarm=sign(seed, Label.ALARM, another))
    yield AlarmNotice(
        alarm=replace(own, payload=Blob(encode(replace(another, day=world.day))))
    )


def try_nobodys(trial, world):
    notices = list(forged(world))
    won = 0
    for notice in notices:
        world.server.to_all(notice)
        world.settle()
        won += any(t.holds.in_force(world.day) for t in world.opening)
    done = {"orders": len(notices)}
    trial.tell(won, len(notices), done, part="nobody's", allowed=0)


def test_attack_nobodys(trial):
    try_nobodys(trial, connected(*GROUP))


def test_control_nobodys(trial):
    world = connected(*GROUP)
    with trial.without("orders are signed", sociable.read_unsigned):
        try_nobodys(trial, world)


# Kept quiet


def try_kept_quiet(trial, world):
    """The API drops a hold; does the trustee that gave it release all the same?"""
    holder = world.opening[0]
    holder.order(case_of(world), "doubt", world.day)
    world.consent_all(*GROUP)
    # Its fellows, who never heard, are enough.
    assert world.contacts("ana") == ["bea", "cleo"]
    won = sum(index == holder.index for _, index, _, _ in world.released())
    done = {"orders dropped": 1}
    trial.tell(won, len(GROUP) * 2, done, part="kept quiet", allowed=0)


def test_attack_kept_quiet(trial):
    try_kept_quiet(trial, asked(*GROUP))


def test_control_kept_quiet(trial):
    world = asked(*GROUP)
    with trial.without("a held case rests", lambda *_: False):
        try_kept_quiet(trial, world)


@pytest.fixture(scope="module", autouse=True)
def _an_order_is_heeded():
    """What is given as it should be stops the release."""
    world = asked(*GROUP)
    world.hold(1, case_of(world))
    world.settle()
    world.consent_all(*GROUP)
    assert not world.released()
