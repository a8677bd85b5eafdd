"""A letterbox: where a regular note goes, linked to no report (§N)."""

from escrow.messages.codec import (
    Blob,
    Counter,
    Message,
    Month,
    Nonce,
    PublicKey,
    Signed,
)
from escrow.messages.filing import Token


class LetterboxWrite(Message, frozen=True, tag="letterbox-write/1"):
    """Make, change or empty a letterbox; signed by its own key (§N3).

    `counter` rises with every write, so that an old write cannot be replayed.
    `sealed` holds a nudge part for the notice key; an empty one empties the box.
    """

    deployment_id: Nonce
    key: PublicKey
    counter: Counter
    expiry_month: Month
    sealed: Blob


class LetterboxSubmission(Message, frozen=True, tag="letterbox-submission/1"):
    """A write on its way; `token` pays for a new letterbox."""

    write: Signed
    token: Token | None
