"""Letterboxes come in, change, are emptied, and get their letters (§N3, §N4)."""

from api.handlers.desk import Desk
from api.handlers.nudging import seal_notice
from api.handlers.tokens import redeem_token, token_name
from api.notice_ports import WaitingNotice
from api.ports import Records
from blind_index.errors import InputError, ProtocolError
from escrow.calendar import month_of
from escrow.letterbox import next_letter_day
from escrow.messages.codec import Blob, PublicKey
from escrow.messages.filing import NudgePart
from escrow.messages.letterbox import LetterboxSubmission, LetterboxWrite
from escrow.note import NO_NOTE, check_note
from escrow.server.letterboxes import (
    Letterbox,
    admit_write,
    check_write,
    open_letterbox,
    payer,
)

_DAY_SECONDS = 86_400


async def write_letterbox(desk: Desk, submission: LetterboxSubmission) -> None:
    """Make, change or empty a letterbox; the same again changes nothing.

    Raises:
        InputError: An address to which no note could go.
        InvalidToken: A new letterbox costs one.
    """
    write = check_write(desk.deployment, submission.write, month=desk.month)
    async with desk.transaction() as records:
        stored = await records.letterboxes.get(write.key)
    if stored is None:
        # Refused before anything costly is done.
        token_name(desk, submission.token)
    part = _opened(desk, write)
    async with desk.transaction() as records:
        stored = await records.letterboxes.get(write.key)
        if not admit_write(stored, write):
            return
        if stored is None:
            paid_for = payer(write.deployment_id, write.key)
            await redeem_token(desk, records, submission.token, paid_for)
        await _put(desk, records, stored, write, part)
    # What was in it before leaves the database's log too.
    await desk.store.scrub()


def _opened(desk: Desk, write: LetterboxWrite) -> NudgePart:
    letterbox = _letterbox(write, write.sealed)
    part = open_letterbox(desk.deployment, desk.keys.notice_seed, letterbox)
    check_note(part)
    return part


def _letterbox(write: LetterboxWrite, sealed: Blob | None) -> Letterbox:
    return Letterbox(write.key, write.counter, write.expiry_month, sealed)


async def _put(
    desk: Desk,
    records: Records,
    stored: Letterbox | None,
    write: LetterboxWrite,
    part: NudgePart,
) -> None:
    if part == NO_NOTE:
        await records.letterboxes.put(_letterbox(write, None), None)
        return
    due = await records.letterboxes.due(write.key) if stored else None
    if due is None:
        due = _next(write.key, desk.day, desk)
    await records.letterboxes.put(_letterbox(write, write.sealed), due)


async def post_letter(desk: Desk, records: Records, now: int) -> bool:
    """Put the letter that is due first into the outbox, and set its box's next day.

    Both happen in one transaction: a letter is never put there twice. One that was
    missed while nobody sent goes out late, and only once.

    Returns:
        Whether there was one.
    """
    letterbox = await records.letterboxes.next_due(now)
    if letterbox is None:
        return False
    day = now // _DAY_SECONDS
    await records.letterboxes.set_due(letterbox.key, _next(letterbox.key, day, desk))
    part = _readable(desk, letterbox)
    if part is not None and letterbox.expiry_month >= month_of(day):
        await records.notices.add(_letter(desk, part, now))
    return True


def _next(key: PublicKey, after: int, desk: Desk) -> int:
    """A random second of the next letter's day; draws 8 bytes."""
    second = int.from_bytes(desk.randomness(8)) % _DAY_SECONDS
    return next_letter_day(key, after) * _DAY_SECONDS + second


def _letter(desk: Desk, part: NudgePart, now: int) -> WaitingNotice:
    # No further delay: its day is random already.
    return seal_notice(desk, part, now)


def _readable(desk: Desk, letterbox: Letterbox) -> NudgePart | None:
    try:
        part = open_letterbox(desk.deployment, desk.keys.notice_seed, letterbox)
        check_note(part)
    except (ProtocolError, InputError):
        return None
    return part if part != NO_NOTE else None


async def skip_overdue(desk: Desk, records: Records) -> None:
    """Give up letters that were due: after a backup nobody knows whether they went."""
    tomorrow = desk.day + 1
    while (
        found := await records.letterboxes.next_due(tomorrow * _DAY_SECONDS)
    ) is not None:
        await records.letterboxes.set_due(found.key, _next(found.key, tomorrow, desk))
