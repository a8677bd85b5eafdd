"""Alarms on their way to the trustees (§H1); the server only carries."""

from blind_index.labels import Label
from escrow.messages.codec import Signed
from escrow.messages.holds import Alarm
from escrow.signing import open_signed, peek


def check_alarm(signed: Signed) -> Alarm:
    """Verify an alarm.

    Raises:
        InvalidSignature: Not signed by the report key that it names.
    """
    key = peek(signed, Alarm, culprit="client").report_key
    return open_signed(signed, Alarm, Label.ALARM, key, culprit="client")
