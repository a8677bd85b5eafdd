"""The server takes in reports, new versions and withdrawals (§F9, §F11)."""

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


def check_first(core: Core) -> None:
    """Refuse a later version of a report that is not stored.

    Raises:
        ConflictingReport: It is one.
    """
    if core.version != 1:
        raise ConflictingReport("a version of a report that is not stored")


def admit_version(
    stored: StoredReport | None, report: CheckedReport
) -> Literal["first", "next", "same"]:
    """What a checked submission is to what is stored.

    A first version costs a token; the same again is answered again.

    Raises:
        ConflictingReport: Withdrawn, or not the successor of what is stored.
    """
    core = report.core
    if stored is None:
        check_first(core)
        return "first"
    if stored.withdrawn:
        raise ConflictingReport("the report was withdrawn")
    if stored.witness != bool(core.witness):
        raise ConflictingReport("a witness's report does not become another's")
    if report.digest == stored.header_digest:
        return "same"
    if core.version != stored.version + 1 or core.previous != stored.header_digest:
        raise ConflictingReport("not the successor of the stored version")
    return "next"


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
