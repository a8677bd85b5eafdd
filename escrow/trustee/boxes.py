"""An opening trustee takes in boxes and withdrawals (§F10, §F11, §I1)."""

from dataclasses import dataclass

from msgspec.structs import replace

from blind_index.errors import InconsistentShares
from blind_index.group import Scalar
from blind_index.labels import Label
from escrow.errors import ConflictingReport, InvalidReport
from escrow.messages.codec import (
    Blob,
    Digest,
    EncodedScalar,
    Flag,
    Message,
    Month,
    Nonce,
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
from escrow.trustee.holding import index_answer, share_receipt
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
    never of any other point. The same version again is answered again. What does
    not come after the version that is held is answered with the receipt for that
    one: its author, or the API, has lost it (§F13).

    Raises:
        ConflictingReport: Withdrawn, over, of another kind; or older than what is
            held, where it cannot be shown.
        InconsistentShares: The box does not hold what the header says.
        ProtocolError: The header does not hold.
    """
    report = check_header(trustee.deployment, delivery.header, day=acceptance.day)
    if isinstance(held, HeldReport) and _is_behind(held, report):
        subject = Blob(held.header_digest)
        event = Event(kind="behind", subject=subject, detail=_behind(held, report))
        return Step(held, (_receipt(trustee, held),), (event,))
    if _known(held, report):
        known = _held(held)
        return Step(known, (_receipt(trustee, known), index_answer(trustee, report)))
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
    answers = _receipt(trustee, state), index_answer(trustee, report)
    return Step(state, answers, (event,))


def _held(held: Held | None) -> HeldReport:
    if not isinstance(held, HeldReport):
        raise InvalidReport("nothing is held of this report")
    return held


def _is_behind(held: HeldReport, report: CheckedReport) -> bool:
    """Whether a box is about something older than what is held, or in its place."""
    if report.core.witness != held.witness:
        return False
    newer = report.core.version > held.version
    return not newer and report.digest != held.header_digest


def _behind(held: HeldReport, report: CheckedReport) -> str:
    came = f"version {report.core.version} came"
    return f"{came}, version {held.version} is held and shown again"


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


def _receipt(trustee: Trustee, held: HeldReport) -> SignedReceipt:
    return share_receipt(trustee, held.report_key, held.version, held.header_digest)


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
