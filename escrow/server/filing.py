"""The server takes in reports, new versions and withdrawals (§F9, §F11)."""

from collections.abc import Collection
from typing import Literal

from blind_index.labels import Label
from escrow.errors import ConflictingReport
from escrow.manifest import Deployment
from escrow.messages.codec import Digest, Message, PublicKey, Signed
from escrow.messages.filing import Core, Withdrawal
from escrow.report.check import CheckedReport
from escrow.signing import open_signed, peek


class StoredReport(Message, frozen=True, tag="stored-report/1"):
    """What the server remembers of a report besides its ciphertext."""

    report_key: PublicKey
    version: int
    witness: bool
    header_digest: Digest
    withdrawn: bool


def admit_version(
    stored: StoredReport | None,
    report: CheckedReport,
    held: Collection[Digest] = (),
) -> Literal["first", "next", "same"]:
    """What a checked submission is to what is stored.

    What is not stored costs a token whatever its number: the author may have one
    that this server lost. The same again is answered again.

    Args:
        stored: What the server remembers; None if nothing.
        report: What came, signed by the report key.
        held: Versions that trustees say they hold, by their receipts.

    Raises:
        ConflictingReport: Withdrawn, of another kind, or not a later version.
    """
    core = report.core
    if stored is None:
        return "first"
    if stored.withdrawn:
        raise ConflictingReport("the report was withdrawn")
    if stored.witness != bool(core.witness):
        raise ConflictingReport("a witness's report does not become another's")
    if report.digest == stored.header_digest:
        return "same"
    if not _follows(stored, core, held):
        raise ConflictingReport("not the successor of the stored version")
    return "next"


def _follows(stored: StoredReport, core: Core, held: Collection[Digest]) -> bool:
    """Whether a version comes after the stored one (§F13).

    The number decides, as it does at the trustees. The next number must name the
    stored version, so that nobody builds on what she has not seen; unless it names
    one that trustees hold in its place. A higher one names what is not here.
    """
    if core.version == stored.version + 1:
        return core.previous == stored.header_digest or core.previous in held
    return core.version > stored.version and core.previous != stored.header_digest


def check_withdrawal(deployment: Deployment, signed: Signed) -> Withdrawal:
    """Verify a withdrawal.

    Raises:
        ConflictingReport: From another deployment.
        InvalidSignature: Not signed by the report key.
    """
    key = peek(signed, Withdrawal, culprit="client").report_key
    withdrawal = open_signed(
        signed, Withdrawal, Label.REPORT_WITHDRAWAL, key, culprit="client"
    )
    if withdrawal.deployment_id != deployment.deployment_id:
        raise ConflictingReport("a withdrawal from another deployment")
    return withdrawal
