"""An opening trustee's round: post what waits, pull, take in, post (§T).

Whatever stops it, nothing is lost or said twice: an item stays queued at the API
until its letters have been posted, and a letter stays in the outbox until then.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from blind_index.errors import ProtocolError
from blind_index.key_share import KeyShare
from blind_index.secret import SecretBytes
from escrow.manifest import Deployment
from escrow.messages.codec import Digest, Nonce
from escrow.messages.mailbox import WorkItem
from escrow.operation.faults import place_of
from escrow.trustee.box_keys import box_seeds, newest_key
from escrow.trustee.context import Trustee
from escrow.trustee.recovery import ask_for_records
from keyservice.handlers.answers import forget_old_answers
from keyservice.handlers.judgement import Desk, review_open_cases, show_head
from keyservice.handlers.mail import DayFull, take_in
from keyservice.handlers.outbox import (
    MOST_ROWS,
    drop_letter,
    forget_batch,
    next_batch,
    post_of,
)
from keyservice.handlers.recovery import NotCaughtUp
from keyservice.handlers.upkeep import (
    erase_ended,
    log_finished_days,
    renew_box_ring,
)
from keyservice.ports import (
    RECOVERY,
    Mailbox,
    Outgoing,
    Refused,
    Store,
    Unreachable,
)

WAIT_SECONDS = 20
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
_LONGEST_DEFERRAL = 60.0
_IDLE_PAUSE = 0.2
_DAY_FULL_PAUSE = 600.0

_LOG = structlog.get_logger()


@dataclass(frozen=True)
class OpeningDuty:
    """What an opening trustee works with, and its numbers."""

    deployment: Deployment
    index: int
    identity_seed: SecretBytes
    key_share: KeyShare
    entries_per_day: int

    def trustee(self, seeds: Mapping[Digest, SecretBytes]) -> Trustee:
        """The trustee as the pure steps take it."""
        return Trustee(
            self.deployment, self.index, self.identity_seed, self.key_share, seeds
        )


class Poller:
    """Works through the trustee's queue, one item at a time.

    Attributes:
        ready: Set once the API has the current box key, and what was missed
            since a restored backup is caught up.
    """

    def __init__(
        self, store: Store, mailbox: Mailbox, duty: OpeningDuty, day: Callable[[], int]
    ) -> None:
        self.ready = asyncio.Event()
        self._store = store
        self._mailbox = mailbox
        self._duty = duty
        self._day = day
        self._trustee: Trustee | None = None
        self._upkept = -1
        self._asked = -1
        # When a troublesome item may be tried again, and the pause before.
        self._deferred: dict[Nonce, tuple[float, float]] = {}

    async def run(self) -> None:
        """Go round until cancelled; a fault only slows it down."""
        pause = FIRST_PAUSE
        while True:
            try:
                done = await self.round()
                pause = FIRST_PAUSE
                await asyncio.sleep(0 if done else _IDLE_PAUSE)
                continue
            except (Unreachable, Refused, ProtocolError) as error:
                _LOG.warning("the API is no help", error=place_of(error), pause=pause)
            except Exception as error:  # noqa: BLE001  keep serving whatever comes
                _LOG.error("round failed", error=place_of(error), pause=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def round(self, wait_seconds: int = WAIT_SECONDS) -> int:
        """Once round; how many items were taken in.

        Raises:
            Unreachable, Refused, ProtocolError: The API does not play its part.
            StoreAway: The database is away, or read by somebody who must end first.
        """
        trustee = await self._upkeep()
        if not self.ready.is_set():
            await self._catch_up(trustee)
        await self._send_what_is_true()
        pulled = await self._mailbox.pull(wait_seconds)
        done = 0
        for item in pulled.items:
            done += await self._attempt(trustee, item)
        if done:
            await self._send_what_is_true()
        elif pulled.items:
            await asyncio.sleep(FIRST_PAUSE)
        queued = {item.item for item in pulled.items}
        self._deferred = {k: v for k, v in self._deferred.items() if k in queued}
        return done

    async def _upkeep(self) -> Trustee:
        """Once a day: box key, yesterday's totals, shares of what has ended erased."""
        day, duty = self._day(), self._duty
        if self._trustee is not None and self._upkept == day:
            return self._trustee
        place = (duty.deployment.roster.deployment_id, duty.index)
        ring = await renew_box_ring(self._store, duty.identity_seed, place, day)
        self._trustee = duty.trustee(box_seeds(ring))
        await log_finished_days(self._store, day)
        await erase_ended(self._store, day)
        await forget_old_answers(self._store, day)
        if self.ready.is_set():
            await self._review(self._trustee)
            async with self._store.transaction() as ledger:
                await show_head(ledger, self._trustee)
        key = newest_key(ring)
        if key is not None:
            await self._mailbox.publish_box_key(key)
        self._upkept = day
        return self._trustee

    async def _review(self, trustee: Trustee) -> None:
        desk = Desk(trustee, self._day(), self._duty.entries_per_day)
        await review_open_cases(self._store, desk)

    async def _catch_up(self, trustee: Trustee) -> None:
        """Ready, unless restored from a backup: then everybody is asked.

        Again every day: a fellow that was catching up itself may know more now, and
        a server that was restored has forgotten the question.
        """
        async with self._store.transaction() as ledger:
            recovery = await ledger.load(RECOVERY)
            if recovery is not None and self._asked != self._day():
                await ledger.enqueue((ask_for_records(trustee, recovery),))
        self._asked = self._day()
        if recovery is None:
            await self._review(trustee)
            self.ready.set()

    async def _attempt(self, trustee: Trustee, item: WorkItem) -> bool:
        """Take in an item; one that fails unexpectedly waits, longer each time."""
        now = asyncio.get_running_loop().time()
        due, pause = self._deferred.get(item.item, (now, FIRST_PAUSE))
        if due > now:
            return False
        desk = Desk(trustee, self._day(), self._duty.entries_per_day)
        try:
            await take_in(self._store, desk, item)
        except DayFull:
            self._deferred[item.item] = (now + _DAY_FULL_PAUSE, pause)
        except NotCaughtUp:
            self._deferred[item.item] = (now + FIRST_PAUSE, pause)
        except Exception as error:  # noqa: BLE001  a poison item stops no other
            _LOG.error("item failed", error=place_of(error), pause=pause)
            longer = min(2 * pause, _LONGEST_DEFERRAL)
            self._deferred[item.item] = (now + pause, longer)
        else:
            return True
        return False

    async def _send_what_is_true(self) -> None:
        """Post what waits; what was erased leaves the files before a receipt says so.

        Raises:
            StoreAway: It cannot leave them now; nothing is posted.
        """
        if await next_batch(self._store, 1):
            await self._store.scrub()
            await self._flush()

    async def _flush(self) -> None:
        """Post everything that waits in the outbox."""
        rows = MOST_ROWS
        while batch := await next_batch(self._store, rows):
            rows = await self._post(batch)

    async def _post(self, batch: Sequence[Outgoing]) -> int:
        """Post a batch; how many rows the next may have.

        A batch that the API refuses for what is in it is tried in halves, until
        the one row at fault is found and dropped.
        """
        try:
            await self._mailbox.post(post_of(batch))
        except Refused:
            if len(batch) > 1:
                return len(batch) // 2
            _LOG.error("letter dropped: the API refuses it")
            await drop_letter(self._store, batch[0], self._day())
            return MOST_ROWS
        await forget_batch(self._store, batch)
        return MOST_ROWS
