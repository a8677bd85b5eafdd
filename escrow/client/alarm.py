"""Something is not right: say so, and see who heard it (§H1)."""

from blind_index.labels import Label
from escrow.client.receipts import open_receipts
from escrow.client.vault import SavedReport
from escrow.manifest import Deployment
from escrow.messages.cases import CaseView
from escrow.messages.codec import Signed
from escrow.messages.holds import Alarm, AlarmReceipt
from escrow.signing import public_key, sign


def raise_alarm(report: SavedReport, view: CaseView, *, day: int) -> Signed:
    """The signed alarm about a case in which she was introduced; no details."""
    seed = report.keys().report_seed
    alarm = Alarm(case_id=view.case_id, report_key=public_key(seed), day=day)
    return sign(seed, Label.ALARM, alarm)


def heard_by(
    deployment: Deployment, report: SavedReport, view: CaseView
) -> dict[int, int]:
    """Which trustees signed that they heard her alarm, and until when they wait."""
    label = Label.ALARM_RECEIPT
    opened = open_receipts(deployment, report, view.alarms, AlarmReceipt, label)
    return {one.index: one.until_day for one in opened if one.case_id == view.case_id}
