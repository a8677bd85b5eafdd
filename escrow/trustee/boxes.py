"""An opening trustee takes in boxes and withdrawals (§F10, §F11, §I1)."""

from dataclasses import dataclass

from msgspec.structs import replace

from blind_index.errors import InconsistentShares
from blind_index.group import Scalar
from blind_index.labels import Label
from blind_index.threshold_evaluation import make_evaluation_share
from escrow.errors import ConflictingReport, InvalidReport
from escrow.messages.codec import (
    Blob,
    Digest,
    EncodedElement,
    EncodedScalar,
    Flag,
    Message,
    Month,
    Nonce,
    Proof,
    PublicKey,
    Signed,
    decode,
)
from escrow.messages.filing import (
    Box,
    BoxedShares,
    Core,
    ErasureReceipt,
    Header,
    IndexAnswer,
    ShareReceipt,
    Withdrawal,
)
from escrow.messages.mailbox import (
    BoxDelivery,
    SignedErasure,
    SignedReceipt,
    WithdrawalNotice,
)
from escrow.report.check import CheckedReport, check_header
from escrow.report.contents import box_context
from escrow.sealing import open_sealed
from escrow.signing import open_signed, peek, sign
from escrow.trustee.context import Event, Step, Trustee
from escrow.trustee_lock import Part, check_share


class HeldReport(Message, frozen=True, tag="held-report/1"):
    """A trustee's shares of the newest version of one report.

    `sequence` is the trustee's own order of acceptance; of two reports of one
    person the higher stands.
    """

    report_key: PublicKey
    version: int
    witness: Flag
    header_digest: Digest
    expiry_month: Month
    accepted_day: int
    sequence: int
    shares: tuple[EncodedScalar, EncodedScalar, EncodedScalar, EncodedScalar]


class Tombstone(Message, frozen=True, tag="tombstone/1"):
    """What is left of a withdrawn report: nothing that opens or matches.

    The withdrawal is kept as it was signed: whoever lost it in a restored backup
    can be shown it again (§T6).
    """

    report_key: PublicKey
    version: int
    withdrawal: Signed


class VersionClaim(Message, frozen=True):
    """The highest version that a fellow says it holds."""

    fellow: int
    version: int


class SupersededReport(Message, frozen=True, tag="superseded-report/1"):
    """A report of which fellows hold a newer version than a restored trustee.

    `version` is the lowest that is taken in again: the next after its own, or what
    enough of `claims` name at least. Nothing of its own is used; `kept` is None once
    enough fellows said so (§T7).
    """

    report_key: PublicKey
    version: int
    witness: Flag
    claims: tuple[VersionClaim, ...]
    kept: HeldReport | None


class EndedReport(Message, frozen=True, tag="ended-report/1"):
    """A report whose last month is over: its shares are erased (§F12)."""

    report_key: PublicKey
    version: int
    witness: Flag


Held = HeldReport | Tombstone | SupersededReport | EndedReport


@dataclass(frozen=True)
class Acceptance:
    """The trustee's own day and place in its order of acceptance."""

    day: int
    sequence: int


def claimed_report_key(delivery: BoxDelivery) -> PublicKey:
    """Which report a delivery says it is about; to load what is held of it."""
    return decode(peek(delivery.header, Header).core, Core).report_key


def withdrawn_report_key(notice: WithdrawalNotice) -> PublicKey:
    """Which report a notice says was withdrawn; to load what is held of it."""
    return peek(notice.withdrawal, Withdrawal).report_key


def accept_box(
    trustee: Trustee,
    held: Held | None,
    delivery: BoxDelivery,
    acceptance: Acceptance,
) -> Step[Held]:
    """Keep the shares of a report's newest version, and index it.

    Answers with a receipt for the survivor and the s-evaluation of every c2,
    never of any other point. The same version again is answered again.

    Raises:
        ConflictingReport: Withdrawn, an older version, or another of the same
            number.
        InconsistentShares: The box does not hold what the header says.
        ProtocolError: The header does not hold.
    """
    report = check_header(trustee.deployment, delivery.header, day=acceptance.day)
    if _known(held, report):
        return Step(_held(held), _answers(trustee, report))
    shares = _open_box(trustee, report, delivery.box)
    state = HeldReport(
        report_key=report.core.report_key,
        version=report.core.version,
        witness=report.core.witness,
        header_digest=report.digest,
        expiry_month=report.core.expiry_month,
        accepted_day=acceptance.day,
        sequence=acceptance.sequence,
        shares=shares,
    )
    event = Event(
        kind="accepted",
        subject=Blob(report.digest),
        detail=f"version {report.core.version}, "
        f"{len(report.points)} evaluations under s",
    )
    return Step(state, _answers(trustee, report), (event,))


def _held(held: Held | None) -> Held:
    if held is None:
        raise InvalidReport("nothing is held of this report")
    return held


def _known(held: Held | None, report: CheckedReport) -> bool:
    """True for the version already held; refuses what would roll back."""
    if held is None:
        return False
    if isinstance(held, Tombstone):
        raise ConflictingReport("the report was withdrawn")
    if report.core.version < held.version:
        raise ConflictingReport("a newer version is held")
    if report.core.witness != held.witness:
        raise ConflictingReport("a witness's report does not become another's")
    if isinstance(held, SupersededReport) or report.core.version > held.version:
        return False
    _check_same(held, report)
    return True


def _check_same(held: HeldReport | EndedReport, report: CheckedReport) -> None:
    """Refuse a version that is not the one known under its number."""
    if isinstance(held, EndedReport):
        raise ConflictingReport("the time of this version is over")
    if report.digest != held.header_digest:
        raise ConflictingReport("another version of the same number is held")


def _open_box(
    trustee: Trustee, report: CheckedReport, box: Box
) -> tuple[EncodedScalar, EncodedScalar, EncodedScalar, EncodedScalar]:
    seed = trustee.box_seeds.get(box.box_key)
    if seed is None or box.index != trustee.index:
        raise InvalidReport("a box for another key or trustee")
    context = box_context(trustee.deployment, report.digest, trustee.index)
    plaintext = open_sealed(seed, box.ciphertext, Label.TRUSTEE_BOX, *context)
    boxed = decode(plaintext, BoxedShares, culprit="reporter")
    if boxed.header_digest != report.digest:
        raise InconsistentShares("a box of another report", culprit="reporter")
    hashes = report.header.share_hashes[trustee.index - 1]
    for part in Part:
        share = Scalar.decode(boxed.shares[part])
        key = report.core.report_key
        check_share(key, part, trustee.index, share, hashes[part])
    return boxed.shares


def _answers(
    trustee: Trustee, report: CheckedReport
) -> tuple[SignedReceipt, IndexAnswer]:
    receipt = ShareReceipt(
        deployment_id=trustee.deployment.roster.deployment_id,
        index=trustee.index,
        report_key=report.core.report_key,
        version=report.core.version,
        header_digest=report.digest,
    )
    share = make_evaluation_share(
        trustee.key_share, trustee.deployment.opening_keys, report.points
    )
    answer = IndexAnswer(
        index=trustee.index,
        header_digest=report.digest,
        evaluated_elements=tuple(EncodedElement(e.encode()) for e in share.elements),
        proof=Proof(share.proof),
    )
    signed = sign(trustee.identity_seed, Label.SHARE_RECEIPT, receipt)
    return SignedReceipt(receipt=signed), answer


def accept_withdrawal(
    trustee: Trustee, held: Held | None, notice: WithdrawalNotice
) -> Step[Held]:
    """Erase the shares of a withdrawn report and say so.

    A tombstone stays, also for a report never seen, so that neither an old
    backup nor a late box can bring it back. The version does not matter: a
    withdrawal is final, and a client may have lost count.

    Raises:
        ConflictingReport: From another deployment.
        InvalidSignature: Not signed by the report key.
    """
    claimed = peek(notice.withdrawal, Withdrawal)
    withdrawal = open_signed(
        notice.withdrawal, Withdrawal, Label.REPORT_WITHDRAWAL, claimed.report_key
    )
    if withdrawal.deployment_id != trustee.deployment.deployment_id:
        raise ConflictingReport("a withdrawal from another deployment")
    receipt = ErasureReceipt(
        deployment_id=Nonce(trustee.deployment.deployment_id),
        index=trustee.index,
        report_key=withdrawal.report_key,
        version=withdrawal.version,
    )
    signed = sign(trustee.identity_seed, Label.ERASURE_RECEIPT, receipt)
    events: tuple[Event, ...] = ()
    if not isinstance(held, Tombstone):
        subject = Blob(withdrawal.report_key)
        events = (Event(kind="erased", subject=subject, detail="withdrawn"),)
    state = Tombstone(
        report_key=withdrawal.report_key,
        version=withdrawal.version,
        withdrawal=notice.withdrawal,
    )
    return Step(state, (SignedErasure(receipt=signed),), events)


def end_report(held: Held, month: int) -> Held | None:
    """What is left of a report in this month if its last one is over (§F12).

    A later version may have been sent in time and still be on its way, so the
    version stays. Of a superseded one the old shares go.

    Returns:
        The state to keep instead, or None if nothing has ended.
    """
    if isinstance(held, SupersededReport):
        over = held.kept is not None and held.kept.expiry_month < month
        return replace(held, kept=None) if over else None
    if not isinstance(held, HeldReport) or held.expiry_month >= month:
        return None
    return EndedReport(
        report_key=held.report_key, version=held.version, witness=held.witness
    )
