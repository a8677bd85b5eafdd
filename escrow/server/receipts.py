"""What trustees sign and post in their own names (§F10, §F11, §C10, §H, §T6)."""

from collections.abc import Collection
from typing import TypeVar

from blind_index.labels import Label
from escrow.errors import ConflictingReport, InvalidCase
from escrow.manifest import Deployment
from escrow.messages.cases import AnswerReceipt
from escrow.messages.codec import Digest, Signed
from escrow.messages.filing import ErasureReceipt, ShareReceipt
from escrow.messages.holds import AlarmReceipt, Hold
from escrow.messages.recovery import RecordsAnswer
from escrow.server.filing import StoredReport
from escrow.signing import open_signed, peek

S = TypeVar(
    "S", ShareReceipt, ErasureReceipt, AnswerReceipt, AlarmReceipt, Hold, RecordsAnswer
)


def open_from_trustee(
    deployment: Deployment, sender: int, signed: Signed, kind: type[S], label: Label
) -> S:
    """A receipt, an order or an answer that the trustee which posted it signed itself.

    Raises:
        InvalidCase: In another trustee's name, or of another deployment.
        InvalidSignature: That trustee did not sign it.
    """
    identity = deployment.trustee("opening", sender).identity_key
    receipt = open_signed(signed, kind, label, identity, culprit=sender)
    if (receipt.index, receipt.deployment_id) != (sender, deployment.deployment_id):
        raise InvalidCase("signed in another trustee's name", culprit=sender)
    return receipt


def check_receipt(
    deployment: Deployment, sender: int, stored: StoredReport, signed: Signed
) -> ShareReceipt:
    """Verify a trustee's receipt for the version in force, or for one in its place.

    A server that lost a version learns so that it is held, and its author, too.

    Raises:
        ConflictingReport: About another report, or an older version.
        InvalidCase: In another trustee's name, or of another deployment.
        InvalidSignature: Not signed by that trustee.
    """
    label = Label.SHARE_RECEIPT
    receipt = open_from_trustee(deployment, sender, signed, ShareReceipt, label)
    older = receipt.version < stored.version or stored.withdrawn
    if receipt.report_key != stored.report_key or older:
        raise ConflictingReport("a receipt for another version", culprit=sender)
    return receipt


def held_digests(receipts: Collection[Signed]) -> set[Digest]:
    """The versions that receipts name, verified when they were taken in."""
    return {peek(signed, ShareReceipt).header_digest for signed in receipts}


def check_erasure(
    deployment: Deployment, sender: int, stored: StoredReport, signed: Signed
) -> ErasureReceipt:
    """Verify a trustee's word that a withdrawn report's shares are gone.

    Raises:
        ConflictingReport: About another withdrawal.
        InvalidCase: In another trustee's name, or of another deployment.
        InvalidSignature: Not signed by that trustee.
    """
    label = Label.ERASURE_RECEIPT
    receipt = open_from_trustee(deployment, sender, signed, ErasureReceipt, label)
    said = receipt.report_key, receipt.version
    if said != (stored.report_key, stored.version) or not stored.withdrawn:
        raise ConflictingReport("an erasure of something else", culprit=sender)
    return receipt
