"""The opening trustees' signed, short-lived keys for boxes and letters (§T4)."""

from collections.abc import Sequence

from blind_index.errors import ProtocolError
from blind_index.labels import Label
from escrow.manifest import Deployment
from escrow.messages.codec import Signed
from escrow.messages.deployment import BoxKey
from escrow.sealing import check_sealing_key
from escrow.signing import open_signed, peek


def check_box_keys(deployment: Deployment, keys: Sequence[Signed]) -> dict[int, BoxKey]:
    """The signed box keys by trustee index; one that does not hold is left out.

    Dates are left to the caller: a trustee opens letters to its older keys too.
    """
    checked = {}
    for signed in keys:
        try:
            index = peek(signed, BoxKey).index
            identity = deployment.trustee("opening", index).identity_key
            key = open_signed(signed, BoxKey, Label.BOX_KEY, identity, culprit=index)
            check_sealing_key(key.key)
        except ProtocolError:
            continue
        if key.deployment_id == deployment.deployment_id:
            checked[index] = key
    return checked
