"""File a report, change it, take it back (§F)."""

from collections.abc import Sequence

from msgspec.structs import replace

from blind_index.errors import InputError
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from escrow.box_keys import check_box_keys
from escrow.calendar import month_of
from escrow.client.receipts import open_receipts
from escrow.client.vault import Registration, SavedReport
from escrow.client.versions import with_unsettled
from escrow.errors import InvalidReport
from escrow.manifest import Deployment
from escrow.messages.codec import Blob, Nonce, Signed
from escrow.messages.deployment import BoxKey, BoxKeys
from escrow.messages.filing import (
    ErasureReceipt,
    ReportSubmission,
    ShareReceipt,
    Token,
    Withdrawal,
)
from escrow.note import NO_NOTE
from escrow.report.contents import Content, Version, Wishes, header_digest, quorum
from escrow.report.seal import seal_report
from escrow.signing import public_key, sign

OUTPUT_BYTES = 64
#: From the month of her choice; few, so that its last month tells little of a report.
KEPT_YEARS = (1, 2, 3, 5)
#: So many months before its end she is asked whether to keep it longer.
NEAR_MONTHS = 3
_MONTHS_A_YEAR = 12


def last_month(day: int, years: int) -> int:
    """Until when a report is kept that is to be kept for so long from this day (§F12).

    Raises:
        InputError: Another number of years than those that are offered.
    """
    if years not in KEPT_YEARS:
        offered = ", ".join(map(str, KEPT_YEARS))
        raise InputError(
            "years", "this time is not offered", f"Choose one of {offered}."
        )
    return month_of(day) + _MONTHS_A_YEAR * years


def keep_until(report: SavedReport, expiry_month: int) -> SavedReport:
    """The report with another end; its letterbox is to end with it (§N3).

    To be sealed as a later version, and the letterbox to be written anew.
    """
    box = report.letterbox
    if expiry_month != report.expiry_month and box is not None and box.part != NO_NOTE:
        box = replace(box, written=False)
    return replace(report, expiry_month=expiry_month, letterbox=box)


def ends_soon(report: SavedReport, day: int) -> bool:
    """Whether to ask her now if it is to be kept longer."""
    return report.expiry_month - month_of(day) <= NEAR_MONTHS


def has_ended(report: SavedReport, day: int) -> bool:
    """Whether its last month is over: it is erased, at the API and the trustees."""
    return report.expiry_month < month_of(day)


def pad_outputs(
    stretched: Sequence[SecretBytes | None], *, randomness: Randomness = SYSTEM
) -> tuple[Blob, ...]:
    """The entries of the match lock: padding takes a random output (§F3)."""
    return tuple(
        Blob(randomness(OUTPUT_BYTES) if output is None else output.reveal())
        for output in stretched
    )


def current_box_keys(
    deployment: Deployment, keys: BoxKeys, *, day: int
) -> list[BoxKey]:
    """The opening trustees' current box keys, in index order.

    A trustee without a current key gets no box; it takes no part in this
    report.

    Raises:
        InvalidReport: Fewer current keys that hold than are needed.
    """
    checked = check_box_keys(deployment, keys.keys)
    current = {i: k for i, k in checked.items() if k.first_day <= day <= k.last_day}
    if len(current) < quorum(deployment).trustee_threshold:
        raise InvalidReport("too few opening trustees can take a report", culprit="api")
    return [current[index] for index in sorted(current)]


def seal_version(
    deployment: Deployment,
    registration: Registration,
    report: SavedReport,
    box_keys: Sequence[BoxKey],
    token: Token | None,
    *,
    randomness: Randomness = SYSTEM,
) -> tuple[SavedReport, ReportSubmission]:
    """Seal the next version of a saved report, and note it as sent.

    Args:
        deployment: The pinned manifest.
        registration: Whose report it is.
        report: With its outputs; version 0 if it was never taken.
        box_keys: From `current_box_keys`.
        token: For the first version, and for a later one of a report that the API
            does not have (§F13).
        randomness: As `seal_report`.

    Raises:
        InputError: A group size that is not offered, text that does not fit.
    """
    if token is None and report.version == 0:
        raise InputError("token", "a first version costs a token")
    content = Content(
        keys=report.keys(),
        standing=registration.standing(),
        wishes=Wishes(
            report.match_threshold,
            report.expiry_month,
            report.card,
            report.nudge,
            report.witness,
        ),
        version=Version(report.version + 1, report.header_digest),
        outputs=[SecretBytes(bytes(output)) for output in report.outputs],
    )
    submission = seal_report(deployment, content, box_keys, randomness=randomness)
    sent = replace(
        with_unsettled(report),
        version=report.version + 1,
        header_digest=header_digest(submission.header.payload),
    )
    return sent, replace(submission, token=token)


def begin_withdrawal(
    deployment: Deployment, report: SavedReport
) -> tuple[SavedReport, Signed]:
    """Take a report back: erased at the API and at every trustee."""
    keys = report.keys()
    withdrawal = Withdrawal(
        deployment_id=Nonce(deployment.deployment_id),
        report_key=public_key(keys.report_seed),
        version=report.version + 1,
    )
    signed = sign(keys.report_seed, Label.REPORT_WITHDRAWAL, withdrawal)
    return replace(report, withdrawn=True), signed


def held_by(
    deployment: Deployment, report: SavedReport, receipts: Sequence[Signed]
) -> list[int]:
    """Which trustees signed that they hold their shares of this version."""
    label = Label.SHARE_RECEIPT
    opened = open_receipts(deployment, report, receipts, ShareReceipt, label)
    digest = report.header_digest
    return sorted({one.index for one in opened if one.header_digest == digest})


def is_stored(deployment: Deployment, held: Sequence[int]) -> bool:
    """Whether enough trustees hold their shares for "stored" to be true."""
    return len(held) >= quorum(deployment).trustee_threshold


def erased_by(
    deployment: Deployment, report: SavedReport, erasures: Sequence[Signed]
) -> list[int]:
    """Which trustees signed that they erased their shares of this report."""
    label = Label.ERASURE_RECEIPT
    opened = open_receipts(deployment, report, erasures, ErasureReceipt, label)
    return sorted({receipt.index for receipt in opened})
