"""What trustees confirm to a survivor: shares held, shares erased (§F10, §F11)."""

from collections.abc import Collection

from blind_index.labels import Label
from escrow.errors import ConflictingReport
from escrow.manifest import Deployment
from escrow.messages.codec import Digest, Signed
from escrow.messages.filing import ErasureReceipt, ShareReceipt
from escrow.server.filing import StoredReport
from escrow.signing import open_signed, peek


def check_receipt(
    deployment: Deployment, sender: int, stored: StoredReport, signed: Signed
) -> ShareReceipt:
    """Verify a trustee's receipt for the version in force, or for one in its place.

    A server that lost a version learns so that it is held, and its author, too.

    Raises:
        ConflictingReport: About another deployment or trustee, or an older version.
        InvalidSignature: Not signed by that trustee.
    """
    identity = deployment.trustee("opening", sender).identity_key
    receipt = open_signed(
        signed, ShareReceipt, Label.SHARE_RECEIPT, identity, culprit=sender
    )
    said = (receipt.deployment_id, receipt.index, receipt.report_key)
    due = (deployment.deployment_id, sender, stored.report_key)
    if said != due or receipt.version < stored.version or stored.withdrawn:
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
        ConflictingReport: About another deployment, trustee or withdrawal.
        InvalidSignature: Not signed by that trustee.
    """
    identity = deployment.trustee("opening", sender).identity_key
    receipt = open_signed(
        signed, ErasureReceipt, Label.ERASURE_RECEIPT, identity, culprit=sender
    )
    said = (receipt.deployment_id, receipt.index, receipt.report_key, receipt.version)
    due = (deployment.deployment_id, sender, stored.report_key, stored.version)
    if said != due or not stored.withdrawn:
        raise ConflictingReport("an erasure of something else", culprit=sender)
    return receipt
