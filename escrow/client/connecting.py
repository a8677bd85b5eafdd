"""Open the contacts of those who also said yes (§C8)."""

from collections.abc import Sequence
from dataclasses import dataclass

from blind_index.errors import NotEnoughShares, ProtocolError
from blind_index.group import Scalar
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.client.vault import SavedReport
from escrow.credential import (
    check_core_signature,
    check_opening,
    check_standing_credential,
)
from escrow.errors import InvalidCase, InvalidReport
from escrow.manifest import Deployment
from escrow.match_lock import Wrapped, level_secrets, open_wrap
from escrow.messages.cases import CaseView, Connection, Giver, Release, ReleasedShare
from escrow.messages.codec import Blob, decode
from escrow.messages.filing import ContactCard
from escrow.report.check import CheckedReport, check_header
from escrow.report.contents import header_digest, open_contact, quorum, release_context
from escrow.sealing import open_sealed
from escrow.trustee_lock import (
    Part,
    check_share,
    ciphertext_digest,
    combine_shares,
    open_part,
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
    level = report.core.match_threshold
    for output in _shared_outputs(reader):
        secrets = level_secrets(SecretBytes(bytes(output)), reader.deployment.levels)
        for wrap in wraps:
            try:
                return open_wrap(secrets.by_level[level], report.core.report_key, wrap)
            except ProtocolError:
                continue
    raise InvalidCase("the giver's lock does not open with this report")


def _shared_outputs(reader: Reader) -> Sequence[Blob]:
    """The reader's output at her place; all of them for an earlier version's case.

    There the order may have been another one; what she named then she names still.

    Raises:
        InvalidCase: A place that her report does not have.
    """
    view, report = reader.view, reader.report
    if view.header_digests[view.member] != report.header_digest:
        return report.outputs
    position = view.positions[view.member]
    if not 0 <= position < len(report.outputs):
        raise InvalidCase("a position outside the report", culprit="api")
    return report.outputs[position : position + 1]
