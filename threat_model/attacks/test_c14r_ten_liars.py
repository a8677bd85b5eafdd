"""C14R: with ten liars in front, three honest people do not find each other."""

from escrow.match_lock import judge_locks
from threat_model.harness.locks import Group

LEVELS = (2, 3, 4, 5, 7)
HONEST, TRIES = 3, 3


def blocked(trial, liars):
    won = 0
    for number in range(TRIES):
        group = Group(f"{trial.seed} {number}", LEVELS)
        members = [group.bogus(HONEST) for _ in range(liars)]
        members += [group.honest(HONEST) for _ in range(HONEST)]
        won += judge_locks(members, LEVELS, group.base) is None
    notes = {"verified people it takes": str(liars)}
    trial.tell(won, TRIES, {"bogus locks": liars * TRIES}, notes=notes)


def test_attack(trial):
    blocked(trial, 10)


def test_control(trial):
    blocked(trial, 9)
