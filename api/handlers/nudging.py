"""Nudge letters come in; with t' of them one notice goes to the outbox (§C6)."""

from api.handlers.desk import Desk
from api.notice_ports import TakenNotice, WaitingNotice
from api.ports import Records
from blind_index.labels import Label
from escrow import aead
from escrow.messages.cases import NudgeLetter
from escrow.messages.codec import Nonce, PublicKey, decode, encode
from escrow.messages.filing import Header, NudgePart
from escrow.server.nudges import NudgeTarget, read_nudge
from escrow.signing import peek
from escrow.trustee_lock import Part

_NAME_BYTES = 16
_DAYS_BETWEEN = 30
_DAY_SECONDS = 86_400


async def receive_nudge(desk: Desk, records: Records, letter: NudgeLetter) -> None:
    """Keep a letter; once the nudge can be read, make the one notice of it."""
    if await records.openings.nudged(letter.case_id, letter.member):
        return
    target = await _target(desk, records, letter)
    if target is None:
        return
    await records.openings.add_nudge(letter)
    letters = await records.openings.nudges(letter.case_id, letter.member)
    part = read_nudge(desk.deployment, desk.keys.notice_seed, target, letters)
    if part is None:
        return
    await records.openings.finish_nudge(letter.case_id, letter.member)
    if part.address and await _due(desk, records, target.report_key):
        await records.notices.note_made(target.report_key, desk.day)
        await records.notices.add(seal_notice(desk, part, random_moment(desk)))


async def _due(desk: Desk, records: Records, key: PublicKey) -> bool:
    """One notice a month: a member who changes her report must not flood others."""
    last = await records.notices.last_made(key)
    return last is None or desk.day - last >= _DAYS_BETWEEN


async def _target(
    desk: Desk, records: Records, letter: NudgeLetter
) -> NudgeTarget | None:
    """The member whose nudge is to be read; None once she is gone."""
    record = await records.cases.get(letter.case_id, desk.month)
    member = record.members[letter.member] if record else None
    if member is None or not member.live:
        return None
    contents = await records.reports.contents(member.report_key)
    if contents is None:
        return None
    return NudgeTarget(
        case_id=letter.case_id,
        report_key=member.report_key,
        header_digest=member.header_digest,
        header=peek(contents.header, Header),
        ciphertext=contents.parts[Part.NUDGE],
    )


def seal_notice(desk: Desk, part: NudgePart, due: int) -> WaitingNotice:
    """A notice for the outbox: an address and a second, linked to no report."""
    name = Nonce(desk.randomness(_NAME_BYTES))
    sealed = aead.seal(
        desk.keys.store_key,
        encode(part),
        Label.STORED_NOTICE,
        name,
        randomness=desk.randomness,
    )
    return WaitingNotice(name, sealed, due)


def random_moment(desk: Desk) -> int:
    """When a nudge may go: a random second of the window that begins tomorrow.

    From tomorrow on, so that the outbox does not hold the moment at which a group
    formed. Draws 8 bytes; with no window, now.
    """
    if desk.notice_window == 0:
        return desk.day * _DAY_SECONDS
    drawn = int.from_bytes(desk.randomness(8)) % desk.notice_window
    return (desk.day + 1) * _DAY_SECONDS + drawn


def open_notice(desk: Desk, notice: WaitingNotice | TakenNotice) -> NudgePart:
    """Where a waiting notice goes."""
    plaintext = aead.unseal(
        desk.keys.store_key, notice.sealed, Label.STORED_NOTICE, notice.notice
    )
    return decode(plaintext, NudgePart)
