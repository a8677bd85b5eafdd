"""Letterboxes: what both ends know of one: its size, its days, its context (§N)."""

from typing import Final

from blind_index.labels import Label
from blind_index.transcript import digest
from escrow.manifest import Deployment
from escrow.messages.codec import PublicKey
from escrow.padding import NUDGE_BYTES
from escrow.sealing import SEALED_OVERHEAD_BYTES

PERIOD_DAYS: Final = 91  # thirteen weeks
LETTERBOX_BYTES: Final = NUDGE_BYTES + SEALED_OVERHEAD_BYTES


def letterbox_context(
    deployment: Deployment, key: PublicKey, counter: int
) -> tuple[bytes, bytes, bytes]:
    """To what an address is bound: it cannot be moved to another letterbox."""
    return deployment.deployment_id, key, counter.to_bytes(8, "big")


def next_letter_day(key: PublicKey, after: int) -> int:
    """The first day later than `after` on which a letterbox gets its letter.

    One in each period of 91 days. It follows from the letterbox's key, which her
    client and the notice service know and nobody else: to others it is random.
    """
    period = after // PERIOD_DAYS
    this, following = _letter_day(key, period), _letter_day(key, period + 1)
    return this if this > after else following


def _letter_day(key: PublicKey, period: int) -> int:
    drawn = digest(Label.LETTER_DAY, key, period.to_bytes(4, "big"))
    return period * PERIOD_DAYS + int.from_bytes(drawn) % PERIOD_DAYS
