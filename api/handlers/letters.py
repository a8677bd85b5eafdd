"""What an opening trustee posts, letter by letter (§T3)."""

from typing import Any

import structlog

from api.handlers.consents import take_answer
from api.handlers.desk import Desk
from api.handlers.holds import take_order
from api.handlers.indexing import receive_answer
from api.handlers.matching import verdict_given
from api.handlers.nudging import receive_nudge
from api.handlers.recovery import take_records
from api.ports import Records
from blind_index.errors import AlongsideError
from escrow.errors import ConflictingReport, InvalidCase, NotFound
from escrow.messages.cases import (
    NudgeLetter,
    Release,
    SealedLetter,
    SignedAnswerReceipt,
    Verdict,
)
from escrow.messages.codec import Blob, Digest, decode, encode
from escrow.messages.filing import ErasureReceipt, IndexAnswer, ShareReceipt
from escrow.messages.holds import HoldNotice, SignedAlarmReceipt
from escrow.messages.mailbox import (
    ConsentNotice,
    HeadNotice,
    Letter,
    PostRequest,
    Refusal,
    SignedErasure,
    SignedReceipt,
    SignedVerdict,
)
from escrow.messages.recovery import RecordsWanted, SignedRecords
from escrow.server.cases import CaseRecord, check_verdict
from escrow.server.heads import check_head
from escrow.server.receipts import check_erasure, check_receipt
from escrow.signing import peek

LOG = structlog.stdlib.get_logger("api.letters")
_LETTER: Any = Letter
_Notice = (
    ConsentNotice
    | SignedAnswerReceipt
    | SignedAlarmReceipt
    | HoldNotice
    | RecordsWanted
    | SignedRecords
)


async def receive_post(desk: Desk, sender: int, request: PostRequest) -> None:
    """Take in a trustee's letters, then let go of what it has done.

    A letter that does not hold is dropped and logged by its error's name; it
    does not hold up the others. One that somebody's withdrawal or next version
    has overtaken is dropped too, which is no fault of anybody's. Repeating a post
    changes nothing.
    """
    async with desk.transaction() as records:
        for body in request.letters:
            await _receive(desk, records, sender, body)
        gone = await records.queue.acknowledge(sender, request.acknowledged)
    if gone:
        # An erased box must not live on in the database's log.
        await desk.store.scrub()


async def _receive(desk: Desk, records: Records, sender: int, body: Blob) -> None:
    try:
        letter: Letter = decode(body, _LETTER, culprit=sender)
        async with records.savepoint():
            await _take(desk, records, sender, letter)
    except (ConflictingReport, NotFound) as error:
        LOG.info("letter overtaken", trustee=sender, error=type(error).__name__)
    except AlongsideError as error:
        LOG.warning("letter dropped", trustee=sender, error=type(error).__name__)


async def _take(desk: Desk, records: Records, sender: int, letter: Letter) -> None:
    match letter:
        case SignedReceipt():
            await _take_receipt(desk, records, sender, letter)
        case SignedErasure():
            await _take_erasure(desk, records, sender, letter)
        case IndexAnswer():
            _check_author(sender, letter.index)
            await receive_answer(desk, records, letter)
        case SealedLetter() | HeadNotice():
            await _pass_on(desk, records, sender, letter)
        case SignedVerdict() | NudgeLetter() | Release():
            await _take_finding(desk, records, sender, letter)
        case Refusal():
            LOG.warning("item refused", trustee=sender, error=_named(letter.error))
        case _:
            await _take_notice(desk, records, sender, letter)


async def _take_notice(
    desk: Desk, records: Records, sender: int, letter: _Notice
) -> None:
    """What a trustee says of members' answers, of orders, of what was lost."""
    match letter:
        case ConsentNotice() | SignedAnswerReceipt():
            await take_answer(desk, records, sender, letter)
        case SignedAlarmReceipt() | HoldNotice():
            await take_order(desk, records, sender, letter)
        case RecordsWanted() | SignedRecords():
            await take_records(desk, records, sender, letter)


def _named(error: str) -> str:
    """The name of an error class, and nothing that could be anything else."""
    return error if error.isidentifier() and error.isascii() else "unnamed"


def _check_author(sender: int, index: int) -> None:
    if sender != index:
        raise InvalidCase("a letter in another trustee's name", culprit=sender)


async def _take_receipt(
    desk: Desk, records: Records, sender: int, letter: SignedReceipt
) -> None:
    key = peek(letter.receipt, ShareReceipt, culprit=sender).report_key
    entry = await records.reports.get(key)
    if entry is None:
        raise NotFound("a receipt for an unknown report", culprit=sender)
    check_receipt(desk.deployment, sender, entry.stored, letter.receipt)
    await records.evidence.add_receipt(key, sender, letter.receipt)


async def _take_erasure(
    desk: Desk, records: Records, sender: int, letter: SignedErasure
) -> None:
    key = peek(letter.receipt, ErasureReceipt, culprit=sender).report_key
    entry = await records.reports.get(key)
    if entry is None:
        raise NotFound("an erasure of an unknown report", culprit=sender)
    check_erasure(desk.deployment, sender, entry.stored, letter.receipt)
    await records.evidence.add_erasure(key, sender, letter.receipt)


async def _pass_on(
    desk: Desk, records: Records, sender: int, letter: SealedLetter | HeadNotice
) -> None:
    """Queue what is meant for fellow trustees."""
    if isinstance(letter, SealedLetter):
        _check_author(sender, letter.sender)
        if letter.recipient not in desk.trustees or letter.recipient == sender:
            raise InvalidCase("a letter to nobody", culprit=sender)
        await _case(desk, records, letter.case_id)
        passed_on = {letter.recipient: encode(letter)}
        await records.queue.add("letter", letter.case_id, passed_on)
        return
    _check_author(sender, check_head(desk.deployment, letter.head).index)
    # Only the newest head of a sender is worth remembering.
    await records.queue.drop("head", bytes([sender]))
    fellows = desk.to_all(encode(letter), but=sender)
    await records.queue.add("head", bytes([sender]), fellows)


async def _case(desk: Desk, records: Records, case_id: Digest) -> CaseRecord:
    record = await records.cases.get(case_id, desk.month)
    if record is None:
        raise InvalidCase("no such case")
    return record


async def _take_finding(
    desk: Desk,
    records: Records,
    sender: int,
    letter: SignedVerdict | NudgeLetter | Release,
) -> None:
    """Keep what a trustee found or hands over in a case."""
    if isinstance(letter, SignedVerdict):
        case_id = peek(letter.verdict, Verdict, culprit=sender).case_id
        await _case(desk, records, case_id)
        check_verdict(desk.deployment, sender, case_id, letter.verdict)
        await records.cases.add_verdict(case_id, sender, letter.verdict)
        record = await _case(desk, records, case_id)
        await verdict_given(desk, records, record)
        return
    _check_author(sender, letter.index)
    members = (await _case(desk, records, letter.case_id)).members
    if isinstance(letter, NudgeLetter):
        if letter.member not in range(len(members)):
            raise InvalidCase("a nudge for nobody", culprit=sender)
        await receive_nudge(desk, records, letter)
        return
    # What was released of somebody who left was erased, and is not kept again.
    live = [place for place, member in enumerate(members) if member.live]
    if letter.giver not in live or letter.reader not in live:
        raise InvalidCase("a release to nobody, or of nobody", culprit=sender)
    await records.openings.add_release(letter)
