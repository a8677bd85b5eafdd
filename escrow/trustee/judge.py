"""A trustee takes in a claimed match and its fellows' letters (§C1 to §C5).

Order of arrival does not matter; repeating a message changes nothing.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from escrow.case import case_id_of
from escrow.errors import InvalidCase
from escrow.messages.cases import (
    CaseClaim,
    FellowLetter,
    LockShares,
    SealedLetter,
    SelfEvaluations,
    StandingShares,
)
from escrow.messages.codec import Blob, Digest, EncodedElement, PublicKey, decode
from escrow.messages.filing import Core, Header
from escrow.report.contents import header_digest
from escrow.trustee.bench import Bench
from escrow.trustee.case_files import (
    CaseFile,
    GatheringCase,
    JudgedCase,
    WaitingCase,
)
from escrow.trustee.claim import (
    Member,
    check_claim,
    read_accepted,
    read_members,
)
from escrow.trustee.context import Event, Step
from escrow.trustee.evidence import file_letter
from escrow.trustee.fellow_letters import open_letter
from escrow.trustee.repeating import say_again
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


def group_of(file: CaseFile | CaseClaim | None) -> Digest | None:
    """The id of the group's case, of a claim or file about a witness; to load it.

    Raises:
        MalformedMessage: A header does not decode.
    """
    if isinstance(file, JudgedCase):
        return None if file.invitable is None else file.invitable.group_case_id
    if file is None or isinstance(file, WaitingCase):
        return None
    claim = file.claim if isinstance(file, GatheringCase) else file
    if not claim.members:
        return None
    *group, last = [member.header.payload for member in claim.members]
    if decode(decode(last, Header).core, Core).witness:
        return case_id_of([header_digest(payload) for payload in group])
    return None


def receive_claim(
    bench: Bench, file: CaseFile | None, claim: CaseClaim
) -> Step[CaseFile]:
    """Confirm a claim, open its file, go as far as the evidence carries.

    A claim that is known is answered with what was said before (§T1).

    Raises:
        ProtocolError: Why it is not a match.
    """
    if isinstance(file, GatheringCase | JudgedCase):
        return say_again(bench, file, claim.box_keys)
    members = read_members(bench.deployment, claim, bench.held)
    tags = check_claim(bench.deployment, claim, members)
    waiting = file or WaitingCase(case_id=claim.case_id)
    case = GatheringCase(
        case_id=claim.case_id,
        claim=claim,
        opened_day=bench.day,
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
    case = file or WaitingCase(case_id=sealed.case_id)
    try:
        letter = open_letter(bench.trustee, sealed)
        if isinstance(case, WaitingCase):
            return Step(_keep(bench, case, sealed, letter))
        members = read_accepted(case.claim)
        check_letter(members, letter)
    except ProtocolError as error:
        detail = f"trustee {sealed.sender}: {type(error).__name__}: {error}"
        event = Event(kind="letter refused", subject=Blob(case.case_id), detail=detail)
        return Step(case, (), (event,))
    filed = file_letter(case, letter)
    return Step(case) if filed == case else proceed(bench, members, Step(filed))


def _keep(
    bench: Bench, case: WaitingCase, sealed: SealedLetter, letter: FellowLetter
) -> WaitingCase:
    """Keep a letter until the claim comes; the newest of a sender and kind."""
    others = tuple(
        known
        for known in case.letters
        if known.sender != sealed.sender
        or type(open_letter(bench.trustee, known)) is not type(letter)
    )
    return replace(case, letters=(*others, sealed))


def review_case(bench: Bench, file: CaseFile) -> Step[CaseFile]:
    """Look at a case again: a day has passed, or a missing box has come."""
    if not isinstance(file, GatheringCase):
        return Step(file)
    return proceed(bench, read_accepted(file.claim), Step(file))


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
    if len(places) != len(letter.shares):
        raise InvalidCase("not one share a member", culprit=letter.sender)
    for place, share in zip(places, letter.shares, strict=True):
        if not 0 <= place < len(members):
            raise InvalidCase("a letter about other members", culprit=letter.sender)
        if share is not None:
            check_sent_share(members[place], part, letter.sender, share)
        elif part is Part.LOCK:
            raise InvalidCase("a share is missing", culprit=letter.sender)
