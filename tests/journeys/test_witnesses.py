"""Somebody who saw something, against real processes on this machine."""

import pytest

from tests.journeys.story import everyone_met, named


def test_a_group_that_met_invites_a_witness(story):
    who = named("Waldo Ferris", "415 555 0171")
    story.file("wren", who, group=None, witness=True)
    for name in ("ana", "bea", "cara"):
        story.file(name, who)
    assert everyone_met(story, ["ana", "bea", "cara"])
    assert story.states()["wren"] == "waiting"
    story.step("invite", **{"as": "ana"})
    rows = story.ends()
    assert rows["wren"]["state"] == "connected"
    assert rows["wren"]["connected_to"] == []
    assert sorted(story.met("ana")) == ["Bea", "Cara", "Wren"]
    assert sorted(story.met("bea")) == ["Ana", "Cara"]


@pytest.mark.slow
def test_witnesses_do_not_make_a_group(story):
    who = named("Yannick Oster", "415 555 0172")
    for name in ("wren", "will"):
        story.file(name, who, group=None, witness=True)
    for name in ("ana", "bea"):
        story.file(name, who)
    assert set(story.states().values()) == {"waiting"}
