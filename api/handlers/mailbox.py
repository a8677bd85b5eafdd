"""An opening trustee asks for work, and publishes its box key (§T)."""

import asyncio
from contextlib import suppress

from api.handlers.desk import Desk
from escrow.messages.codec import Signed
from escrow.messages.deployment import BoxKeys
from escrow.messages.mailbox import PullRequest, PullResponse
from escrow.server.box_keys import admit_box_key

MOST_WAIT_SECONDS = 25
MOST_BYTES = 8 * 1024 * 1024


async def pull_work(desk: Desk, trustee: int, request: PullRequest) -> PullResponse:
    """The oldest items of a trustee; waits a while if there are none."""
    # The bell is taken before looking: what comes in between rings it.
    bell = desk.bells.bell(trustee)
    found = await _pending(desk, trustee)
    wait = min(max(request.wait_seconds, 0), MOST_WAIT_SECONDS)
    if found.items or not wait:
        return found
    with suppress(TimeoutError):
        await asyncio.wait_for(bell.wait(), wait)
    return await _pending(desk, trustee)


async def _pending(desk: Desk, trustee: int) -> PullResponse:
    async with desk.reading() as records:
        items = await records.queue.pending(trustee, MOST_BYTES)
    return PullResponse(items=tuple(items))


async def publish_box_key(desk: Desk, trustee: int, signed: Signed) -> None:
    """Use a trustee's new box key from now on."""
    key = admit_box_key(desk.deployment, trustee, signed, day=desk.day)
    async with desk.transaction() as records:
        await records.beginnings.put_box_key(trustee, signed, key.last_day)


async def current_box_keys(desk: Desk) -> BoxKeys:
    """The box keys to seal to today."""
    async with desk.reading() as records:
        return BoxKeys(keys=tuple(await records.beginnings.box_keys(desk.day)))


async def waiting_items(desk: Desk) -> dict[int, int]:
    """How many items wait for each trustee."""
    async with desk.reading() as records:
        counts = await records.queue.counts()
    return {index: counts.get(index, 0) for index in desk.trustees}
