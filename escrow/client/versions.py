"""Which version of a report the next one builds on, whatever the API lost (§F13)."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from blind_index.labels import Label
from escrow.client.receipts import open_receipts
from escrow.client.vault import SavedReport, SealedVersion
from escrow.manifest import Deployment
from escrow.messages.codec import Digest, Signed
from escrow.messages.filing import ShareReceipt
from escrow.report.contents import quorum

#: More attempts than these are forgotten, the oldest first.
_MOST_UNSETTLED: Final = 8


def sealed_version(report: SavedReport) -> SealedVersion | None:
    """The version that the vault names; None before the first."""
    if report.header_digest is None:
        return None
    return SealedVersion(report.version, report.header_digest)


def own_digests(report: SavedReport) -> set[Digest]:
    """Every version of hers that somebody may hold, as she sealed it."""
    return {one.header_digest for one in _own(report)}


def version_of(report: SavedReport, digest: Digest) -> int:
    """The number of one of her own versions; 0 for any other."""
    found = (one.version for one in _own(report) if one.header_digest == digest)
    return next(found, 0)


def _own(report: SavedReport) -> tuple[SealedVersion, ...]:
    named = (report.stored, sealed_version(report))
    return (*report.unsettled, *(one for one in named if one is not None))


def with_unsettled(report: SavedReport) -> SavedReport:
    """The report with the version that it names among those that may be held.

    Before another one takes its place: it may have been taken, and a group that
    formed of it is hers all the same.
    """
    current = sealed_version(report)
    if current is None or current == report.stored or current in report.unsettled:
        return report
    kept = (*report.unsettled, current)[-_MOST_UNSETTLED:]
    return replace(report, unsettled=kept)


def settled(report: SavedReport) -> SavedReport:
    """The report once t' receipts for the version that it names were verified."""
    return replace(report, stored=sealed_version(report), unsettled=())


def build_on(report: SavedReport, ground: SealedVersion | None) -> SavedReport:
    """The report as the next version is to be sealed: on this one, or as the first."""
    kept = with_unsettled(report)
    if ground is None:
        return replace(kept, version=0, header_digest=None)
    return replace(kept, version=ground.version, header_digest=ground.header_digest)


def proven_receipts(
    deployment: Deployment, report: SavedReport, receipts: Sequence[Signed]
) -> list[ShareReceipt]:
    """Receipts about this report that their trustees signed; of each its newest.

    Returns:
        The newest version first.
    """
    label = Label.SHARE_RECEIPT
    proven: dict[int, ShareReceipt] = {}
    for receipt in open_receipts(deployment, report, receipts, ShareReceipt, label):
        known = proven.get(receipt.index)
        if known is None or receipt.version > known.version:
            proven[receipt.index] = receipt
    return sorted(proven.values(), key=lambda receipt: -receipt.version)


def is_overtaken(
    deployment: Deployment, report: SavedReport, shown: Sequence[ShareReceipt]
) -> bool:
    """Whether fewer than t' trustees can still take the version that the vault names.

    The others hold a newer one, or another of its number.

    Args:
        deployment: The pinned manifest.
        report: Hers.
        shown: From `proven_receipts`.
    """
    rivals = [
        receipt
        for receipt in shown
        if receipt.version >= report.version
        and receipt.header_digest != report.header_digest
    ]
    needed = quorum(deployment)
    return needed.size - len(rivals) < needed.trustee_threshold


def ground_of(
    deployment: Deployment, report: SavedReport, shown: Sequence[ShareReceipt]
) -> SealedVersion | None:
    """The newest version that can be believed to be held; None if there is none.

    Believed is what t' receipts once proved, a trustee about a version that she
    sealed, and t' trustees together about one that her vault does not know: then an
    honest one is among them, and none alone can use up the numbers.
    """
    own = {one.header_digest: one for one in _own(report)}
    found = [own[r.header_digest] for r in shown if r.header_digest in own]
    if report.stored is not None:
        found.append(report.stored)
    needed = quorum(deployment).trustee_threshold
    if len(shown) >= needed:
        together = shown[needed - 1]
        found.append(SealedVersion(together.version, together.header_digest))
    return max(found, key=lambda one: one.version, default=None)


def next_ground(
    deployment: Deployment,
    report: SavedReport,
    shown: Sequence[ShareReceipt],
    *,
    late: bool = False,
) -> SealedVersion | None:
    """What the next version must build on; None if the vault's own is on its way.

    Args:
        deployment: The pinned manifest.
        report: Hers, of version 1 or later.
        shown: What the API has of it, from `proven_receipts`.
        late: Whether trustees had time enough to answer.
    """
    if is_overtaken(deployment, report, shown):
        return ground_of(deployment, report, shown)
    if any(receipt.header_digest == report.header_digest for receipt in shown):
        return None
    older = any(receipt.version < report.version for receipt in shown)
    lost = late and report.stored == sealed_version(report)
    return ground_of(deployment, report, shown) if older or lost else None
