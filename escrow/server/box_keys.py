"""The opening trustees' short-lived keys, as the server takes them in (§T4)."""

from escrow.box_keys import check_box_key
from escrow.errors import InvalidManifest
from escrow.manifest import Deployment
from escrow.messages.codec import Signed
from escrow.messages.deployment import BoxKey

# A trustee's clock may be a day ahead of the server's.
_CLOCK_DAYS = 1


def admit_box_key(
    deployment: Deployment, sender: int, signed: Signed, *, day: int
) -> BoxKey:
    """Verify a box key that a trustee wants to be used from now on.

    Raises:
        InvalidManifest: Another deployment or trustee, or not valid today.
        InvalidSignature: Not signed by that trustee.
        MalformedMessage: Nothing could be sealed to it.
    """
    key = check_box_key(deployment, signed)
    if key.index != sender:
        raise InvalidManifest("a box key of somebody else", culprit=sender)
    if not key.first_day - _CLOCK_DAYS <= day <= key.last_day:
        raise InvalidManifest("a box key for other days", culprit=sender)
    return key
