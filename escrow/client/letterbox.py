"""A letterbox of hers: make it, change it, empty it (§N)."""

from msgspec.structs import replace

from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from escrow.client.vault import SavedLetterbox
from escrow.letterbox import letterbox_context, next_letter_day
from escrow.manifest import Deployment
from escrow.messages.codec import Blob, Nonce, PublicKey, Signed, encode
from escrow.messages.filing import NudgePart
from escrow.messages.letterbox import LetterboxWrite
from escrow.note import NO_NOTE, check_note
from escrow.padding import NUDGE_BYTES, pad
from escrow.sealing import seal_to
from escrow.signing import public_key, sign

SEED_BYTES = 32


def wish_letters(
    letterbox: SavedLetterbox | None,
    wanted: NudgePart,
    *,
    randomness: Randomness = SYSTEM,
) -> SavedLetterbox | None:
    """Her letterbox with another address in it; `NO_NOTE` empties it.

    A new one draws 32 bytes for its key, which is derived from nothing else:
    nothing that the API sees ties it to a report.

    Raises:
        InputError: A wish that no note could meet.
    """
    check_note(wanted)
    if letterbox is None:
        if wanted == NO_NOTE:
            return None
        return SavedLetterbox(seed=Blob(randomness(SEED_BYTES)), part=wanted)
    if letterbox.part == wanted:
        return letterbox
    return replace(letterbox, part=wanted, written=False)


def write_letterbox(
    deployment: Deployment, letterbox: SavedLetterbox, expiry_month: int
) -> tuple[SavedLetterbox, Signed]:
    """The next write of a letterbox, and the letterbox with its counter raised.

    To be kept before the write is sent, so that no counter is used twice.
    """
    seed = SecretBytes(bytes(letterbox.seed))
    key, counter = public_key(seed), letterbox.counter + 1
    sealed = seal_to(
        deployment.roster.notice_key,
        pad(encode(letterbox.part), NUDGE_BYTES, "address"),
        Label.LETTERBOX_BOX,
        *letterbox_context(deployment, key, counter),
    )
    write = LetterboxWrite(
        deployment_id=Nonce(deployment.deployment_id),
        key=key,
        counter=counter,
        expiry_month=expiry_month,
        sealed=sealed,
    )
    signed = sign(seed, Label.LETTERBOX_WRITE, write)
    return replace(letterbox, counter=counter, written=False), signed


def letter_day(letterbox: SavedLetterbox, after: int) -> int:
    """The day of her next letter."""
    return next_letter_day(letterbox_key(letterbox), after)


def letterbox_key(letterbox: SavedLetterbox) -> PublicKey:
    """The letterbox's name: its public key."""
    return public_key(SecretBytes(bytes(letterbox.seed)))
