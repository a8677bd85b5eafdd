"""An opening trustee takes in one item of its queue (§T2, §T3)."""

import asyncio

from blind_index.errors import AlongsideError, ProtocolError
from escrow.messages.cases import CaseClaim, SealedLetter
from escrow.messages.codec import Nonce, decode
from escrow.messages.filing import Core, Header
from escrow.messages.holds import AlarmNotice, HoldNotice
from escrow.messages.mailbox import (
    BoxDelivery,
    ConsentNotice,
    HeadNotice,
    Refusal,
    WithdrawalNotice,
    Work,
    WorkItem,
)
from escrow.messages.recovery import CasesWanted, RecordsWanted, SignedRecords
from escrow.signing import peek
from escrow.trustee import boxes, log_heads
from escrow.trustee.boxes import Acceptance
from escrow.trustee.context import Step
from escrow.trustee.remembered_heads import FellowHeads
from keyservice.handlers.holding import heed
from keyservice.handlers.judgement import (
    Desk,
    keep_step,
    receive_claim,
    receive_consent,
    receive_letter,
    review_cases,
    say_again,
)
from keyservice.handlers.recovery import (
    NotCaughtUp,
    answer_wanted,
    keep_held,
    receive_records,
)
from keyservice.ports import HEADS, HELD, RECOVERY, Ledger, Store

SEQUENCE = "sequence"
INDEXED = "evaluations under s"
#: What a restored trustee takes in before it has caught up, and acts on later (§T7).
_ALLOWED_BEFORE = (
    WithdrawalNotice,
    ConsentNotice,
    AlarmNotice,
    HoldNotice,
    HeadNotice,
    RecordsWanted,
    SignedRecords,
)


class DayFull(AlongsideError):
    """Today's share of evaluations under s is used up; the item can wait."""


async def take_in(store: Store, desk: Desk, item: WorkItem) -> None:
    """Do what an item asks, and put letters and acknowledgement into the outbox.

    An item that does not hold leaves nothing but a line in the log and a
    refusal.

    Raises:
        DayFull: The item must wait until tomorrow; nothing is kept.
        NotCaughtUp: Nothing is opened with what a backup knows.
    """
    try:
        async with store.transaction() as ledger:
            work: Work = decode(item.body, Work, culprit="api")  # type: ignore[arg-type]
            await _check_caught_up(ledger, work)
            step = await _do(ledger, desk, work)
            await keep_step(ledger, desk, step)
            await ledger.enqueue_acknowledgement(item.item)
    except ProtocolError as error:
        async with store.transaction() as ledger:
            await _refuse(ledger, desk, item.item, error)


async def _check_caught_up(ledger: Ledger, work: Work) -> None:
    if isinstance(work, _ALLOWED_BEFORE) or await ledger.load(RECOVERY) is None:
        return
    raise NotCaughtUp("restored from a backup, and not caught up yet")


async def _refuse(
    ledger: Ledger, desk: Desk, item: Nonce, error: ProtocolError
) -> None:
    name = type(error).__name__
    culprit = "" if error.culprit is None else f", culprit {error.culprit}"
    await ledger.log(desk.day, "refused", b"", f"{name}: {error}{culprit}")
    refusal = Refusal(index=desk.trustee.index, item=item, error=name)
    await ledger.enqueue((refusal,))
    await ledger.enqueue_acknowledgement(item)


async def _do(ledger: Ledger, desk: Desk, work: Work) -> Step[object]:
    step: Step[object]
    match work:
        case BoxDelivery():
            step = await _accept_box(ledger, desk, work)
        case WithdrawalNotice():
            step = await _accept_withdrawal(ledger, desk, work)
        case CaseClaim():
            step = await receive_claim(ledger, desk, work)
        case SealedLetter():
            step = await receive_letter(ledger, desk, work)
        case ConsentNotice():
            step = await receive_consent(ledger, desk, work)
        case AlarmNotice() | HoldNotice():
            step = await heed(ledger, desk, work)
        case HeadNotice() | RecordsWanted() | SignedRecords() | CasesWanted():
            step = await _compare(ledger, desk, work)
    return step


async def _compare(
    ledger: Ledger,
    desk: Desk,
    work: HeadNotice | RecordsWanted | SignedRecords | CasesWanted,
) -> Step[object]:
    """What fellows, and a restored server, are shown of logs, records and cases."""
    match work:
        case HeadNotice():
            return await _receive_head(ledger, desk, work)
        case RecordsWanted():
            return await answer_wanted(ledger, desk.trustee, work, desk.day)
        case SignedRecords():
            return await receive_records(ledger, desk, work)
        case CasesWanted():
            return await say_again(ledger, desk, work)


async def _accept_box(ledger: Ledger, desk: Desk, delivery: BoxDelivery) -> Step[None]:
    core = decode(peek(delivery.header, Header).core, Core)
    entries = len(core.encrypted_tags)
    if await ledger.count(INDEXED, desk.day, entries) > desk.entries_per_day:
        raise DayFull("the day's evaluations under s are used up")
    held = await ledger.load(HELD, core.report_key)
    acceptance = Acceptance(desk.day, await ledger.count(SEQUENCE, 0, 1))
    step = await asyncio.to_thread(
        boxes.accept_box, desk.trustee, held, delivery, acceptance
    )
    await keep_held(ledger, held, step.state)
    return step.then(await review_cases(ledger, desk, core.report_key))


async def _accept_withdrawal(
    ledger: Ledger, desk: Desk, notice: WithdrawalNotice
) -> Step[None]:
    key = boxes.withdrawn_report_key(notice)
    held = await ledger.load(HELD, key)
    step = boxes.accept_withdrawal(desk.trustee, held, notice)
    await keep_held(ledger, held, step.state)
    return step.then(await review_cases(ledger, desk, key))


async def _receive_head(
    ledger: Ledger, desk: Desk, notice: HeadNotice
) -> Step[FellowHeads]:
    name = log_heads.claimed_index(notice).to_bytes(1, "big")
    known = await ledger.load(HEADS, name)
    step = log_heads.receive_head(desk.trustee, known, notice, desk.day)
    await ledger.save(HEADS, step.state, name)
    return step
