"""M09: a witness who is to count, to come uninvited, or to be shown a member."""

from functools import cache

import pytest
from msgspec.structs import replace

from escrow.messages.cases import NudgeLetter, Release
from escrow.server.matching import Group
from escrow.trustee.case_files import JudgedCase
from tests.world.dealt import Plan
from tests.world.test_witnesses import (
    _claim,
    _holders,
    invitation,
    invite,
    met_with_a_witness,
)
from tests.world.world import World
from threat_model.known_bad import sociable

GROUP = ("ana", "bea", "cleo")
WITNESSES = 2


# Counted


def with_others(*, witness):
    """Two members, and others about the same person: witnesses or members."""
    world = World(Plan(name="M09"))
    names = [f"other {number}" for number in range(WITNESSES)]
    for name in names:
        if witness:
            world.saw(name)
        else:
            world.file(name, group=3)
    world.file_all("ana", "bea")
    return world, names


def counted(*, witness):
    """The API claims every group that it can think of; in how many one opens."""
    world, names = with_others(witness=witness)
    claims = [
        Group(3, _holders(world)),
        *(Group(3, _holders(world, "ana", "bea", name)) for name in names),
        *(Group(2, _holders(world, "ana", name)) for name in names),
        Group(3, _holders(world, "ana", "bea"), _holders(world, names[0])[0]),
    ]
    for claim in claims:
        _claim(world, claim)
    files = [file for trustee in world.opening for file in trustee.files.values()]
    won = sum(isinstance(f, JudgedCase) and f.verdict.level > 0 for f in files)
    return won, len(claims) * len(world.opening)


def test_attack_counted(trial):
    won, tries = counted(witness=True)
    trial.tell(won, tries, {"claims": tries}, part="counted")


def test_control_counted(trial):
    """The same people, had they filed reports of their own."""
    won, tries = counted(witness=False)
    trial.tell(won, tries, {"claims": tries}, part="counted")


# Uninvited


def uninvited(world):
    """A witness and the API push; nobody who met has invited her."""
    said = len(world.said)
    view = invitation(world, "ana")
    wren = world.survivors["wren"]
    wren.answer("first", replace(view, member=len(GROUP)), "yes")
    world.settle()
    # Dana is in a later group: she was never introduced in this one.
    world.file_all("dana")
    dana = world.survivors["dana"]
    for place in range(len(GROUP)):
        dana.answer("first", replace(view, member=place), "yes")
    world.settle()
    return given(world, said)


def given(world, since):
    """Shares of her contact, and of her nudge, that trustees gave away since then."""
    cases = {i for i, case in world.server.cases.items() if case.group.witness}
    return sum(
        isinstance(letter, Release | NudgeLetter) and letter.case_id in cases
        for _, letter in world.said[since:]
    )


def try_uninvited(trial, world):
    tries = 2 * len(world.opening)
    trial.tell(uninvited(world), tries, {"answers": 4}, part="uninvited")


def test_attack_uninvited(trial):
    try_uninvited(trial, met_with_a_witness())


def test_control_uninvited(trial):
    world = met_with_a_witness()
    with trial.without("who may invite", sociable.everybody_invites):
        try_uninvited(trial, world)


# Members shown to her


@cache
def _invited():
    world = met_with_a_witness()
    invite(world, *GROUP)
    return world


def try_reverse(trial, world):
    """Everybody has invited her and she comes: what of the members goes to her?"""
    world.consent("wren")
    world.settle()
    releases = [
        letter
        for _, letter in world.said
        if isinstance(letter, Release) and world.server.cases[letter.case_id]
    ]
    about = [r for r in releases if world.server.cases[r.case_id].group.witness]
    assert {r.reader for r in about if r.giver == len(GROUP)} == set(range(len(GROUP)))
    won = sum(release.reader == len(GROUP) for release in about)
    tries = len(GROUP) * len(world.opening)
    trial.tell(won, tries, {"invitations": len(GROUP)}, part="shown to her")


def test_attack_shown_to_her(trial):
    try_reverse(trial, _invited().fork())


def test_control_shown_to_her(trial):
    world = _invited().fork()
    with trial.without("nothing goes to a witness", sociable.both_ways):
        try_reverse(trial, world)


@pytest.fixture(scope="module", autouse=True)
def _an_invited_witness_comes():
    """The way is open: who is invited and says yes is met."""
    world = _invited().fork()
    world.consent("wren")
    world.settle()
    assert "wren" in world.contacts("ana")
