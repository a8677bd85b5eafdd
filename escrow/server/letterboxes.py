"""Who may write a letterbox, what it costs, when its letters go (§N)."""

from dataclasses import dataclass

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.transcript import digest
from escrow.errors import ConflictingReport, MalformedMessage
from escrow.letterbox import LETTERBOX_BYTES, letterbox_context
from escrow.manifest import Deployment
from escrow.messages.codec import Blob, Digest, Nonce, PublicKey, Signed, decode
from escrow.messages.filing import NudgePart
from escrow.messages.letterbox import LetterboxWrite
from escrow.padding import unpad
from escrow.report.check import MAX_EXPIRY_MONTHS
from escrow.sealing import open_sealed
from escrow.signing import open_signed, peek


@dataclass(frozen=True)
class Letterbox:
    """A letterbox as stored; `sealed` is None once it was emptied."""

    key: PublicKey
    counter: int
    expiry_month: int
    sealed: Blob | None


def check_write(
    deployment: Deployment, signed: Signed, *, month: int
) -> LetterboxWrite:
    """Verify a write of a letterbox.

    Raises:
        ConflictingReport: From another deployment.
        InvalidSignature: Not signed by the letterbox's key.
        MalformedMessage: A size, counter or date out of range.
    """
    key = peek(signed, LetterboxWrite, culprit="client").key
    write = open_signed(
        signed, LetterboxWrite, Label.LETTERBOX_WRITE, key, culprit="client"
    )
    if write.deployment_id != deployment.deployment_id:
        raise ConflictingReport("a letterbox of another deployment", culprit="client")
    if len(write.sealed) != LETTERBOX_BYTES or write.counter < 1:
        raise MalformedMessage("a letterbox has one size", culprit="client")
    if not month <= write.expiry_month <= month + MAX_EXPIRY_MONTHS:
        raise MalformedMessage("a letterbox's last month is out of range")
    return write


def admit_write(stored: Letterbox | None, write: LetterboxWrite) -> bool:
    """Whether a write changes anything; the same again does not.

    Raises:
        ConflictingReport: An older write, or another one under this counter.
    """
    if stored is None or write.counter > stored.counter:
        return True
    if (write.counter, write.sealed) == (stored.counter, stored.sealed):
        return False
    if stored.sealed is None and write.counter == stored.counter:
        return False
    raise ConflictingReport("the letterbox was written elsewhere", culprit="client")


def open_letterbox(
    deployment: Deployment, notice_seed: SecretBytes, letterbox: Letterbox
) -> NudgePart:
    """Where a letterbox's letters go.

    Raises:
        InvalidCiphertext: Sealed to another key, or for another letterbox.
        MalformedMessage: It holds something else.
    """
    context = letterbox_context(deployment, letterbox.key, letterbox.counter)
    plaintext = open_sealed(
        notice_seed, letterbox.sealed or b"", Label.LETTERBOX_BOX, *context
    )
    return decode(unpad(plaintext), NudgePart, culprit="client")


def payer(deployment_id: Nonce, key: PublicKey) -> Digest:
    """What a token that paid for a letterbox is remembered with."""
    return Digest(digest(Label.LETTERBOX_PAYER, deployment_id, key))
