"""O17: whoever has the API asks trustees to say again what they said (§T1, §T8)."""

from functools import cache

from escrow.messages.cases import CaseClaim, NudgeLetter, Release
from tests.world.world import claimed
from threat_model.known_bad import forgetful

NAMES = ("ana", "bea", "cleo")
RUN_OUT_DAYS = 61
LATER_DAYS = 31


def says_no(world):
    world.consent("ana", "no")


def takes_back(world):
    world.withdraw("ana")


def changes(world):
    ana = world.survivors["ana"]
    ana.submit(ana.changed("first"))


def waits(world):
    world.pass_days(RUN_OUT_DAYS)


SCENES = (says_no, takes_back, changes, waits)


@cache
def _met():
    world = claimed(*NAMES)
    (claim,) = [w for w in world.queue(world.opening[0]) if isinstance(w, CaseClaim)]
    world.settle()
    world.consent_all()
    assert world.contacts("ana") == ["bea", "cleo"]
    return world, claim


def met():
    """Three who met; and the claim of their case, for whoever keeps it."""
    world, claim = _met()
    return world.fork(), claim


def ask_again(world, claim):
    """The question of a restored server, and the old claim once more."""
    said = len(world.said)
    world.server.ask_for_cases()
    world.server.to_all(claim)
    world.settle()
    return [letter for _, letter in world.said[said:]]


def given_away(scenes):
    """Won for each trustee that gives or is given ana when that is over."""
    won = tries = letters = 0
    for scene in scenes:
        world, claim = met()
        file = world.opening[0].files[claim.case_id]
        keys = [member.report_key for member in file.members]
        ana = keys.index(world.survivors["ana"].report_key("first"))
        scene(world)
        world.settle()
        again = ask_again(world, claim)
        letters += len(again)
        releases = [one for one in again if isinstance(one, Release)]
        found = {r.index for r in releases if ana in (r.giver, r.reader)}
        won, tries = won + len(found), tries + len(world.opening)
    return won, tries, letters


def notes_of(days):
    """Won for each trustee that says where a note of so many days ago went."""
    world, claim = met()
    world.day += days
    again = ask_again(world, claim)
    won = {one.index for one in again if isinstance(one, NudgeLetter)}
    return len(won), len(world.opening)


def test_attack_what_is_over(trial):
    won, tries, letters = given_away(SCENES)
    assert letters
    trial.tell(won, tries, {"letters": letters}, part="what is over")


def test_control_what_is_over(trial):
    met()
    with trial.without("said again while it may be", forgetful.whatever_was_released):
        won, tries, letters = given_away(SCENES[:1])
    trial.tell(won, tries, {"letters": letters}, part="what is over")


def test_attack_old_notes(trial):
    won, tries = notes_of(LATER_DAYS)
    trial.tell(won, tries, {"days": LATER_DAYS}, part="old notes")


def test_control_old_notes(trial):
    met()
    with trial.without("nudges are young", forgetful.everything_is_young):
        won, tries = notes_of(LATER_DAYS)
    trial.tell(won, tries, {"days": LATER_DAYS}, part="old notes")
