"""An opening trustee's cases: loaded, judged, kept (§C).

Which cases are still open is kept in a list of its own: a day that passes or a
box that comes late may carry them further.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from blind_index.errors import ProtocolError
from escrow.messages.cases import CaseClaim, Consent, SealedLetter
from escrow.messages.codec import Digest, PublicKey
from escrow.messages.mailbox import ConsentNotice, SignedVerdict
from escrow.signing import peek
from escrow.trustee import judge, log_heads, release
from escrow.trustee.bench import Bench
from escrow.trustee.case_files import CaseFile, GatheringCase, JudgedCase
from escrow.trustee.context import Event, Step, Trustee
from keyservice.ports import CASES, HELD, OPEN_CASES, Ledger, OpenCases, Store


@dataclass(frozen=True)
class Desk:
    """The trustee, its day, and how many evaluations it makes in one at most."""

    trustee: Trustee
    day: int
    entries_per_day: int


async def keep_step(ledger: Ledger, desk: Desk, step: Step[object]) -> None:
    """Log first, then the letters; after a verdict the new log head goes out."""
    head = await ledger.head()
    for event in step.events:
        head = await ledger.log(desk.day, event.kind, event.subject, event.detail)
    await ledger.enqueue(step.letters)
    if any(isinstance(letter, SignedVerdict) for letter in step.letters):
        notice = log_heads.sign_head(desk.trustee, head.size, head.hash)
        await ledger.enqueue((notice,))


async def receive_claim(ledger: Ledger, desk: Desk, claim: CaseClaim) -> Step[CaseFile]:
    """Confirm a claimed match and begin to judge it."""
    file = await ledger.load(CASES, claim.case_id)
    bench = await _bench(ledger, desk, judge.member_keys(claim))
    return await _judge(ledger, bench, lambda: judge.receive_claim(bench, file, claim))


async def receive_letter(
    ledger: Ledger, desk: Desk, letter: SealedLetter
) -> Step[CaseFile]:
    """Add a fellow's letter and go as far as it carries."""
    file = await ledger.load(CASES, letter.case_id)
    bench = await _bench(ledger, desk, _members(file))
    return await _judge(
        ledger, bench, lambda: judge.receive_letter(bench, file, letter)
    )


async def receive_consent(
    ledger: Ledger, desk: Desk, notice: ConsentNotice
) -> Step[CaseFile]:
    """Note an answer and release what it now allows."""
    case_id = peek(notice.consent, Consent, culprit="api").case_id
    file = await ledger.load(CASES, case_id)
    bench = await _bench(ledger, desk, _members(file))
    step = await asyncio.to_thread(release.receive_consent, bench, file, notice)
    await _save(ledger, step.state)
    return step


async def review_cases(
    ledger: Ledger, desk: Desk, about: PublicKey | None = None
) -> Step[None]:
    """Look again at the open cases, or at those with one report in them."""
    total: Step[None] = Step(None)
    open_cases = await ledger.load(OPEN_CASES) or OpenCases()
    for case_id in open_cases.case_ids:
        file = await ledger.load(CASES, case_id)
        keys = _members(file)
        if file is None or (about is not None and about not in keys):
            continue
        step = await _review(ledger, await _bench(ledger, desk, keys), file)
        total = total.then(Step(None, step.letters, step.events))
    return total


async def review_open_cases(store: Store, desk: Desk) -> None:
    """A day has passed: look again at every open case."""
    async with store.transaction() as ledger:
        await keep_step(ledger, desk, await review_cases(ledger, desk))


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
    await _save(ledger, judged.state)
    return judged


async def _save(ledger: Ledger, file: CaseFile) -> None:
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


async def _bench(ledger: Ledger, desk: Desk, keys: Iterable[PublicKey]) -> Bench:
    held = {key: await ledger.load(HELD, key) for key in keys}
    known = {key: report for key, report in held.items() if report is not None}
    return Bench(desk.trustee, known, desk.day)
