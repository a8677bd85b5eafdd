"""What an opening trustee says of a version that it holds (§F10, §I1)."""

from blind_index.labels import Label
from blind_index.threshold_evaluation import make_evaluation_share
from escrow.messages.codec import Digest, EncodedElement, Nonce, Proof, PublicKey
from escrow.messages.filing import IndexAnswer, ShareReceipt
from escrow.messages.mailbox import SignedReceipt
from escrow.report.check import CheckedReport
from escrow.signing import sign
from escrow.trustee.context import Trustee


def share_receipt(
    trustee: Trustee, report_key: PublicKey, version: int, header_digest: Digest
) -> SignedReceipt:
    """The trustee's word that it holds its shares of this version."""
    receipt = ShareReceipt(
        deployment_id=Nonce(trustee.deployment.deployment_id),
        index=trustee.index,
        report_key=report_key,
        version=version,
        header_digest=header_digest,
    )
    return SignedReceipt(
        receipt=sign(trustee.identity_seed, Label.SHARE_RECEIPT, receipt)
    )


def index_answer(trustee: Trustee, report: CheckedReport) -> IndexAnswer:
    """The s-evaluation of every c2 of an accepted report, of no other point."""
    share = make_evaluation_share(
        trustee.key_share, trustee.deployment.opening_keys, report.points
    )
    return IndexAnswer(
        index=trustee.index,
        header_digest=report.digest,
        evaluated_elements=tuple(EncodedElement(e.encode()) for e in share.elements),
        proof=Proof(share.proof),
    )
