"""An opening trustee's cases: loaded, judged, kept (§C).

Which cases are still open is kept in a list of its own: a day that passes or a
box that comes late may carry them further.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from escrow.messages.cases import CaseClaim, Consent, SealedLetter
from escrow.messages.codec import Digest, PublicKey
from escrow.messages.mailbox import ConsentNotice
from escrow.messages.recovery import CasesWanted
from escrow.signing import peek
from escrow.trustee import judge, log_heads, release, repeating
from escrow.trustee.answers import answer_receipts
from escrow.trustee.bench import Bench
from escrow.trustee.case_files import (
    CaseFile,
    GatheringCase,
    JudgedCase,
    WaitingCase,
)
from escrow.trustee.context import Event, Step, Trustee
from escrow.trustee.holds import Holds, end_expired
from keyservice.handlers.answers import answers_of, note_newest
from keyservice.ports import (
    CASES,
    CASES_OF,
    HELD,
    HOLDS,
    OPEN_CASES,
    RECOVERY,
    CaseList,
    Ledger,
    OpenCases,
    Store,
)


@dataclass(frozen=True)
class Desk:
    """The trustee, its day, and how many evaluations it makes in one at most.

    `second` of the day is for its operator's orders, which it numbers (§H2).
    """

    trustee: Trustee
    day: int
    entries_per_day: int
    second: int = 0


async def keep_step(ledger: Ledger, desk: Desk, step: Step[object]) -> None:
    """Log first, then the letters; after a verdict the new log head goes out."""
    for event in step.events:
        await ledger.log(desk.day, event.kind, event.subject, event.detail)
    await ledger.enqueue(step.letters)
    if any(event.kind == "verdict" for event in step.events):
        await show_head(ledger, desk.trustee)


async def show_head(ledger: Ledger, trustee: Trustee) -> None:
    """The log's head goes to every fellow (§L2)."""
    head = await ledger.head()
    notice = log_heads.sign_head(trustee, head.size, head.hash, skipped=head.skipped)
    await ledger.enqueue((notice,))


async def receive_claim(ledger: Ledger, desk: Desk, claim: CaseClaim) -> Step[CaseFile]:
    """Confirm a claimed match and begin to judge it."""
    keys = judge.member_keys(claim)
    file = await _with_answers(ledger, claim.case_id, keys)
    bench = await _bench(ledger, desk, keys, judge.group_of(claim))
    step = await _judge(ledger, bench, lambda: judge.receive_claim(bench, file, claim))
    for key in keys:
        await _list(ledger, key, claim.case_id)
    return step


async def _with_answers(
    ledger: Ledger, case_id: Digest, keys: Iterable[PublicKey]
) -> CaseFile | None:
    """The file of a case whose members are known now, with what they last answered."""
    file = await ledger.load(CASES, case_id)
    known = await answers_of(ledger, case_id, keys)
    if isinstance(file, WaitingCase):
        return replace(file, consents=known)
    return file or (WaitingCase(case_id=case_id, consents=known) if known else None)


async def _list(ledger: Ledger, key: PublicKey, case_id: Digest) -> None:
    """Note that a report is a member of a case."""
    known = await ledger.load(CASES_OF, key) or CaseList()
    if case_id not in known.case_ids:
        more = CaseList(case_ids=(*known.case_ids, case_id))
        await ledger.save(CASES_OF, more, key)


async def receive_letter(
    ledger: Ledger, desk: Desk, letter: SealedLetter
) -> Step[CaseFile]:
    """Add a fellow's letter and go as far as it carries."""
    file = await ledger.load(CASES, letter.case_id)
    bench = await _bench(ledger, desk, _members(file), judge.group_of(file))
    return await _judge(
        ledger, bench, lambda: judge.receive_letter(bench, file, letter)
    )


async def receive_consent(
    ledger: Ledger, desk: Desk, notice: ConsentNotice
) -> Step[CaseFile]:
    """Note an answer and release what it now allows.

    While this trustee catches up it is only noted: a newer one may be told (§T7).
    """
    consent = await note_newest(ledger, notice.consent, desk.day)
    newest = ConsentNotice(consent=consent)
    case_id = peek(consent, Consent).case_id
    file = await ledger.load(CASES, case_id)
    if await ledger.load(RECOVERY) is not None:
        # Its word holds: nothing is released on an older one before it caught up.
        receipts = answer_receipts(desk.trustee, (consent,))
        return Step(file or WaitingCase(case_id=case_id), receipts)
    bench = await _bench(ledger, desk, _members(file), judge.group_of(file))
    step = await asyncio.to_thread(release.receive_consent, bench, file, newest)
    await save_file(ledger, step.state)
    return step.then(await review_witnesses(ledger, desk, step.state))


async def review_witnesses(
    ledger: Ledger, desk: Desk, group: CaseFile
) -> Step[CaseFile]:
    """Who met in a group's case may have invited its witnesses before (§B5)."""
    total = Step(group)
    if not isinstance(group, JudgedCase) or group.invitable is not None:
        return total
    listed = await ledger.load(CASES_OF, group.members[0].report_key) or CaseList()
    for case_id in listed.case_ids:
        file = await ledger.load(CASES, case_id)
        if isinstance(file, JudgedCase) and judge.group_of(file) == group.case_id:
            step = await _go_on(ledger, desk, file)
            total = total.then(Step(group, step.letters, step.events))
    return total


async def _go_on(ledger: Ledger, desk: Desk, file: JudgedCase) -> Step[CaseFile]:
    """Release what a judged case now allows."""
    bench = await _bench(ledger, desk, _members(file), judge.group_of(file))
    step = await asyncio.to_thread(release.review, bench, file)
    await ledger.save(CASES, step.state, file.case_id)
    return step


async def say_again(ledger: Ledger, desk: Desk, wanted: CasesWanted) -> Step[None]:
    """Post again what was said of these cases, as far as it may still be said."""
    repeating.check_cases_wanted(desk.trustee, wanted)
    total: Step[None] = Step(None)
    for case_id in wanted.case_ids:
        file = await ledger.load(CASES, case_id)
        if file is not None:
            bench = await _bench(ledger, desk, _members(file), judge.group_of(file))
            step = await asyncio.to_thread(repeating.say_again, bench, file)
            await save_file(ledger, step.state)
            total = total.then(Step(None, step.letters, step.events))
    return total


async def go_on_with(
    ledger: Ledger, desk: Desk, case_id: Digest, keys: Iterable[PublicKey]
) -> Step[None]:
    """Look again at a case, and at all with these reports: a hold was lifted.

    Not while this trustee catches up (§T7).
    """
    if await ledger.load(RECOVERY) is not None:
        return Step(None)
    ids = {case_id: None}
    for key in keys:
        listed = await ledger.load(CASES_OF, key) or CaseList()
        ids |= dict.fromkeys(listed.case_ids)
    total: Step[None] = Step(None)
    for one in ids:
        file = await ledger.load(CASES, one)
        if isinstance(file, JudgedCase):
            step = await _go_on(ledger, desk, file)
            total = total.then(Step(None, step.letters, step.events))
    return total


async def review_cases(
    ledger: Ledger, desk: Desk, about: PublicKey | None = None
) -> Step[None]:
    """Look again at the open cases, or at those with one report in them.

    Not while this trustee catches up (§T7).
    """
    total: Step[None] = Step(None)
    if await ledger.load(RECOVERY) is not None:
        return total
    open_cases = await ledger.load(OPEN_CASES) or OpenCases()
    for case_id in open_cases.case_ids:
        file = await ledger.load(CASES, case_id)
        keys = _members(file)
        if file is None or (about is not None and about not in keys):
            continue
        bench = await _bench(ledger, desk, keys, judge.group_of(file))
        step = await _review(ledger, bench, file)
        total = total.then(Step(None, step.letters, step.events))
    return total


async def review_open_cases(store: Store, desk: Desk) -> None:
    """A day has passed: look again at every open case, and at holds that are over."""
    async with store.transaction() as ledger:
        step = await review_cases(ledger, desk)
        known, over = end_expired(await ledger.load(HOLDS) or Holds(), desk.day)
        if over:
            await ledger.save(HOLDS, known)
        for order in over:
            keys = order.report_keys
            step = step.then(await go_on_with(ledger, desk, order.case_id, keys))
        await keep_step(ledger, desk, step)


async def _review(ledger: Ledger, bench: Bench, file: CaseFile) -> Step[CaseFile]:
    """A case that cannot be looked at must not stop what led to the review."""
    try:
        return await _judge(ledger, bench, lambda: judge.review_case(bench, file))
    except ProtocolError as error:
        detail = f"{type(error).__name__}: {error}"
        event = Event(kind="review failed", subject=file.case_id, detail=detail)
        return Step(file, (), (event,))


async def _judge(
    ledger: Ledger, bench: Bench, step: Callable[[], Step[CaseFile]]
) -> Step[CaseFile]:
    """Run a step of a judgement; release at once what earlier answers allow."""
    judged = await asyncio.to_thread(lambda: release.take_up(bench, step()))
    await save_file(ledger, judged.state)
    return judged


async def save_file(ledger: Ledger, file: CaseFile) -> None:
    """Keep a file; the list of open cases follows."""
    await ledger.save(CASES, file, file.case_id)
    known = await ledger.load(OPEN_CASES) or OpenCases()
    ids: set[Digest] = set(known.case_ids)
    if isinstance(file, GatheringCase):
        ids.add(file.case_id)
    else:
        ids.discard(file.case_id)
    if ids != set(known.case_ids):
        await ledger.save(OPEN_CASES, OpenCases(case_ids=tuple(sorted(ids))))


def _members(file: CaseFile | None) -> list[PublicKey]:
    match file:
        case GatheringCase():
            return judge.member_keys(file.claim)
        case JudgedCase():
            return [member.report_key for member in file.members]
        case _:
            return []


async def _bench(
    ledger: Ledger, desk: Desk, keys: Iterable[PublicKey], group_id: Digest | None
) -> Bench:
    """What is held of these reports; of a witness's case the group's file too."""
    group = await ledger.load(CASES, group_id) if group_id else None
    held = {key: await ledger.load(HELD, key) for key in keys}
    known = {key: report for key, report in held.items() if report is not None}
    found = group if isinstance(group, JudgedCase) else None
    holds = await ledger.load(HOLDS) or Holds()
    return Bench(desk.trustee, known, desk.day, found, holds)
