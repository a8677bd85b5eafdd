"""A trustee takes part in its committee's key ceremony over the API (§K).

The sealed state is saved before its posts are sent, so the program may be
stopped at any moment and started again.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from blind_index.errors import ProtocolError
from escrow.manifest import open_manifest
from escrow.messages.codec import EncodedScalar
from escrow.messages.deployment import CeremonyBoard
from escrow.trustee.ceremony import (
    CeremonyState,
    Participant,
    Phase,
    abort_reason,
    advance,
    check_published,
    confirm,
    key_share,
)
from keyservice.ports import (
    CEREMONY,
    OFFICE,
    Board,
    Ledger,
    Office,
    Refused,
    Store,
    Unreachable,
)

#: Tells the operator something, once however often it is said in a row.
Say = Callable[[str], None]

PAUSE_SECONDS = 0.5
LONGEST_PAUSE = 2.0


#: What each phase waits for, in words.
WAITING_FOR: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        "confirmed": "waiting until every trustee has confirmed the roster",
        "dealt": "waiting for every trustee's round one",
        "verified": "waiting for every trustee's certificate",
        "certified": "waiting for the other committee's keys",
        "signed": "waiting until every trustee has signed the manifest",
        "aborted": "waiting for the operator to begin a new attempt",
    }
)


@dataclass(frozen=True)
class Chair:
    """A trustee's place at the ceremony."""

    me: Participant
    store: Store
    board: Board
    say: Say


async def hold_ceremony(
    chair: Chair, day: Callable[[], int], pause: float = PAUSE_SECONDS
) -> Office:
    """Go on until this trustee holds its key share and the manifest.

    An API that is not up yet, or shows something unacceptable, is asked again.
    """
    wait = pause
    while True:
        try:
            state = await take_part(chair, day())
            if state.phase == "signed":
                office = await conclude(chair, state, day())
                if office is not None:
                    return office
            chair.say(WAITING_FOR[state.phase])
            wait = pause
        except (Unreachable, Refused) as error:
            chair.say(f"waiting for the API: {error}")
            wait = min(2 * wait, LONGEST_PAUSE)
        except ProtocolError as error:
            chair.say(f"the API shows something unacceptable: {error}")
            wait = min(2 * wait, LONGEST_PAUSE)
        await asyncio.sleep(wait)


async def take_part(chair: Chair, day: int) -> CeremonyState:
    """Look at the board once, go as far as it carries, post what is missing.

    Raises:
        Unreachable, Refused: The board cannot be seen or written to.
        ProtocolError: The board holds what no honest trustee posted.
    """
    board = await chair.board.board()
    async with chair.store.transaction() as ledger:
        known = await ledger.load(CEREMONY)
        before = known or confirm(chair.me)
        step = await asyncio.to_thread(advance, chair.me, before, board)
        if step.state != known:
            await ledger.save(CEREMONY, step.state)
        if step.state.phase == "aborted" and before.phase != "aborted":
            await _log_abort(chair, ledger, (step.state, board), day)
    if step.state != known:
        # Half a key that is no longer needed leaves the files too.
        await chair.store.scrub()
    for post in step.posts:
        await chair.board.post_to_board(post)
    return step.state


async def _log_abort(
    chair: Chair, ledger: Ledger, seen: tuple[CeremonyState, CeremonyBoard], day: int
) -> None:
    state, board = seen
    reason = abort_reason(chair.me, state, board)
    text = f"attempt {state.attempt}"
    if reason is not None:
        text += f", culprit {reason.culprit}, {reason.reason}"
    await ledger.log(day, "ceremony aborted", b"", text)
    chair.say(f"the ceremony was stopped: {text}")


async def conclude(chair: Chair, state: CeremonyState, day: int) -> Office | None:
    """Keep the key share with the manifest, erase the ceremony; None if too early.

    Raises:
        ProtocolError: The published manifest is not the one signed here.
        Unreachable, Refused: The API does not give it.
    """
    published = await chair.board.manifest()
    if published is None:
        return None
    check_published(state, published)
    deployment = open_manifest(published)
    share = key_share(chair.me, state)
    office = Office(
        index=share.index,
        scalar=EncodedScalar(share.scalar.encode()),
        manifest=published,
    )
    async with chair.store.transaction() as ledger:
        await ledger.save(OFFICE, office)
        await ledger.erase(CEREMONY)
        await ledger.log(day, "key share", deployment.digest, "the ceremony is over")
    await chair.store.scrub()
    return office
