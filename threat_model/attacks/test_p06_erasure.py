"""P06: what is left in the files of a report that was taken back."""

from tests.api.running import running
from tests.world.dealt import Plan
from tests.world.world import X

PLAN = Plan(name="P06")
PIECE = slice(200, 232)


async def left_as_it_is(_engine):
    """A store that deletes, and trusts that deleted is gone."""


def remains(folder):
    """Pieces of the withdrawn report's parts in any file, and bytes searched."""
    with running(folder, PLAN) as world:
        ana = world.person("ana")
        submission = ana.submit(ana.draft(X, 3, "first"))
        world.settle()
        pieces = [bytes(part[PIECE]) for part in submission.parts]
        assert all(piece in world.stored_bytes() for piece in pieces)
        ana.withdraw("first")
        files = [path for path in folder.rglob("*") if path.is_file()]
        stored = b"".join(path.read_bytes() for path in files)
    return sum(piece in stored for piece in pieces), len(pieces), len(stored)


def try_all(trial, folder):
    won, tries, searched = remains(folder)
    trial.tell(won, tries, {"withdrawals": 1, "bytes searched": searched})


def test_attack(trial, tmp_path):
    try_all(trial, tmp_path)


def test_control(trial, tmp_path):
    with trial.without("log emptied", left_as_it_is):
        try_all(trial, tmp_path)
