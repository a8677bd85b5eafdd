"""The newest answer of each member in each case, whichever way it came (§C7, §T6).

They are listed in the order in which they came, so that they can be told to a
restored fellow; who restores is told the same. What ran out long ago is forgotten.
"""

from collections.abc import Iterable

from blind_index.labels import Label
from escrow.case import check_last_day
from escrow.messages.cases import Consent
from escrow.messages.codec import Digest, PublicKey, Signed
from escrow.signing import open_signed, peek
from escrow.trustee import judge
from escrow.trustee.case_files import GatheringCase, JudgedCase
from escrow.trustee.told import is_told
from keyservice.ports import (
    ANSWERED,
    ANSWERS,
    CASES,
    Answered,
    AnsweredAt,
    Ledger,
    Store,
)

_COUNT = "answers ever kept"
_FORGOTTEN = "answers forgotten"
_BATCH = 500


async def note_newest(ledger: Ledger, signed: Signed, day: int) -> Signed:
    """Keep an answer if it is newer than what is known; the newest of both.

    Raises:
        InvalidConsent: It is to hold for too long, and would never be forgotten.
        InvalidSignature: Not signed by the report key that it names.
    """
    key = peek(signed, Consent, culprit="api").report_key
    consent = open_signed(signed, Consent, Label.CONSENT, key, culprit="client")
    check_last_day(consent, day)
    known = await ledger.load(ANSWERS, consent.case_id, key)
    if known is not None:
        if peek(known.consent, Consent).counter >= consent.counter:
            return known.consent
        await ledger.erase(ANSWERED, _name(known.place))
    place = await ledger.count(_COUNT, 0, 1)
    at = AnsweredAt(case_id=consent.case_id, report_key=key)
    await ledger.save(ANSWERED, at, _name(place))
    answered = Answered(consent=signed, place=place)
    await ledger.save(ANSWERS, answered, consent.case_id, key)
    return signed


async def is_members(ledger: Ledger, signed: Signed) -> bool:
    """Whether an answer is a member's of a case that this trustee knows."""
    consent = peek(signed, Consent)
    match await ledger.load(CASES, consent.case_id):
        case GatheringCase(claim=claim):
            return consent.report_key in judge.member_keys(claim)
        case JudgedCase(members=members):
            return consent.report_key in {member.report_key for member in members}
        case _:
            known = await ledger.load(ANSWERS, consent.case_id, consent.report_key)
            return known is not None


def _name(place: int) -> bytes:
    return place.to_bytes(8, "big")


async def answers_of(
    ledger: Ledger, case_id: Digest, keys: Iterable[PublicKey]
) -> tuple[Signed, ...]:
    """What these members last answered in a case."""
    known = [await ledger.load(ANSWERS, case_id, key) for key in keys]
    return tuple(answered.consent for answered in known if answered is not None)


async def told_answers(ledger: Ledger, day: int) -> tuple[Signed, ...]:
    """Every answer that may still matter to somebody who has an older one."""
    first = await ledger.count(_FORGOTTEN, 0) + 1
    places = range(first, await ledger.count(_COUNT, 0) + 1)
    listed = [await _at(ledger, place) for place in places]
    return tuple(one.consent for one in listed if one and is_told(one.consent, day))


async def _at(ledger: Ledger, place: int) -> Answered | None:
    at = await ledger.load(ANSWERED, _name(place))
    return await ledger.load(ANSWERS, at.case_id, at.report_key) if at else None


async def forget_old_answers(store: Store, day: int) -> None:
    """Forget from the beginning of the list what is not told any more."""
    forgotten = _BATCH
    while forgotten == _BATCH:
        forgotten = 0
        async with store.transaction() as ledger:
            while forgotten < _BATCH and await _forget_first(ledger, day):
                forgotten += 1


async def _forget_first(ledger: Ledger, day: int) -> bool:
    place = await ledger.count(_FORGOTTEN, 0) + 1
    if place > await ledger.count(_COUNT, 0):
        return False
    answered = await _at(ledger, place)
    if answered is not None:
        if is_told(answered.consent, day):
            return False
        consent = peek(answered.consent, Consent)
        await ledger.erase(ANSWERS, consent.case_id, consent.report_key)
        await ledger.erase(ANSWERED, _name(place))
    await ledger.count(_FORGOTTEN, 0, 1)
    return True
