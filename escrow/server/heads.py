"""Log heads that trustees show one another through the server (§L2)."""

from blind_index.labels import Label
from escrow.errors import InvalidCase
from escrow.manifest import Deployment
from escrow.messages.codec import Signed
from escrow.messages.mailbox import LogHead
from escrow.signing import open_signed, peek


def check_head(deployment: Deployment, signed: Signed) -> LogHead:
    """Verify a head against the trustee whom it names.

    Raises:
        InvalidCase: Of another deployment.
        InvalidIndex: No such opening trustee.
        InvalidSignature: That trustee did not sign it.
    """
    index = peek(signed, LogHead).index
    identity = deployment.trustee("opening", index).identity_key
    head = open_signed(signed, LogHead, Label.LOG_HEAD, identity, culprit=index)
    if head.deployment_id != deployment.deployment_id:
        raise InvalidCase("a log head of another deployment", culprit=index)
    return head
