"""Something is not right: say so, and see who heard it (§H1)."""

from blind_index.errors import ProtocolError
from blind_index.labels import Label
from escrow.client.vault import SavedReport
from escrow.manifest import Deployment
from escrow.messages.cases import CaseView
from escrow.messages.codec import Signed
from escrow.messages.holds import Alarm, AlarmReceipt
from escrow.signing import open_signed, peek, public_key, sign


def raise_alarm(report: SavedReport, view: CaseView, *, day: int) -> Signed:
    """The signed alarm about a case in which she was introduced; no details."""
    seed = report.keys().report_seed
    alarm = Alarm(case_id=view.case_id, report_key=public_key(seed), day=day)
    return sign(seed, Label.ALARM, alarm)


def heard_by(
    deployment: Deployment, report: SavedReport, view: CaseView
) -> dict[int, int]:
    """Which trustees signed that they heard her alarm, and until when they wait.

    A receipt that does not hold is passed over: it is not her trustee's word.
    """
    key = public_key(report.keys().report_seed)
    heard = {}
    for signed in view.alarms:
        try:
            index = peek(signed, AlarmReceipt).index
            identity = deployment.trustee("opening", index).identity_key
            receipt = open_signed(signed, AlarmReceipt, Label.ALARM_RECEIPT, identity)
        except ProtocolError:
            continue
        said = (receipt.deployment_id, receipt.case_id, receipt.report_key)
        if said == (deployment.deployment_id, view.case_id, key):
            heard[index] = receipt.until_day
    return heard
