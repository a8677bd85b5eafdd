"""C14: verified liars put shares that fit nothing in front of honest ones."""

from escrow import lock_search
from escrow.lock_search import judge_locks
from threat_model.harness.locks import Group
from threat_model.known_bad.naive_lock import first_shares

LEVELS = (2, 3, 4, 5, 7)
HONEST = 3
LIARS = (0, 1, 2, 5, 9, 14, 24)


def missed(trial):
    """Numbers of liars with whom not exactly the honest three open; and work."""
    found, work = [], {}
    for liars in LIARS:
        group = Group(f"{trial.seed} {liars}", LEVELS)
        members = [group.bogus(HONEST) for _ in range(liars)]
        members += [group.honest(HONEST) for _ in range(HONEST)]
        seen = _Counted()
        opening = judge_locks(members, LEVELS, group.base)
        work[liars] = seen.stop()
        standing = sorted(opening.members) if opening else []
        if standing != list(range(liars, liars + HONEST)):
            found.append(liars)
    return found, work


class _Counted:
    """Counts how many sets of shares the product tries; changes nothing."""

    def __init__(self):
        self._honest = lock_search._self_consistent
        self._tried = 0
        lock_search._self_consistent = self._count

    def _count(self, points, level):
        self._tried += 1
        return self._honest(points, level)

    def stop(self):
        lock_search._self_consistent = self._honest
        return self._tried


def tell(trial):
    found, work = missed(trial)
    told = ", ".join(f"{liars}: {sets}" for liars, sets in work.items())
    notes = {"sets of shares tried, by liars": told}
    trial.tell(len(found), len(LIARS), {"bogus locks": sum(LIARS)}, notes=notes)


def test_attack(trial):
    tell(trial)


def test_control(trial):
    with trial.without("search among shares", first_shares):
        tell(trial)
