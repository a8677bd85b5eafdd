"""What a provider was told to erase and has not confirmed, for the operator."""

from collections.abc import Iterable
from typing import Final

from escrow.operation.database.address import Database
from escrow.operation.database.look import look
from escrow.operation.doctor import Finding, judge

_LATE_DAYS: Final = 1


def overdue(place: Database, day: int) -> Iterable[Finding]:
    """None may be older than a day."""
    limit = day - _LATE_DAYS
    statement = f"SELECT count(*) FROM pending_deletion WHERE day < {limit}"  # noqa: S608 - a number
    ((late,),) = look(place, statement)
    fix = "`pending-deletions` lists them; call the provider"
    yield judge("deletions", f"{late} overdue", fix, bad=late > 0)
