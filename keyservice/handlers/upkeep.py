"""What a trustee does by the calendar: keys renewed, days summed up, shares erased."""

from itertools import groupby

from blind_index.secret import SecretBytes
from escrow.calendar import month_of
from escrow.messages.codec import Nonce
from escrow.trustee.box_keys import BoxRing, renew
from escrow.trustee.boxes import end_report
from keyservice.handlers.recovery import held_at, roll_length
from keyservice.ports import BOX_RING, ENDED, HELD, Ended, Ledger, Store

_LOGGED = "logged"
# Reports that are looked through in one transaction.
_BATCH = 500


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
    """Write the totals of each day that is over into the log, once."""
    async with store.transaction() as ledger:
        for finished, rows in groupby(await ledger.tallies(day), lambda row: row[1]):
            counts = {name: count for name, _, count in rows}
            if _LOGGED in counts:
                continue
            totals = ", ".join(f"{count} {name}" for name, count in counts.items())
            await ledger.log(day, "totals", b"", f"day {finished}: {totals}")
            await ledger.count(_LOGGED, finished, 1)


async def erase_ended(store: Store, day: int) -> None:
    """Once a month: erase the shares of every report whose last month is over (§F12).

    Cut short, it begins again; what was erased stays so.
    """
    month = month_of(day)
    async with store.transaction() as ledger:
        known = await ledger.load(ENDED)
        length = await roll_length(ledger)
    if known is not None and known.month == month:
        return
    erased = 0
    for first in range(1, length + 1, _BATCH):
        places = range(first, min(first + _BATCH, length + 1))
        async with store.transaction() as ledger:
            count = sum([await _end(ledger, place, month) for place in places])
            if count:
                await ledger.log(day, "ended", b"", f"shares of {count} erased")
            erased += count
    async with store.transaction() as ledger:
        await ledger.save(ENDED, Ended(month=month))
    if erased:
        await store.scrub()


async def _end(ledger: Ledger, place: int, month: int) -> bool:
    held = await held_at(ledger, place)
    left = None if held is None else end_report(held, month)
    if left is not None:
        await ledger.save(HELD, left, left.report_key)
    return left is not None
