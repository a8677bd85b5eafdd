"""Answers, and what a trustee releases on them (§C7, §C8)."""

from collections.abc import Sequence

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from blind_index.labels import Label
from escrow.case import MAX_MEMBERS, check_consent, latest_answers
from escrow.errors import InvalidConsent
from escrow.messages.cases import Consent, Release, ReleasedShare
from escrow.messages.codec import Blob, Digest, PublicKey, Signed, encode
from escrow.messages.mailbox import ConsentNotice
from escrow.report.contents import release_context
from escrow.sealing import seal_to
from escrow.signing import open_signed, peek
from escrow.trustee.answers import answer_receipts, yes_set
from escrow.trustee.bench import Bench
from escrow.trustee.boxes import HeldReport
from escrow.trustee.case_files import (
    CaseFile,
    GatheringCase,
    JudgedCase,
    WaitingCase,
)
from escrow.trustee.context import Event, Step
from escrow.trustee.holds import is_held
from escrow.trustee.invitation import invite, witness_pairs
from escrow.trustee_lock import Part


def receive_consent(
    bench: Bench, file: CaseFile | None, notice: ConsentNotice
) -> Step[CaseFile]:
    """Note a member's answer, sign that it is here, and release what it now allows.

    Before the verdict the answer waits in the file. To an older one, or the same
    again, the receipt names the newest (§C10).

    Raises:
        InvalidConsent: Not this case's members, expired, or not a member.
        InvalidSignature: Not signed by the report key.
    """
    noted = note_answer(file, notice.consent, day=bench.day)
    consent = peek(notice.consent, Consent)
    receipts = answer_receipts(bench.trustee, noted.consents, consent.report_key)
    step = Step(noted, receipts)
    if noted == file or not isinstance(noted, JudgedCase):
        return step
    return step.then(review(bench, _owing(noted, consent)))


def note_answer(file: CaseFile | None, signed: Signed, *, day: int) -> CaseFile:
    """Put an answer into the file, in place of an older one of the same member.

    Args:
        file: The case; None while nothing is known of it.
        signed: The answer.
        day: On which it would be used; 0 for one that counts even when it has
            expired, as the newest word of its author (§T7).

    Raises:
        InvalidConsent, InvalidSignature: As for `receive_consent`.
    """
    consent = peek(signed, Consent)
    if not isinstance(file, JudgedCase):
        return _keep(file or WaitingCase(case_id=consent.case_id), signed)
    check_consent(signed, file.case_id, _listed(file), day=day)
    known = latest_answers(file.consents).get(consent.report_key)
    if known is not None and known.counter >= consent.counter:
        return file
    others = tuple(
        one
        for one in file.consents
        if peek(one, Consent).report_key != consent.report_key
    )
    return replace(file, consents=(*others, signed))


def _owing(case: JudgedCase, consent: Consent) -> JudgedCase:
    """Who says yes anew gets again what was released to her, and so do the others.

    It may be that the server lost it: she would not be asked again otherwise.
    """
    if consent.answer != "yes":
        return case
    mine = [member.report_key for member in case.members].index(consent.report_key)
    again = (pair for pair in case.released if mine in pair)
    return replace(case, owed=tuple(sorted({*case.owed, *again})))


def _keep(
    case: WaitingCase | GatheringCase, signed: Signed
) -> WaitingCase | GatheringCase:
    """Keep an answer that its key signed: the newest a key, and not many.

    Raises:
        InvalidConsent: More keys have answered than a case has members.
        InvalidSignature: Not signed by the report key that it names.
    """
    key = peek(signed, Consent).report_key
    consent = open_signed(signed, Consent, Label.CONSENT, key)
    known = latest_answers(case.consents)
    if key in known and known[key].counter >= consent.counter:
        return case
    if key not in known and len(known) > MAX_MEMBERS:
        raise InvalidConsent("more answers than a case has members")
    others = (s for s in case.consents if peek(s, Consent).report_key != key)
    return replace(case, consents=(*others, signed))


def _listed(case: JudgedCase) -> dict[PublicKey, Digest]:
    return {member.report_key: member.header_digest for member in case.members}


def review(bench: Bench, case: JudgedCase) -> Step[CaseFile]:
    """Release to every ordered pair that may and has not been served (§C8, §B5).

    So too, once more, what was served and is owed again: the same share to the same
    key, if the answers still allow it. Nothing at all while the case is held (§H3).
    """
    keys = [member.report_key for member in case.members]
    if is_held(bench.holds, case.case_id, keys, bench.day):
        return Step(case)
    step = invite(bench, case) if case.invitable else Step(case)
    case = step.state
    allowed = [
        (giver, reader)
        for giver, reader in _allowed_pairs(bench, case)
        if isinstance(bench.held.get(case.members[giver].report_key), HeldReport)
    ]
    fresh = [pair for pair in allowed if pair not in case.released]
    again = [pair for pair in allowed if pair in case.owed]
    state = replace(
        case,
        released=(*case.released, *fresh),
        owed=tuple(pair for pair in case.owed if pair not in again),
    )
    letters = tuple(_release(bench, case, *pair) for pair in (*fresh, *again))
    events = _told(case, "released", fresh) + _told(case, "released again", again)
    return step.then(Step(state, letters, events))


def _told(
    case: JudgedCase, kind: str, pairs: Sequence[tuple[int, int]]
) -> tuple[Event, ...]:
    detail = ", ".join(f"{giver} to {reader}" for giver, reader in pairs)
    event = Event(kind=kind, subject=Blob(case.case_id), detail=detail)
    return (event,) if pairs else ()


def _allowed_pairs(bench: Bench, case: JudgedCase) -> list[tuple[int, int]]:
    """Who may be given to whom, by place: giver, reader."""
    if case.invitable:
        return witness_pairs(bench, case)
    willing = yes_set(case, bench.held, bench.day)
    return [(g, r) for g in willing for r in willing if g != r]


def _release(bench: Bench, case: JudgedCase, giver: int, reader: int) -> Release:
    to, by = case.members[reader], case.members[giver]
    held = bench.held[by.report_key]
    if not isinstance(held, HeldReport):
        raise InvalidConsent("the giver took her report back")
    content = ReleasedShare(share=held.shares[Part.CONTACT], wrap=by.wrap)
    ciphertext = seal_to(
        to.reader_key,
        encode(content),
        Label.RELEASE_BOX,
        *release_context(
            bench.deployment, case.case_id, by.header_digest, to.header_digest
        ),
        bytes([bench.trustee.index]),
    )
    return Release(
        case_id=case.case_id,
        index=bench.trustee.index,
        giver=giver,
        reader=reader,
        ciphertext=ciphertext,
    )


def take_up(bench: Bench, step: Step[CaseFile]) -> Step[CaseFile]:
    """After a verdict: check the answers that came before it, and release."""
    case = step.state
    judged_now = any(event.kind == "verdict" for event in step.events)
    if not isinstance(case, JudgedCase) or not case.consents or not judged_now:
        return step
    fresh = Step[CaseFile](replace(case, consents=()))
    for signed in case.consents:
        try:
            notice = ConsentNotice(consent=signed)
            fresh = fresh.then(receive_consent(bench, fresh.state, notice))
        except ProtocolError:
            continue
    return step.then(fresh)
