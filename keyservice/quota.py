"""How many evaluations a verified person may buy, and how many persons a day."""

from dataclasses import dataclass

from escrow.errors import QuotaExceeded
from escrow.messages.codec import Digest, Message

# Longer than any credential lasts (escrow.credential.VALID_MONTHS), in days.
REMEMBERED_DAYS = 800


@dataclass(frozen=True)
class Rules:
    """Evaluations a person and window; newcomers a registrar and day."""

    evaluations: int = 512
    window_days: int = 30
    newcomers_per_day: int = 1000


class Spending(Message, frozen=True):
    """One admitted request: its day, how many elements, which bytes."""

    day: int
    cost: int
    request: Digest


class Account(Message, frozen=True, tag="quota-account/1"):
    """What one pseudonym of one registrar spent, as far back as it is remembered."""

    spendings: tuple[Spending, ...] = ()


@dataclass(frozen=True)
class Admission:
    """The account to keep, what was counted, and whether the person is new.

    `counted` is 0 for an identical retry.
    """

    account: Account
    counted: int
    newcomer: bool


def admit(
    rules: Rules, account: Account | None, newcomers: int, spending: Spending
) -> Admission:
    """Count a request against its person's quota, or refuse it.

    Spendings of later days count as well: setting the clock back frees
    nothing. An identical request is free for as long as any credential lasts: a
    lost answer costs nobody anything, and whoever saw the request (another
    trustee) cannot spend a person's quota by sending it again later.

    Args:
        rules: The trustee's numbers.
        account: What is kept of this person; None if never seen.
        newcomers: Persons of the same registrar first seen on this day.
        spending: The request, on its day.

    Raises:
        QuotaExceeded: Too many evaluations, or too many new persons.
    """
    if account is None and newcomers >= rules.newcomers_per_day:
        raise QuotaExceeded("too many new persons of this registrar today")
    known = account.spendings if account else ()
    kept = tuple(s for s in known if s.day > spending.day - REMEMBERED_DAYS)
    if any(s.request == spending.request for s in kept):
        return Admission(Account(spendings=kept), 0, newcomer=False)
    first_day = spending.day - rules.window_days + 1
    spent = sum(s.cost for s in kept if s.day >= first_day)
    if spent + spending.cost > rules.evaluations:
        raise QuotaExceeded("no evaluations are left in this period")
    return Admission(
        Account(spendings=(*kept, spending)),
        spending.cost,
        newcomer=account is None,
    )
