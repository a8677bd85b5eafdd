"""C14R: with 25 liars in front, three honest people do not find each other."""

from escrow.lock_search import judge_locks, searched_members
from threat_model.harness.locks import Group

LEVELS = (2, 3, 4, 5, 7)
HONEST = 3
ENOUGH = searched_members(HONEST) - HONEST + 1


def blocked(trial, liars):
    group = Group(trial.seed, LEVELS)
    members = [group.bogus(HONEST) for _ in range(liars)]
    members += [group.honest(HONEST) for _ in range(HONEST)]
    won = judge_locks(members, LEVELS, group.base) is None
    notes = {"verified people it takes": str(ENOUGH)}
    trial.tell(won, 1, {"bogus locks": liars}, notes=notes)


def test_attack(trial):
    blocked(trial, ENOUGH)


def test_control(trial):
    blocked(trial, ENOUGH - 1)
