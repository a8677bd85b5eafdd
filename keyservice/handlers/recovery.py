"""After a backup: a trustee asks, hears, catches up; and answers others (§T6-§T9)."""

from contextlib import suppress

from msgspec.structs import replace

from blind_index.errors import AlongsideError, ProtocolError
from blind_index.randomness import SYSTEM, Randomness
from escrow.messages.codec import Digest, Nonce, PublicKey
from escrow.messages.mailbox import LogHead, WithdrawalNotice
from escrow.messages.recovery import (
    SERVER,
    RecordsAnswer,
    RecordsWanted,
    SignedRecords,
)
from escrow.signing import peek
from escrow.trustee import boxes, recovery
from escrow.trustee.boxes import Held, Tombstone
from escrow.trustee.context import Step, Trustee
from escrow.trustee.holds import Holds
from escrow.trustee.log_heads import sign_head
from escrow.trustee.recovery import Recovery
from escrow.trustee.superseding import supersede
from escrow.trustee.told import Told, told_alarms, told_orders
from keyservice.audit import Head, empty_head
from keyservice.handlers.allowance import Allowance
from keyservice.handlers.answers import is_members, told_answers
from keyservice.handlers.catching_up import hear_answer, recall, take_up_answers
from keyservice.handlers.judgement import Desk
from keyservice.ports import (
    CLOSED,
    HEADS,
    HELD,
    HOLDS,
    RECOVERY,
    ROLL,
    SHOWN,
    Closed,
    Known,
    Ledger,
    Shown,
    Store,
)

_ROLL = "reports ever seen"
_QUESTIONS_A_DAY = 4
_ROWS = 500


class NotCaughtUp(AlongsideError):
    """The trustee was restored from a backup; the item waits until it caught up."""


async def enter_on_roll(ledger: Ledger, report_key: PublicKey) -> None:
    """Remember that a report exists, so that what is known of all can be told."""
    place = await ledger.count(_ROLL, 0, 1)
    await ledger.save(ROLL, Known(report_key=report_key), _name(place))


def _name(place: int) -> bytes:
    return place.to_bytes(8, "big")


async def everything_held(ledger: Ledger) -> list[Held]:
    """What is held of every report that this trustee ever heard of."""
    places = range(1, await roll_length(ledger) + 1)
    listed = [await held_at(ledger, place) for place in places]
    return [held for held in listed if held is not None]


async def roll_length(ledger: Ledger) -> int:
    """How many reports this trustee ever heard of; the last one's place."""
    return await ledger.count(_ROLL, 0)


async def held_at(ledger: Ledger, place: int) -> Held | None:
    """What is held of the report at this place of the roll, counted from 1."""
    known = await ledger.load(ROLL, _name(place))
    return await ledger.load(HELD, known.report_key) if known else None


async def answer_wanted(
    ledger: Ledger, trustee: Trustee, wanted: RecordsWanted, day: int
) -> Step[None]:
    """Tell a restored fellow, or the restored server, everything that is known.

    The same question is answered once a day, and few different ones of one asker:
    an answer is work, and whoever likes may ask in another's name.

    Raises:
        NotCaughtUp: The server asks a trustee that was restored itself.
    """
    recovery.check_asker(trustee, wanted)
    catching_up = await ledger.load(RECOVERY) is not None
    if catching_up and wanted.recipient == SERVER:
        raise NotCaughtUp("the server is told once nothing is missing")
    asker = bytes([wanted.recipient])
    before = await ledger.load(SHOWN, asker)
    number = before.number + 1 if before and before.day == day else 1
    shown = Shown(nonce=wanted.nonce, day=day, catching_up=catching_up, number=number)
    known_already = before and replace(before, number=number) == shown
    if known_already or number > _QUESTIONS_A_DAY:
        return Step(None)
    await ledger.save(SHOWN, shown, asker)
    heads = await ledger.load(HEADS, asker)
    head = recovery.highest(heads.signed if heads else ())
    known = await everything_held(ledger)
    told = await _everything_told(ledger, wanted.recipient, day)
    return recovery.answer_records(
        trustee, wanted, known, head, catching_up=catching_up, told=told
    )


async def _everything_told(ledger: Ledger, asker: int, day: int) -> Told:
    holds = await ledger.load(HOLDS) or Holds()
    return Told(
        await told_answers(ledger, day),
        told_alarms(holds, day),
        told_orders(holds, asker, day),
    )


async def declare_restored(
    ledger: Ledger, *, enough: int = 0, randomness: Randomness = SYSTEM
) -> None:
    """From now on an opening trustee answers nothing before it has caught up.

    Args:
        ledger: Of the files that came from a backup.
        enough: How many fellows must answer; 0 for as many as §T7 asks for.
        randomness: Draws the question's nonce, 16 bytes.
    """
    # Letters that waited when the backup was made may give what was withdrawn since;
    # the work they answer is still queued, or was done.
    while rows := await ledger.outbox(_ROWS):
        await ledger.dequeue(rows)
    nonce = Nonce(randomness(16))
    await ledger.save(RECOVERY, Recovery(nonce=nonce, enough=enough))


async def close_quota(ledger: Ledger, day: int, window_days: int) -> None:
    """From now on an index trustee answers nothing for one window of its quota.

    What was spent after the backup was spent on this day at the latest, so it
    no longer counts on the first day of answers.
    """
    await ledger.save(CLOSED, Closed(until_day=day + window_days))
    await ledger.resume_log(empty_head(), day, f"closed until day {day + window_days}")


async def open_quota(store: Store, day: int) -> int | None:
    """The day until which a restored index trustee stays closed; None once open."""
    async with store.transaction() as ledger:
        closed = await ledger.load(CLOSED)
        if closed is None:
            return None
        if day < closed.until_day:
            return closed.until_day
        await ledger.erase(CLOSED)
        await ledger.log(day, "open again", b"", "a window after a restored backup")
    return None


async def receive_records(
    ledger: Ledger, desk: Desk, message: SignedRecords
) -> Step[None]:
    """Apply a part of a fellow's answer; with enough of them the trustee is back.

    Of an answer that comes later, what is signed by others is heeded, about reports
    that it holds and cases that it knows.
    """
    trustee, day = desk.trustee, desk.day
    state = await ledger.load(RECOVERY)
    if state is None:
        late = recovery.open_late_answer(trustee, message)
        return await _apply(ledger, desk, late, Allowance(None, late.index))
    answer = recovery.open_answer(trustee, state, message)
    allowance = Allowance(state, answer.index)
    step = await _apply(ledger, desk, answer, allowance)
    state = allowance.kept_in(state)
    await _apply_versions(ledger, trustee, answer)
    state = recovery.hear(state, answer)
    if not recovery.caught_up(trustee.deployment, state):
        await ledger.save(RECOVERY, state)
        return step
    head = empty_head()
    if state.head is not None:
        newest = peek(state.head, LogHead)
        head = Head(newest.size, Digest(newest.head), newest.skipped)
    # The nonce stands in the log of every fellow that answered.
    own, nonce = (await ledger.head()).size, state.nonce.hex()
    text = f"caught up with {len(state.heard)} fellows; {own} in the backup; {nonce}"
    head = await ledger.resume_log(head, day, text)
    await ledger.erase(RECOVERY)
    notice = sign_head(trustee, head.size, head.hash, skipped=head.skipped)
    step = step.then(Step(None, (notice,)))
    return step.then(await take_up_answers(ledger, desk))


async def _apply(
    ledger: Ledger, desk: Desk, answer: RecordsAnswer, allowance: Allowance
) -> Step[None]:
    """Take up what a fellow shows, of strangers as far as its allowance goes."""
    step = await _apply_withdrawals(ledger, desk.trustee, answer, allowance)
    step = step.then(await _apply_told(ledger, desk, answer, allowance))
    return step.then(Step(None, (), allowance.events()))


async def _apply_told(
    ledger: Ledger, desk: Desk, answer: RecordsAnswer, allowance: Allowance
) -> Step[None]:
    """Keep what fellows show of answers, alarms and holds.

    While this trustee catches up nothing is released yet.
    """
    total = await recall(ledger, desk, answer.alarms, answer.orders, allowance)
    for signed in answer.answers:
        # A fellow's bad entry must not hide its good ones.
        with suppress(ProtocolError):
            if await is_members(ledger, signed) or allowance.admits("answers"):
                total = total.then(await hear_answer(ledger, desk, signed))
    return total


async def _apply_withdrawals(
    ledger: Ledger, trustee: Trustee, answer: RecordsAnswer, allowance: Allowance
) -> Step[None]:
    """Erase what fellows say was withdrawn.

    Of reports never seen little is kept, and nothing once it has caught up: nobody
    must fill the store with tombstones of reports that he made up.
    """
    total: Step[None] = Step(None)
    for signed in answer.withdrawals:
        notice = WithdrawalNotice(withdrawal=signed)
        try:
            key = boxes.withdrawn_report_key(notice)
            held = await ledger.load(HELD, key)
            if not isinstance(held, Tombstone) and (
                held or allowance.admits("withdrawals")
            ):
                step = boxes.accept_withdrawal(trustee, held, notice)
                await keep_held(ledger, held, step.state)
                total = total.then(Step(None, step.letters, step.events))
        except ProtocolError:
            # A fellow's bad entry must not hide its good ones.
            continue
    return total


async def _apply_versions(
    ledger: Ledger, trustee: Trustee, answer: RecordsAnswer
) -> None:
    for claim in answer.versions:
        held = await ledger.load(HELD, claim.report_key)
        left = supersede(trustee.deployment, held, claim, answer.index)
        if left is not None:
            await ledger.save(HELD, left, claim.report_key)


async def keep_held(ledger: Ledger, before: Held | None, after: Held) -> None:
    """Keep what is held of a report; one never seen goes on the roll."""
    if before is None:
        await enter_on_roll(ledger, after.report_key)
    await ledger.save(HELD, after, after.report_key)
