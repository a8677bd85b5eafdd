"""How far a report is taken back, by what its trustees signed (§F11)."""

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from escrow.client.filing import erased_by
from escrow.client.vault import SavedReport
from escrow.manifest import Deployment
from escrow.messages.codec import Signed
from escrow.report.contents import quorum


def note_erasures(
    deployment: Deployment, report: SavedReport, erasures: Sequence[Signed]
) -> SavedReport:
    """The report with every trustee whose erasure receipt verified, ever.

    A server that lost what it was told before takes nothing back by that.
    """
    return with_erased(report, erased_by(deployment, report, erasures))


def with_erased(report: SavedReport, trustees: Collection[int]) -> SavedReport:
    """The report with these among the trustees whose receipts verified."""
    return replace(report, erased=tuple(sorted({*report.erased, *trustees})))


def is_proven(
    deployment: Deployment, report: SavedReport, erasures: Sequence[Signed]
) -> bool:
    """Whether the report was taken back, though an old vault does not know of it.

    Only its key signs a withdrawal, and of t' trustees that signed that they erased
    for one, one is honest.
    """
    signed = erased_by(deployment, report, erasures)
    return len(signed) >= quorum(deployment).trustee_threshold


def is_erased(deployment: Deployment, report: SavedReport) -> bool:
    """Whether every opening trustee signed that its shares are gone."""
    return len(report.erased) == quorum(deployment).size


def is_gone(deployment: Deployment, report: SavedReport) -> bool:
    """Whether fewer trustees than are needed to open it may still hold shares."""
    needed = quorum(deployment)
    return needed.size - len(report.erased) < needed.trustee_threshold
