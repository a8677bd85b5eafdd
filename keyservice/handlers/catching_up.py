"""A restored trustee takes up the answers, alarms and holds that it lost (§T7)."""

from collections.abc import Collection, Iterable
from contextlib import suppress

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from escrow.messages.cases import Consent
from escrow.messages.codec import Digest, Signed
from escrow.messages.holds import Alarm, Hold
from escrow.messages.recovery import ToldOrder
from escrow.signing import peek
from escrow.trustee import recalled, release
from escrow.trustee.case_files import JudgedCase
from escrow.trustee.context import Step
from escrow.trustee.holds import Holds
from keyservice.handlers.allowance import Allowance, Kind
from keyservice.handlers.answers import note_newest, told_answers
from keyservice.handlers.judgement import (
    Desk,
    go_on_with,
    review_witnesses,
    save_file,
)
from keyservice.ports import CASES, HOLDS, RECOVERY, Ledger


async def hear_answer(ledger: Ledger, desk: Desk, signed: Signed) -> Step[None]:
    """Note an answer that a fellow tells, and let its case go on.

    It counts even where it has run out since, for it took back an older one.
    """
    newest = await note_newest(ledger, signed, desk.day)
    case_id = peek(newest, Consent).case_id
    file = await ledger.load(CASES, case_id)
    if file is not None and await ledger.load(RECOVERY) is None:
        await save_file(ledger, release.note_answer(file, newest, day=0))
    return await _go_on_in(ledger, desk, [case_id])


async def take_up_answers(ledger: Ledger, desk: Desk) -> Step[None]:
    """This trustee has caught up: every file gets its newest answers, then goes on."""
    cases: dict[Digest, None] = {}
    for signed in await told_answers(ledger, desk.day):
        case_id = peek(signed, Consent).case_id
        file = await ledger.load(CASES, case_id)
        if file is not None:
            cases[case_id] = None
            with suppress(ProtocolError):
                file = release.note_answer(file, signed, day=0)
            if isinstance(file, JudgedCase):
                # Its letters may have been among those that were not sent (§T7).
                file = replace(file, owed=file.released)
            await save_file(ledger, file)
    return await _go_on_in(ledger, desk, cases)


async def _go_on_in(
    ledger: Ledger, desk: Desk, case_ids: Collection[Digest]
) -> Step[None]:
    """Look again at these cases, then at those of their witnesses."""
    total: Step[None] = Step(None)
    for case_id in case_ids:
        total = total.then(await go_on_with(ledger, desk, case_id, ()))
    for case_id in case_ids:
        file = await ledger.load(CASES, case_id)
        if isinstance(file, JudgedCase) and await ledger.load(RECOVERY) is None:
            step = await review_witnesses(ledger, desk, file)
            total = total.then(Step(None, step.letters, step.events))
    return total


async def recall(
    ledger: Ledger,
    desk: Desk,
    raised: Iterable[ToldOrder],
    ordered: Iterable[ToldOrder],
    allowance: Allowance | None = None,
) -> Step[None]:
    """Take up alarms and holds that were lost with a backup, as fellows show them.

    One that does not hold must not hide others. Of cases that this trustee did not
    judge a fellow's allowance says how many; the server needs none (§X).
    """
    step = Step(await ledger.load(HOLDS) or Holds())
    changed: dict[Digest, None] = {}
    # Orders first: what this trustee lifted itself it need not heed again.
    for told, is_alarm in (
        *((one, False) for one in ordered),
        *((one, True) for one in raised),
    ):
        with suppress(ProtocolError):
            case_id = _case_of(told, is_alarm=is_alarm)
            file = await ledger.load(CASES, case_id)
            kind: Kind = "alarms" if is_alarm else "orders"
            known = isinstance(file, JudgedCase) or allowance is None
            if known or (allowance and allowance.admits(kind)):
                take_up = recalled.recall_alarm if is_alarm else recalled.recall_hold
                heard = take_up(desk.trustee, step.state, told, file, desk.day)
                changed |= dict.fromkeys([case_id] if heard.events else [])
                step = step.then(heard)
    await ledger.save(HOLDS, step.state)
    return step.then(await _go_on_in(ledger, desk, changed))


def _case_of(told: ToldOrder, *, is_alarm: bool) -> Digest:
    """Which case an alarm or a hold says it is about; to load its file."""
    if is_alarm:
        return peek(told.signed, Alarm).case_id
    return peek(told.signed, Hold).case_id
