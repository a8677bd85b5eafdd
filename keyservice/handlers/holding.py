"""Alarms and holds: kept, told to fellows, lifted (§H)."""

from escrow.messages.codec import Digest
from escrow.messages.holds import AlarmNotice, HoldNotice, HoldReason
from escrow.messages.recovery import ToldOrder
from escrow.trustee import alarms, holds
from escrow.trustee.case_files import GatheringCase, JudgedCase, WaitingCase
from escrow.trustee.context import Step
from escrow.trustee.holds import Holds
from escrow.trustee.order_numbers import Moment
from keyservice.handlers.catching_up import recall
from keyservice.handlers.judgement import Desk, go_on_with, keep_step
from keyservice.ports import CASES, HOLDS, RECOVERY, Ledger, Store, UnknownCase

_CASE_BYTES = 32


async def heed(
    ledger: Ledger, desk: Desk, work: AlarmNotice | HoldNotice
) -> Step[None]:
    """Take in a member's alarm or a fellow's hold; go on with what is lifted.

    While this trustee catches up it may be one that it had, or its own (§T7).
    """
    if await ledger.load(RECOVERY) is not None:
        return await recall(ledger, desk, *_as_told(work))
    known = await ledger.load(HOLDS) or Holds()
    if isinstance(work, AlarmNotice):
        case_id = alarms.alarmed_case(work)
        file = await ledger.load(CASES, case_id)
        step = alarms.receive_alarm(desk.trustee, known, file, work, desk.day)
    else:
        case_id = holds.held_case(work)
        file = await ledger.load(CASES, case_id)
        step = holds.receive_hold(desk.trustee, known, file, work, desk.day)
    return await _keep(ledger, desk, step, case_id)


def _as_told(
    work: AlarmNotice | HoldNotice,
) -> tuple[tuple[ToldOrder, ...], tuple[ToldOrder, ...]]:
    if isinstance(work, AlarmNotice):
        return (ToldOrder(signed=work.alarm, report_keys=()),), ()
    return (), (ToldOrder(signed=work.hold, report_keys=()),)


async def _keep(
    ledger: Ledger, desk: Desk, step: Step[Holds], case_id: Digest
) -> Step[None]:
    await ledger.save(HOLDS, step.state)
    keys = {
        key
        for order in step.state.orders
        if order.case_id == case_id
        for key in order.report_keys
    }
    return step.then(await go_on_with(ledger, desk, case_id, sorted(keys)))


async def hold_case(store: Store, desk: Desk, name: str, reason: HoldReason) -> Digest:
    """Hold a case that begins with these hex digits; its full id.

    Raises:
        UnknownCase: No such case, or several.
    """
    async with store.transaction() as ledger:
        case_id = await _named(ledger, name)
        file = await ledger.load(CASES, case_id)
        known = await ledger.load(HOLDS) or Holds()
        step = holds.order_hold(
            desk.trustee,
            known,
            file or WaitingCase(case_id=case_id),
            reason,
            _moment(desk),
        )
        await ledger.save(HOLDS, step.state)
        await keep_step(ledger, desk, step)
        return case_id


async def resume_case(
    store: Store, desk: Desk, name: str, reason: HoldReason
) -> tuple[Digest, int]:
    """Lift this trustee's hold and members' alarms; how many letters that frees.

    Raises:
        UnknownCase: No such case, or several.
    """
    async with store.transaction() as ledger:
        case_id = await _named(ledger, name)
        known = await ledger.load(HOLDS) or Holds()
        step = holds.order_resume(desk.trustee, known, case_id, reason, _moment(desk))
        whole = await _keep(ledger, desk, step, case_id)
        await keep_step(ledger, desk, whole)
        return case_id, len(whole.letters) - len(step.letters)


def _moment(desk: Desk) -> Moment:
    return Moment(desk.day, desk.second)


async def _named(ledger: Ledger, name: str) -> Digest:
    """The one case in this trustee's log whose id begins so."""
    found = set()
    async for entry in ledger.entries():
        subject = bytes(entry.subject)
        if len(subject) == _CASE_BYTES and subject.hex().startswith(name.lower()):
            file = await ledger.load(CASES, subject)
            if isinstance(file, GatheringCase | JudgedCase):
                found.add(file.case_id)
    if len(found) != 1:
        wrong = "several cases begin" if found else "no case of this trustee begins"
        raise UnknownCase(f"{wrong} with {name}")
    return found.pop()
