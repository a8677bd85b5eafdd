"""The opening trustees' signed, short-lived keys for boxes and letters (§T4)."""

from collections.abc import Sequence

from blind_index.errors import ProtocolError
from blind_index.labels import Label
from escrow.errors import InvalidManifest
from escrow.manifest import Deployment
from escrow.messages.codec import Signed
from escrow.messages.deployment import BoxKey
from escrow.sealing import check_sealing_key
from escrow.signing import open_signed, peek


def check_box_key(deployment: Deployment, signed: Signed) -> BoxKey:
    """Verify a box key. Dates are left to the caller.

    Raises:
        InvalidIndex: No such trustee.
        InvalidManifest: A key of another deployment.
        InvalidSignature: Its trustee did not sign it; `culprit` names it.
        MalformedMessage: Nothing could be sealed to it.
    """
    index = peek(signed, BoxKey).index
    identity = deployment.trustee("opening", index).identity_key
    key = open_signed(signed, BoxKey, Label.BOX_KEY, identity, culprit=index)
    if key.deployment_id != deployment.deployment_id:
        raise InvalidManifest("a box key of another deployment", culprit=index)
    check_sealing_key(key.key)
    return key


def check_box_keys(deployment: Deployment, keys: Sequence[Signed]) -> dict[int, BoxKey]:
    """The signed box keys by trustee index; one that does not hold is left out."""
    checked = {}
    for signed in keys:
        try:
            key = check_box_key(deployment, signed)
        except ProtocolError:
            continue
        checked[key.index] = key
    return checked
