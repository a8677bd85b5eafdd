"""Alarms and holds on their way to the trustees (§H); the server only carries."""

from blind_index.labels import Label
from escrow.errors import InvalidCase
from escrow.manifest import Deployment
from escrow.messages.codec import Signed
from escrow.messages.holds import Alarm, AlarmReceipt, Hold
from escrow.signing import open_signed, peek


def check_alarm(signed: Signed) -> Alarm:
    """Verify an alarm.

    Raises:
        InvalidSignature: Not signed by the report key that it names.
    """
    key = peek(signed, Alarm, culprit="client").report_key
    return open_signed(signed, Alarm, Label.ALARM, key, culprit="client")


def check_alarm_receipt(
    deployment: Deployment, sender: int, signed: Signed
) -> AlarmReceipt:
    """Verify a trustee's receipt for an alarm.

    Raises:
        InvalidCase: In another trustee's name, or of another deployment.
        InvalidSignature: That trustee did not sign it.
    """
    identity = deployment.trustee("opening", sender).identity_key
    receipt = open_signed(
        signed, AlarmReceipt, Label.ALARM_RECEIPT, identity, culprit=sender
    )
    said = (receipt.index, receipt.deployment_id)
    if said != (sender, deployment.deployment_id):
        raise InvalidCase("an alarm receipt of another trustee", culprit=sender)
    return receipt


def check_hold(deployment: Deployment, sender: int, signed: Signed) -> Hold:
    """Verify a trustee's own hold or resumption.

    Raises:
        InvalidCase: In another trustee's name, or of another deployment.
        InvalidSignature: That trustee did not sign it.
    """
    identity = deployment.trustee("opening", sender).identity_key
    hold = open_signed(signed, Hold, Label.HOLD, identity, culprit=sender)
    if (hold.index, hold.deployment_id) != (sender, deployment.deployment_id):
        raise InvalidCase("a hold of another trustee", culprit=sender)
    return hold
