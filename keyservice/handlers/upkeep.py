"""What a trustee does by the calendar: box keys renewed, days summed up."""

from itertools import groupby

from blind_index.secret import SecretBytes
from escrow.messages.codec import Nonce
from escrow.trustee.box_keys import BoxRing, renew
from keyservice.ports import BOX_RING, Store

_LOGGED = "logged"


async def renew_box_ring(
    store: Store, identity_seed: SecretBytes, place: tuple[Nonce, int], day: int
) -> BoxRing:
    """The trustee's box keys for this day, kept before any is published.

    Args:
        store: The trustee's.
        identity_seed: Signs a new key.
        place: Deployment id and index.
        day: Today.
    """
    async with store.transaction() as ledger:
        known = await ledger.load(BOX_RING) or BoxRing()
        ring = renew(known, identity_seed, place, day=day)
        if ring != known:
            await ledger.save(BOX_RING, ring)
            await ledger.log(day, "box key", b"", f"{len(ring.seeds)} kept")
        return ring


async def log_finished_days(store: Store, day: int) -> None:
    """Write the totals of each day that is over into the log, once.

    What was erased on it leaves PostgreSQL's files then.
    """
    logged = False
    async with store.transaction() as ledger:
        for finished, rows in groupby(await ledger.tallies(day), lambda row: row[1]):
            counts = {name: count for name, _, count in rows}
            if _LOGGED in counts:
                continue
            totals = ", ".join(f"{count} {name}" for name, count in counts.items())
            await ledger.log(day, "totals", b"", f"day {finished}: {totals}")
            await ledger.count(_LOGGED, finished, 1)
            logged = True
    if logged:
        await store.rewrite()
