"""What trustees signed about a report: verified in one place (§F10, §F11, §C, §H)."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from blind_index.errors import ProtocolError
from blind_index.labels import Label
from escrow.client.vault import SavedReport
from escrow.manifest import Deployment
from escrow.messages.cases import AnswerReceipt
from escrow.messages.codec import Signed
from escrow.messages.filing import ErasureReceipt, ShareReceipt
from escrow.messages.holds import AlarmReceipt
from escrow.signing import open_signed, peek, public_key

R = TypeVar("R", ShareReceipt, ErasureReceipt, AnswerReceipt, AlarmReceipt)


def open_receipts(
    deployment: Deployment,
    report: SavedReport,
    receipts: Sequence[Signed],
    kind: type[R],
    label: Label,
) -> Iterator[R]:
    """The receipts about this report that their trustees signed.

    One that does not hold is passed over: it is not her trustee's word.

    Args:
        deployment: The pinned manifest.
        report: Hers.
        receipts: As the API shows them.
        kind: Of receipt.
        label: Under which it is signed.
    """
    mine = deployment.deployment_id, public_key(report.keys().report_seed)
    for signed in receipts:
        try:
            index = peek(signed, kind).index
            identity = deployment.trustee("opening", index).identity_key
            receipt = open_signed(signed, kind, label, identity)
        except ProtocolError:
            continue
        if (receipt.deployment_id, receipt.report_key) == mine:
            yield receipt
