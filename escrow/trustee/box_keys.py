"""An opening trustee's short-lived box keys: made, renewed, forgotten (§T4)."""

from msgspec.structs import replace

from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from escrow.messages.codec import Blob, Digest, Message, Nonce, Signed
from escrow.messages.deployment import BoxKey
from escrow.report.contents import box_key_digest
from escrow.sealing import new_seed, sealing_key
from escrow.signing import peek, sign

VALID_DAYS = 30
RENEW_BEFORE_DAYS = 15
KEPT_DAYS = 60


class BoxSeed(Message, frozen=True):
    """A box key as published, and the HPKE seed (32 bytes) that opens its boxes."""

    signed: Signed
    seed: Blob


class BoxRing(Message, frozen=True, tag="box-ring/1"):
    """A trustee's box keys, oldest first; sealed at rest, for it holds secrets."""

    seeds: tuple[BoxSeed, ...] = ()


def renew(
    ring: BoxRing,
    identity_seed: SecretBytes,
    place: tuple[Nonce, int],
    *,
    day: int,
    randomness: Randomness = SYSTEM,
) -> BoxRing:
    """The ring for this day: a new key when due, seeds of long ago dropped.

    A seed outlives its key's last day, since boxes and letters may lie in the
    queue; after that nothing sealed to it can be opened by anyone. A key from
    the future (the clock was set back) is kept, but a current one is made.

    Args:
        ring: The keys so far.
        identity_seed: Signs a new key.
        place: Deployment id and the trustee's index.
        day: Today.
        randomness: Draws 32 bytes if a key is made.
    """
    kept = tuple(s for s in ring.seeds if _key(s).last_day + KEPT_DAYS >= day)
    if any(_fresh(_key(s), day) for s in kept):
        return replace(ring, seeds=kept)
    seed = new_seed(randomness=randomness)
    deployment_id, index = place
    key = BoxKey(
        deployment_id=deployment_id,
        index=index,
        key=sealing_key(seed),
        first_day=day,
        last_day=day + VALID_DAYS,
    )
    signed = sign(identity_seed, Label.BOX_KEY, key)
    made = BoxSeed(signed=signed, seed=Blob(seed.reveal()))
    return replace(ring, seeds=(*kept, made))


def _key(seed: BoxSeed) -> BoxKey:
    return peek(seed.signed, BoxKey)


def _fresh(key: BoxKey, day: int) -> bool:
    return key.first_day <= day <= key.last_day - RENEW_BEFORE_DAYS


def newest_key(ring: BoxRing) -> Signed | None:
    """The signed key to publish, if the ring holds any."""
    return ring.seeds[-1].signed if ring.seeds else None


def box_seeds(ring: BoxRing) -> dict[Digest, SecretBytes]:
    """The seeds by their keys' digests, as `Trustee` takes them."""
    return {box_key_digest(_key(s)): SecretBytes(s.seed) for s in ring.seeds}
