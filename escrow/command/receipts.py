"""What the trustees signed about a report: held, erased, and in which version."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from escrow.client.filing import erased_by, held_by, is_stored
from escrow.client.following import ask_status
from escrow.client.vault import SavedReport
from escrow.client.versions import (
    build_on,
    is_overtaken,
    next_ground,
    proven_receipts,
)
from escrow.command.net import Unreachable
from escrow.command.place import Place
from escrow.errors import NotFound
from escrow.messages.cases import ReportStatus
from escrow.messages.filing import ShareReceipt

_PAUSE, _LONGEST_PAUSE = 0.1, 1.0


@dataclass(frozen=True)
class Filed:
    """How far a report is: which opening trustees hold or erased their shares.

    `overtaken`: too many hold another version than the vault names (§F13).
    """

    trustees: tuple[int, ...]
    all_trustees: int
    enough: bool
    overtaken: bool = False

    @property
    def everywhere(self) -> bool:
        """Whether every opening trustee signed."""
        return len(self.trustees) == self.all_trustees


@dataclass(frozen=True)
class Base:
    """What the next version is sealed as, and whether it costs a token."""

    report: SavedReport
    paid: bool


def next_base(place: Place, report: SavedReport) -> Base | None:
    """On which version the next one builds, as the receipts prove it (§F13).

    An interruption may have come between "sent", as the vault says, and "taken"; and
    the API may have lost what it took, or say so.

    Returns:
        None if the version that the vault names is taken, or on its way.

    Raises:
        Unreachable: The API has a version, and no trustee said yet which.
    """
    if report.version == 0:
        return Base(report, paid=True)
    deadline = time.monotonic() + place.http.patience
    while True:
        try:
            status = ask(place, report)
        except NotFound:
            return Base(build_on(report, report.stored), paid=True)
        late = time.monotonic() > deadline
        shown = proven_receipts(place.deployment, report, status.receipts)
        ground = next_ground(place.deployment, report, shown, late=late)
        if ground is not None:
            return Base(build_on(report, ground), paid=False)
        if _may_wait(report, shown):
            return None
        if late:
            raise Unreachable("the opening trustees have not answered yet")
        time.sleep(_PAUSE)


def _may_wait(report: SavedReport, shown: Sequence[ShareReceipt]) -> bool:
    """Whether the API has what the vault names, as far as anybody can tell."""
    only = report.version == 1 and report.stored is None and not report.unsettled
    return only or any(one.header_digest == report.header_digest for one in shown)


def ask(place: Place, report: SavedReport) -> ReportStatus:
    """The status of a report.

    Raises:
        NotFound: The server never took it.
    """
    request = ask_status(place.deployment, report)
    return place.http.post(place.url("reports/status"), request, ReportStatus)


def wait_until_held(place: Place, report: SavedReport) -> Filed:
    """Wait until t' opening trustees signed that they hold their shares (§F10).

    Returns:
        Who signed; not enough only if the others hold another version (§F13).

    Raises:
        Unreachable: They did not in time.
    """
    text = "Waiting for the opening trustees"
    with place.reporter.work(text, None):
        held = _wait(place, report, lambda status: _held(place, report, status))
    if not held.enough and not held.overtaken:
        raise Unreachable("taken, but too few opening trustees have answered yet")
    return held


def _held(place: Place, report: SavedReport, status: ReportStatus) -> Filed:
    held = held_by(place.deployment, report, status.receipts)
    total = len(place.deployment.roster.opening.trustees)
    enough = is_stored(place.deployment, held)
    shown = proven_receipts(place.deployment, report, status.receipts)
    overtaken = not enough and is_overtaken(place.deployment, report, shown)
    return Filed(tuple(held), total, enough, overtaken)


def wait_until_erased(place: Place, report: SavedReport) -> Filed:
    """Wait a while for every opening trustee's word that its shares are gone.

    Returns:
        Who signed; a trustee that is down erases when it comes back.

    Raises:
        NotFound: The server knows nothing of it, which is nobody's signature.
    """
    with place.reporter.work("Waiting for the erasures", None):
        return _wait(place, report, lambda status: _erased(place, report, status))


def _erased(place: Place, report: SavedReport, status: ReportStatus) -> Filed:
    erased = erased_by(place.deployment, report, status.erasures)
    total = len(place.deployment.roster.opening.trustees)
    return Filed(tuple(erased), total, len(erased) == total)


def _wait(
    place: Place, report: SavedReport, read: Callable[[ReportStatus], Filed]
) -> Filed:
    deadline = time.monotonic() + place.http.patience
    pause = _PAUSE
    while True:
        filed = read(ask(place, report))
        if filed.enough or filed.overtaken or time.monotonic() > deadline:
            return filed
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
