"""Take an entry back: her will first, then the word of server and trustees (§F11)."""

from dataclasses import dataclass
from enum import Enum

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from escrow.client.filing import begin_withdrawal
from escrow.client.vault import SavedReport
from escrow.client.withdrawal import (
    is_erased,
    is_gone,
    note_erasures,
    with_erased,
)
from escrow.command import letterboxes
from escrow.command.net import Busy, Unreachable
from escrow.command.receipts import wait_until_erased
from escrow.command.survivor import Survivor
from escrow.errors import NotFound
from escrow.manifest import Deployment
from escrow.messages.cases import ReportStatus
from escrow.note import NO_NOTE

_FAILED = (Unreachable, Busy, ProtocolError)


class Progress(Enum):
    """How far an entry is taken back."""

    UNFINISHED = "it may still stand"
    NOTHING_HELD = "nobody ever held anything of it"
    GONE = "too few trustees are left to open it"


@dataclass(frozen=True)
class Withdrawal:
    """How far an entry is taken back, and which trustees signed that they erased it.

    `trouble` says why the server could not be told this time.
    """

    progress: Progress
    erased: tuple[int, ...]
    all_trustees: int
    trouble: str = ""

    @property
    def finished(self) -> bool:
        """Whether it can be called taken back."""
        return self.progress is not Progress.UNFINISHED

    @property
    def everywhere(self) -> bool:
        """Whether nobody is left who has to erase anything."""
        signed = len(self.erased) == self.all_trustees
        return self.progress is Progress.NOTHING_HELD or (self.finished and signed)

    @property
    def count(self) -> str:
        """How many trustees signed, in words."""
        return (
            f"{len(self.erased)} of {self.all_trustees} trustees have signed that they "
            "erased their part"
        )


def take_back(survivor: Survivor, label: str) -> Withdrawal:
    """Keep in the vault that she takes an entry back, and begin to do so.

    May be called again, also after every trustee has signed: all may have lost it by
    backups from before (§X). Whatever fails after her will is kept is told, not
    raised: every later look goes on.

    Raises:
        Unreachable: The vault could not be kept: nothing has changed.
    """
    survivor.open()
    survivor.change(label, lambda report: replace(report, withdrawn=True))
    return _leave(survivor, label, again=True)


def go_on(survivor: Survivor, label: str) -> Withdrawal:
    """Send the withdrawal of an entry again, unless every trustee has signed already.

    Then empty its letterbox, if that was not done.
    """
    deployment, report = survivor.place.deployment, survivor.report(label)
    return _leave(survivor, label, again=not is_erased(deployment, report))


def remember(survivor: Survivor, label: str) -> Withdrawal:
    """Go on with what trustees signed for, and an old vault knows nothing of."""
    survivor.change(label, lambda report: replace(report, withdrawn=True))
    return go_on(survivor, label)


def _leave(survivor: Survivor, label: str, *, again: bool) -> Withdrawal:
    known, trouble = True, ""
    try:
        if again:
            known = _send(survivor, label)
        letterboxes.close(survivor, label)
    except _FAILED as error:
        trouble = str(error)
    return _standing(survivor, label, known=known, trouble=trouble)


def wait(survivor: Survivor, label: str, so_far: Withdrawal) -> Withdrawal:
    """Wait a while for the trustees' word that their shares are gone.

    A trustee that is down erases when it comes back.
    """
    if so_far.everywhere or so_far.trouble:
        return so_far
    place, trouble = survivor.place, ""
    try:
        filed = wait_until_erased(place, survivor.report(label))
        survivor.change(label, lambda report: with_erased(report, filed.trustees))
    except _FAILED as error:
        trouble = str(error)
    return _standing(survivor, label, known=True, trouble=trouble)


def _send(survivor: Survivor, label: str) -> bool:
    """Send the signed withdrawal; whether the server has something under its key."""
    place, report = survivor.place, survivor.report(label)
    if report.version == 0:
        return False
    _, request = begin_withdrawal(place.deployment, report)
    try:
        status = place.http.post(
            place.url("reports/withdrawals"), request, ReportStatus
        )
    except NotFound:
        return False
    survivor.keep(note_erasures(place.deployment, report, status.erasures))
    return True


def _standing(
    survivor: Survivor, label: str, *, known: bool, trouble: str = ""
) -> Withdrawal:
    report, deployment = survivor.report(label), survivor.place.deployment
    total = len(deployment.roster.opening.trustees)
    progress = _progress(deployment, report, known=known)
    return Withdrawal(progress, report.erased, total, trouble)


def _progress(deployment: Deployment, report: SavedReport, *, known: bool) -> Progress:
    if _brings_letters(report):
        return Progress.UNFINISHED
    if is_gone(deployment, report):
        return Progress.GONE
    # Where trustees signed that they hold it, a server that knows nothing of it proves
    # nothing.
    nothing = not known and not report.stored and not report.erased
    return Progress.NOTHING_HELD if nothing else Progress.UNFINISHED


def _brings_letters(report: SavedReport) -> bool:
    box = report.letterbox
    return box is not None and (not box.written or box.part != NO_NOTE)
