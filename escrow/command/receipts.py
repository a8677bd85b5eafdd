"""What the trustees signed about a report: held, erased, and in which version."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from blind_index.labels import Label
from escrow.client.filing import erased_by, held_by, is_stored
from escrow.client.following import ask_status
from escrow.client.vault import SavedReport
from escrow.command.net import Unreachable
from escrow.command.place import Place
from escrow.errors import InvalidSignature, NotFound
from escrow.messages.cases import ReportStatus
from escrow.messages.codec import Signed
from escrow.messages.filing import ShareReceipt
from escrow.signing import open_signed, peek, public_key

_PAUSE, _LONGEST_PAUSE = 0.1, 1.0


@dataclass(frozen=True)
class Filed:
    """How far a report is: which opening trustees hold or erased their shares."""

    trustees: tuple[int, ...]
    all_trustees: int
    enough: bool

    @property
    def everywhere(self) -> bool:
        """Whether every opening trustee signed."""
        return len(self.trustees) == self.all_trustees


def taken_version(place: Place, report: SavedReport) -> SavedReport | None:
    """What the server has of a report, as the receipts prove it.

    An interruption may have come between "sent", as the vault says, and "taken".

    Returns:
        None if it has the version that the vault names; else the report with the
        version on which the next one must build.

    Raises:
        Unreachable: It has a version, and no trustee said yet which.
    """
    if report.version == 0:
        return report
    deadline = time.monotonic() + place.http.patience
    while True:
        try:
            status = ask(place, report)
        except NotFound:
            return replace(report, version=0, header_digest=None)
        if report.version == 1 or held_by(place.deployment, report, status.receipts):
            return None
        for receipt in proven_receipts(place, report, status.receipts):
            return replace(
                report, version=receipt.version, header_digest=receipt.header_digest
            )
        if time.monotonic() > deadline:
            raise Unreachable("the opening trustees have not answered yet")
        time.sleep(_PAUSE)


def proven_receipts(
    place: Place, report: SavedReport, receipts: Sequence[Signed]
) -> list[ShareReceipt]:
    """Receipts about this report that their trustees signed, newest first."""
    key = public_key(report.keys().report_seed)
    proven = []
    for signed in receipts:
        index = peek(signed, ShareReceipt, culprit="api").index
        identity = place.deployment.trustee("opening", index).identity_key
        try:
            receipt = open_signed(signed, ShareReceipt, Label.SHARE_RECEIPT, identity)
        except InvalidSignature:
            continue
        if (receipt.deployment_id, receipt.report_key) == (
            place.deployment.deployment_id,
            key,
        ):
            proven.append(receipt)
    return sorted(proven, key=lambda receipt: -receipt.version)


def ask(place: Place, report: SavedReport) -> ReportStatus:
    """The status of a report.

    Raises:
        NotFound: The server never took it.
    """
    request = ask_status(place.deployment, report)
    return place.http.post(place.url("reports/status"), request, ReportStatus)


def wait_until_held(place: Place, report: SavedReport) -> Filed:
    """Wait until t' opening trustees signed that they hold their shares (§F10).

    Raises:
        Unreachable: They did not in time.
    """
    text = "Waiting for the opening trustees"
    with place.reporter.work(text, None):
        held = _wait(place, report, lambda status: _held(place, report, status))
    if not held.enough:
        raise Unreachable("taken, but too few opening trustees have answered yet")
    return held


def _held(place: Place, report: SavedReport, status: ReportStatus) -> Filed:
    held = held_by(place.deployment, report, status.receipts)
    total = len(place.deployment.roster.opening.trustees)
    return Filed(tuple(held), total, is_stored(place.deployment, held))


def wait_until_erased(place: Place, report: SavedReport) -> Filed:
    """Wait a while for every opening trustee's word that its shares are gone.

    Returns:
        Who signed; a trustee that is down erases when it comes back. A report that
        the server never took is erased everywhere.
    """
    total = len(place.deployment.roster.opening.trustees)
    if report.version == 0:
        return _nothing_held(total)
    with place.reporter.work("Waiting for the erasures", None):
        try:
            return _wait(place, report, lambda status: _erased(place, report, status))
        except NotFound:
            return _nothing_held(total)


def _nothing_held(total: int) -> Filed:
    return Filed(tuple(range(1, total + 1)), total, enough=True)


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
        if filed.enough or time.monotonic() > deadline:
            return filed
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
