"""Log heads that trustees show one another through the server (§L2)."""

from blind_index.labels import Label
from escrow.manifest import Deployment
from escrow.messages.codec import Signed
from escrow.messages.mailbox import LogHead
from escrow.signing import open_signed, peek


def check_head(deployment: Deployment, signed: Signed) -> LogHead:
    """Verify a head against the trustee whom it names.

    Raises:
        InvalidIndex: No such opening trustee.
        InvalidSignature: That trustee did not sign it.
    """
    index = peek(signed, LogHead).index
    identity = deployment.trustee("opening", index).identity_key
    return open_signed(signed, LogHead, Label.LOG_HEAD, identity, culprit=index)
