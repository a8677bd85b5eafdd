"""A witness's note over HTTP and SQL: she waits, is invited, comes (§N)."""

import pytest

from api.handlers.nudging import open_notice
from tests.api.running import running
from tests.world.world import X, Y


@pytest.fixture(scope="module")
def met(tmp_path_factory, new_database):
    """Three met; a note was left before they did, and another afterwards."""
    folder = tmp_path_factory.mktemp("witness")
    with running(folder, database=new_database()) as world:
        world.saw("wren")
        world.file_all("ana", "bea", "cleo")
        world.consent_all("ana", "bea", "cleo")
        world.saw("will")
        world.saw("yara", Y)
        yield world


def notes(world, name):
    return [view for view in world.survivors[name].views("first") if view.witness]


def test_the_story_of_a_witness(met):
    assert met.survivors["wren"].views("first") == []
    assert len(notes(met, "ana")) == len(notes(met, "cleo")) == 2
    assert len(_addresses(met)) == 3
    first = notes(met, "ana")[0]
    met.survivors["ana"].answer("first", first, "yes")
    met.settle()
    invited = [n for n in ("wren", "will") if met.survivors[n].views("first")]
    assert len(invited) == 1
    assert f"{invited[0]}@example.org" in _addresses(met)
    met.restart()
    met.consent(invited[0])
    met.settle()
    assert met.contacts("ana") == sorted(["bea", "cleo", invited[0]])
    assert met.contacts("bea") == ["ana", "cleo"]
    assert met.contacts(invited[0]) == []
    (view,) = met.survivors[invited[0]].views("first")
    assert view.connected
    met.withdraw(invited[0])
    met.settle()
    assert met.contacts("ana") == ["bea", "cleo"]
    assert len(notes(met, "ana")) == 1


def _addresses(world):
    desk = world.desk()
    waiting = world.read(lambda records: records.notices.waiting())
    return [open_notice(desk, notice).address for notice in waiting]


def test_who_saw_something_happen_with_somebody_else_is_not_their_witness(met):
    assert met.survivors["yara"].views("first") == []


def test_witnesses_make_no_group(world):
    world.saw("wren")
    world.saw("will")
    world.file_all("ana", "bea")
    assert world.survivors["ana"].views("first") == []
    world.file("cleo", X)
    world.settle()
    assert len(world.survivors["ana"].views("first")) == 1
