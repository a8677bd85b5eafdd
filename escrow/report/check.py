"""What anybody who handles a report checks of it (§F9)."""

from dataclasses import dataclass

from blind_index.group import Element
from blind_index.labels import Label
from escrow import aead, trustee_lock
from escrow.calendar import month_of
from escrow.encrypted_tag import check_encrypted_tags
from escrow.errors import InvalidReport
from escrow.manifest import Deployment, check_digest
from escrow.messages.codec import Digest, Signed, decode
from escrow.messages.filing import Core, Header, ReportSubmission
from escrow.padding import check_entry_count, part_sizes
from escrow.report.contents import BOX_BYTES, header_digest, quorum, tag_binding
from escrow.sealing import check_sealing_key
from escrow.signing import open_signed, peek

MAX_EXPIRY_MONTHS = 120
# A later version costs no token, so that their number must be bounded.
MAX_VERSIONS = 64


@dataclass(frozen=True)
class CheckedReport:
    """A header that was verified; `points` are the c2 of its encrypted tags."""

    signed: Signed
    digest: Digest
    header: Header
    core: Core
    points: tuple[Element, ...]


def check_header(
    deployment: Deployment, signed: Signed, *, day: int | None
) -> CheckedReport:
    """Everything about a header that anybody can check.

    Args:
        deployment: The manifest.
        signed: As it travels.
        day: On which the report must not have expired; None to leave that to
            the caller, once the report was accepted.

    Raises:
        ProtocolError: The leaf says what does not hold; nothing is stored.

    Source: PROTOCOL.md §F9.
    """
    header = peek(signed, Header)
    core = decode(header.core, Core)
    open_signed(signed, Header, Label.REPORT_HEADER, core.report_key)
    check_digest(deployment, core.manifest_digest)
    check_entry_count(core.encrypted_tags, "encrypted_tags")
    if core.match_threshold not in deployment.group_sizes():
        raise InvalidReport("a match threshold that the deployment does not offer")
    if core.witness and core.match_threshold != deployment.group_sizes()[0]:
        raise InvalidReport("a witness with a group size of her own")
    if (core.version == 1) != (core.previous is None) or core.version < 1:
        raise InvalidReport("a version that does not follow from another")
    if core.version > MAX_VERSIONS:
        raise InvalidReport("more versions than a report may have")
    if day is not None:
        _check_expiry(core, month_of(day))
    if len(header.share_hashes) != quorum(deployment).size:
        raise InvalidReport("share hashes for another committee")
    check_sealing_key(core.reader_key)
    points = check_encrypted_tags(
        core.encrypted_tags, deployment.opening_keys.public_key, tag_binding(core)
    )
    name = header_digest(signed.payload)
    return CheckedReport(signed, name, header, core, tuple(points))


def _check_expiry(core: Core, month: int) -> None:
    if not month <= core.expiry_month <= month + MAX_EXPIRY_MONTHS:
        raise InvalidReport("an expiry month out of range")


def check_submission(
    deployment: Deployment, submission: ReportSubmission, *, day: int
) -> CheckedReport:
    """The header, and that parts and boxes are the ones it is about.

    Raises:
        ProtocolError: The leaf says what does not hold; nothing is stored.
    """
    report = check_header(deployment, submission.header, day=day)
    sizes = part_sizes(len(report.core.encrypted_tags))
    described = zip(submission.parts, report.header.parts, sizes, strict=True)
    for ciphertext, digests, size in described:
        if len(ciphertext) != expected_bytes(size):
            raise InvalidReport("a part of another size than its class")
        if trustee_lock.ciphertext_digest(ciphertext) != digests.ciphertext:
            raise InvalidReport("a part other than the header's")
    indexes = [box.index for box in submission.boxes]
    needed = quorum(deployment)
    if indexes != sorted(set(indexes)) or not set(indexes) <= set(
        range(1, needed.size + 1)
    ):
        raise InvalidReport("boxes for unknown trustees, or out of order")
    if any(len(box.ciphertext) != BOX_BYTES for box in submission.boxes):
        raise InvalidReport("a box of another size")
    if len(indexes) < needed.trustee_threshold:
        raise InvalidReport("boxes for fewer trustees than are needed")
    return report


def expected_bytes(size: int) -> int:
    """Bytes of a part's ciphertext whose padded plaintext has `size` bytes."""
    return size + aead.OVERHEAD_BYTES
