"""Come back: see a group, answer, and meet those who also said yes (§S, §C7, §C8)."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from blind_index.errors import NotEnoughShares, ProtocolError
from blind_index.group import Scalar
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from escrow.case import case_id_of, witness_case_id_of
from escrow.client.vault import SavedReport
from escrow.credential import (
    check_core_signature,
    check_opening,
    check_standing_credential,
)
from escrow.errors import InvalidCase, InvalidReport
from escrow.manifest import Deployment
from escrow.match_lock import Wrapped, level_secrets, open_wrap
from escrow.messages.cases import (
    Answer,
    CaseView,
    Connection,
    ConnectionRequest,
    Consent,
    Giver,
    Release,
    ReleasedShare,
    StatusRequest,
    Verdict,
)
from escrow.messages.codec import Digest, Nonce, Signed, decode
from escrow.messages.filing import ContactCard
from escrow.report.check import CheckedReport, check_header
from escrow.report.contents import header_digest, open_contact, quorum, release_context
from escrow.sealing import open_sealed
from escrow.signing import open_signed, peek, public_key, sign
from escrow.trustee_lock import (
    Part,
    check_share,
    ciphertext_digest,
    combine_shares,
    open_part,
)

CONSENT_DAYS = 60
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
    if view.header_digests[view.member] != report.header_digest:
        raise InvalidCase("a case of another version of the report", culprit="api")
    if report.witness != is_witness(view):
        raise InvalidCase("a witness's report in another place", culprit="api")


def is_witness(view: CaseView) -> bool:
    """Whether she is the witness of this case, and not one of the group."""
    return view.witness and view.member == len(view.header_digests) - 1


def answer_case(
    report: SavedReport, view: CaseView, answer: Answer, *, day: int
) -> tuple[SavedReport, Signed]:
    """Answer yes, later or no, for exactly the members of this case."""
    # A vault write may have been lost, so the server's count is heeded; but not
    # a jump, which could leave her no higher number.
    behind = 0 < view.counter - report.consent_counter <= COUNTERS_LOST
    counter = (view.counter if behind else report.consent_counter) + 1
    seed = report.keys().report_seed
    consent = Consent(
        case_id=view.case_id,
        report_key=public_key(seed),
        header_digests=view.header_digests,
        answer=answer,
        counter=counter,
        last_day=day + CONSENT_DAYS,
    )
    signed = sign(seed, Label.CONSENT, consent)
    answered = report.answered_version
    if not view.witness:
        answered = 0 if answer == "no" else report.version
    kept = replace(report, consent_counter=counter, answered_version=answered)
    return kept, signed


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


@dataclass(frozen=True)
class Contact:
    """One member who said yes: her card, and what the registrar verified.

    `witness`: she saw or heard something, and came on the group's invitation.
    """

    member: int
    card: ContactCard
    verified_name: str
    verified_email: str
    witness: bool = False


@dataclass(frozen=True)
class Reader:
    """What a reader opens with: her report, and the group as she sees it."""

    deployment: Deployment
    report: SavedReport
    view: CaseView


def open_connection(
    reader: Reader, connection: Connection
) -> tuple[list[Contact], list[ProtocolError]]:
    """Open every contact that was released to her.

    Returns:
        The contacts, and the faults of givers who could not be opened. A giver
        for whom fewer than t' trustees have spoken is in neither.
    """
    contacts, faults = [], []
    for giver in connection.givers:
        try:
            contacts.append(open_giver(reader, giver))
        except NotEnoughShares:
            continue
        except ProtocolError as fault:
            faults.append(fault)
    return contacts, faults


def open_giver(reader: Reader, giver: Giver) -> Contact:
    """Combine the shares, unlock with her own secret, check who it is (§C8).

    Raises:
        NotEnoughShares: Fewer than t' trustees have released yet.
        ProtocolError: What of the giver's report does not hold.
    """
    view = reader.view
    if not 0 <= giver.member < len(view.header_digests):
        raise InvalidCase("a giver outside the case", culprit="api")
    if header_digest(giver.header.payload) != view.header_digests[giver.member]:
        raise InvalidCase("a giver of another case", culprit="api")
    report = check_header(reader.deployment, giver.header, day=None)
    if bool(report.core.witness) != view.witness:
        raise InvalidCase("a giver in another role than the case's", culprit="api")
    if ciphertext_digest(giver.contact) != report.header.parts[Part.CONTACT].ciphertext:
        raise InvalidReport("a contact other than the header's", culprit="api")
    shares, wraps = _released(reader, giver, report)
    hashes = [row[Part.CONTACT] for row in report.header.share_hashes]
    key = report.core.report_key
    secret = combine_shares(
        shares, hashes, key, Part.CONTACT, quorum(reader.deployment)
    )
    sealed = open_part(secret, key, Part.CONTACT, giver.contact)
    wrapped = _unwrap(reader, report, wraps)
    part = open_contact(wrapped.contact_key, key, sealed)
    # No date: the trustees judged it, and a report may outlive its credential.
    credential = check_standing_credential(reader.deployment, part.credential, None)
    check_core_signature(credential, part.core_signature, report.header.core)
    opening = check_opening(credential, part.opening)
    names = opening.name, opening.email
    return Contact(giver.member, part.card, *names, witness=view.witness)


def _released(
    reader: Reader, giver: Giver, report: CheckedReport
) -> tuple[dict[int, Scalar], list[bytes]]:
    """The shares that verify, by trustee; and the wraps that came with them."""
    shares, wraps = {}, []
    for release in giver.releases:
        try:
            reader.deployment.trustee("opening", release.index)
            opened = _open_release(reader, release, report)
            share = Scalar.decode(opened.share)
            expected = report.header.share_hashes[release.index - 1][Part.CONTACT]
            check_share(
                report.core.report_key, Part.CONTACT, release.index, share, expected
            )
        except ProtocolError:
            continue
        shares[release.index] = share
        wraps.append(bytes(opened.wrap))
    return shares, wraps


def _open_release(
    reader: Reader, release: Release, report: CheckedReport
) -> ReleasedShare:
    view = reader.view
    context = release_context(
        reader.deployment, view.case_id, report.digest, view.header_digests[view.member]
    )
    plaintext = open_sealed(
        reader.report.keys().reader_seed,
        release.ciphertext,
        Label.RELEASE_BOX,
        *context,
        bytes([release.index]),
    )
    return decode(plaintext, ReleasedShare, culprit=release.index)


def _unwrap(reader: Reader, report: CheckedReport, wraps: Sequence[bytes]) -> Wrapped:
    """The giver's contact key, opened with the reader's own level secret.

    Raises:
        InvalidCase: No wrap opens: they do not name the same person.
    """
    position = reader.view.positions[reader.view.member]
    if not 0 <= position < len(reader.report.outputs):
        raise InvalidCase("a position outside the report", culprit="api")
    output = SecretBytes(bytes(reader.report.outputs[position]))
    secrets = level_secrets(output, reader.deployment.levels)
    secret = secrets.by_level[report.core.match_threshold]
    for wrap in wraps:
        try:
            return open_wrap(secret, report.core.report_key, wrap)
        except ProtocolError:
            continue
    raise InvalidCase("the giver's lock does not open with this report")
