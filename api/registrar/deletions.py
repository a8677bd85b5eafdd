"""What a provider was told to erase and has not confirmed, for the operator."""

import math
from collections.abc import Iterable
from typing import Final

from escrow.operation.database.address import Database
from escrow.operation.database.look import look
from escrow.operation.doctor import Finding, judge

_A_DAY: Final = 24.0


def last_day(day: int, check_hours: float) -> int:
    """The last day on which a check may have begun that is over and not erased.

    It is noted when a check begins, and may be there for as long as that lasts; of
    what is over a day later nothing may be left.
    """
    return day - math.ceil(check_hours / _A_DAY) - 1


def overdue(place: Database, day: int, check_hours: float) -> Iterable[Finding]:
    """None may be older than a check lasts, and a day."""
    limit = last_day(day, check_hours)
    statement = f"SELECT count(*) FROM pending_deletion WHERE day < {limit}"  # noqa: S608 - a number
    ((late,),) = look(place, statement)
    fix = "`pending-deletions` lists them; call the provider"
    yield judge("deletions", f"{late} overdue", fix, bad=late > 0)
