"""Come back: see a group, answer, ask what was released (§S, §C7)."""

from collections.abc import Sequence

from msgspec.structs import replace

from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from escrow.case import case_id_of, witness_case_id_of
from escrow.client.answers import sign_answer, with_answer
from escrow.client.vault import SavedAnswer, SavedReport
from escrow.client.versions import own_digests, version_of
from escrow.errors import InvalidCase
from escrow.manifest import Deployment
from escrow.messages.cases import (
    ANSWER_DAYS,
    Answer,
    CaseView,
    ConnectionRequest,
    StatusRequest,
    Verdict,
)
from escrow.messages.codec import Digest, Nonce, Signed
from escrow.report.contents import quorum
from escrow.signing import open_signed, peek, public_key, sign

COUNTERS_LOST = 1000


def ask_status(
    deployment: Deployment, report: SavedReport, *, randomness: Randomness = SYSTEM
) -> Signed:
    """The signed question how a report stands; draws 16 bytes."""
    seed = report.keys().report_seed
    request = StatusRequest(
        manifest_digest=deployment.digest,
        report_key=public_key(seed),
        request_id=Nonce(randomness(16)),
    )
    return sign(seed, Label.STATUS_REQUEST, request)


def ask_connection(
    deployment: Deployment,
    report: SavedReport,
    case_id: Digest,
    *,
    randomness: Randomness = SYSTEM,
) -> Signed:
    """The signed question what was released to her in a case."""
    seed = report.keys().report_seed
    request = ConnectionRequest(
        manifest_digest=deployment.digest,
        report_key=public_key(seed),
        case_id=case_id,
        request_id=Nonce(randomness(16)),
    )
    return sign(seed, Label.CONNECTION_REQUEST, request)


def check_case(deployment: Deployment, report: SavedReport, view: CaseView) -> None:
    """Refuse a group that t' trustees did not find, or that she is not in.

    Raises:
        InvalidCase: The server shows what the trustees did not say.
        InvalidSignature: A verdict that its trustee did not sign.
    """
    _check_place(report, view)
    found = set()
    for signed in view.verdicts:
        index = peek(signed, Verdict, culprit="api").index
        identity = deployment.trustee("opening", index).identity_key
        verdict = open_signed(signed, Verdict, Label.VERDICT, identity, culprit=index)
        if verdict.case_id == view.case_id and view.member in verdict.standing:
            found.add(index)
    if len(found) < quorum(deployment).trustee_threshold:
        raise InvalidCase("too few trustees found this group", culprit="api")


def _check_place(report: SavedReport, view: CaseView) -> None:
    """Refuse a view of another case, or from another place than hers."""
    name_of = witness_case_id_of if view.witness else case_id_of
    if not view.header_digests or name_of(view.header_digests) != view.case_id:
        raise InvalidCase("a case with other members", culprit="api")
    if not 0 <= view.member < len(view.header_digests):
        raise InvalidCase("a place outside the case", culprit="api")
    if len(view.positions) != len(view.header_digests):
        raise InvalidCase("not one position a member", culprit="api")
    if view.header_digests[view.member] not in own_digests(report):
        raise InvalidCase("a case of another version of the report", culprit="api")
    if report.witness != is_witness(view):
        raise InvalidCase("a witness's report in another place", culprit="api")


def is_witness(view: CaseView) -> bool:
    """Whether she is the witness of this case, and not one of the group."""
    return view.witness and view.member == len(view.header_digests) - 1


def answer_case(
    report: SavedReport, view: CaseView, answer: Answer, *, day: int
) -> tuple[SavedReport, Signed]:
    """Answer yes, later or no, for exactly the members of this case.

    The report is to be kept before the answer is sent: its counter is used up, and an
    answer other than yes is sent again until enough trustees signed for it (§C10).
    """
    # A vault write may have been lost, so the server's count is heeded; but not
    # a jump, which could leave her no higher number.
    behind = 0 < view.counter - report.consent_counter <= COUNTERS_LOST
    counter = (view.counter if behind else report.consent_counter) + 1
    given = SavedAnswer(
        case_id=view.case_id,
        header_digests=view.header_digests,
        answer=answer,
        counter=counter,
        last_day=day + ANSWER_DAYS,
    )
    answered = report.answered_version
    if not view.witness:
        own = version_of(report, view.header_digests[view.member])
        answered = 0 if answer == "no" else own or report.version
    kept = replace(with_answer(report, given, day=day), answered_version=answered)
    return kept, sign_answer(report, given)


def retract(report: SavedReport, given: SavedAnswer, *, day: int) -> SavedReport:
    """Say no to a group that she told yes, and that the API does not show her."""
    counter, last_day = report.consent_counter + 1, day + ANSWER_DAYS
    said = replace(given, answer="no", counter=counter, last_day=last_day, heard=())
    kept = with_answer(report, said, day=day)
    return replace(kept, answered_version=0)


def has_shrunk(report: SavedReport, groups: Sequence[CaseView]) -> bool:
    """Whether the group that she answered is gone: others left, or changed theirs.

    Who said no is not told; nor is somebody who has not answered, because noting
    in the vault that she was asked would show on the wire that she was.

    Args:
        report: Hers.
        groups: What its status shows, checked.
    """
    return (
        not report.witness
        and not groups
        and 0 < report.answered_version == report.version
    )
