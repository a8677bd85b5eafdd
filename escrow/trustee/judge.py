"""A trustee takes in a claimed match and its fellows' letters (§C1 to §C5).

Order of arrival does not matter; repeating a message changes nothing.
"""

from collections.abc import Sequence
from itertools import zip_longest

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from escrow.errors import InvalidCase
from escrow.messages.cases import (
    CaseClaim,
    FellowLetter,
    LockShares,
    SealedLetter,
    SelfEvaluations,
    StandingShares,
)
from escrow.messages.codec import Blob, EncodedElement, PublicKey, decode
from escrow.messages.filing import Core, Header
from escrow.trustee.bench import Bench
from escrow.trustee.case_files import (
    CaseFile,
    GatheringCase,
    JudgedCase,
    WaitingCase,
)
from escrow.trustee.claim import Member, check_claim, read_members
from escrow.trustee.context import Event, Step
from escrow.trustee.fellow_letters import open_letter
from escrow.trustee.rounds import proceed
from escrow.trustee.standing import check_sent_share
from escrow.trustee_lock import Part


def member_keys(claim: CaseClaim) -> list[PublicKey]:
    """Whose held reports a claim is about; to load them.

    Raises:
        MalformedMessage: A header does not decode.
    """
    return [
        decode(decode(m.header.payload, Header).core, Core).report_key
        for m in claim.members
    ]


def receive_claim(
    bench: Bench, file: CaseFile | None, claim: CaseClaim
) -> Step[CaseFile]:
    """Confirm a claim, open its file, go as far as the evidence carries.

    Raises:
        ProtocolError: Why it is not a match.
    """
    if isinstance(file, GatheringCase | JudgedCase):
        return Step(file)
    members = read_members(bench.deployment, claim, bench.held, day=bench.day)
    tags = check_claim(bench.deployment, claim, members)
    waiting = file or WaitingCase(case_id=claim.case_id)
    case = GatheringCase(
        case_id=claim.case_id,
        claim=claim,
        tags=tuple(tuple(EncodedElement(t.encode()) for t in row) for row in tags),
        consents=waiting.consents,
    )
    event = Event(
        kind="claim",
        subject=Blob(claim.case_id),
        detail=f"level {claim.level}, {len(members)} members",
    )
    step = proceed(bench, members, Step(case, (), (event,)))
    for letter in waiting.letters:
        step = step.then(receive_letter(bench, step.state, letter))
    return step


def receive_letter(
    bench: Bench, file: CaseFile | None, sealed: SealedLetter
) -> Step[CaseFile]:
    """Add a fellow's letter to the file and go as far as it carries.

    A letter that does not hold is not kept; the log names its sender.
    """
    if isinstance(file, JudgedCase):
        return Step(file)
    if not isinstance(file, GatheringCase):
        waiting = file or WaitingCase(case_id=sealed.case_id)
        kept = tuple(known for known in waiting.letters if known != sealed)
        return Step(replace(waiting, letters=(*kept, sealed)))
    members = read_members(bench.deployment, file.claim, bench.held, day=bench.day)
    try:
        letter = open_letter(bench.trustee, sealed)
        check_letter(members, letter)
    except ProtocolError as error:
        detail = f"trustee {sealed.sender}: {type(error).__name__}: {error}"
        event = Event(kind="letter refused", subject=Blob(file.case_id), detail=detail)
        return Step(file, (), (event,))
    return proceed(bench, members, Step(file_letter(file, letter)))


def check_letter(members: Sequence[Member], letter: FellowLetter) -> None:
    """Refuse a letter whose shares are not the ones the headers commit to.

    Raises:
        InvalidCase: It is not about this case's members.
        InconsistentShares: A share off its hash; names the sender.
    """
    if isinstance(letter, SelfEvaluations):
        return
    part = Part.STANDING if isinstance(letter, StandingShares) else Part.LOCK
    places = (
        letter.members if isinstance(letter, LockShares) else tuple(range(len(members)))
    )
    for place, share in zip_longest(places, letter.shares):
        if place is None or not 0 <= place < len(members):
            raise InvalidCase("a letter about other members", culprit=letter.sender)
        if share is not None:
            check_sent_share(members[place], part, letter.sender, share)
        elif part is Part.LOCK:
            raise InvalidCase("a share is missing", culprit=letter.sender)


def file_letter(case: GatheringCase, letter: FellowLetter) -> GatheringCase:
    """The file with a letter more; the first of a sender and kind stays."""
    if letter.sender in _senders(case, letter):
        return case
    match letter:
        case StandingShares():
            return replace(case, standing=(*case.standing, letter))
        case SelfEvaluations():
            return replace(case, evaluations=(*case.evaluations, letter))
        case LockShares():
            return replace(case, lock=(*case.lock, letter))


def _senders(case: GatheringCase, letter: FellowLetter) -> set[int]:
    """Who already sent a letter of this kind."""
    known: tuple[FellowLetter, ...] = (*case.standing, *case.evaluations, *case.lock)
    return {other.sender for other in known if type(other) is type(letter)}
