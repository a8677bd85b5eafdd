"""What a trustee gives the notice service of one member's nudge (§C6)."""

from dataclasses import dataclass

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.messages.cases import NudgeLetter, NudgeShares
from escrow.messages.codec import Digest, encode
from escrow.report.contents import nudge_context
from escrow.sealing import seal_to
from escrow.trustee.bench import Bench
from escrow.trustee.boxes import HeldReport
from escrow.trustee.case_files import JudgedCase
from escrow.trustee_lock import Part


@dataclass(frozen=True)
class NudgePlace:
    """Whose nudge it is: a member's place in a case, and her header digest."""

    case_id: Digest
    member: int
    header_digest: Digest


def nudge_letter(
    bench: Bench, place: NudgePlace, held: HeldReport, key: SecretBytes
) -> NudgeLetter:
    """Nudge share and nudge key (32 bytes), sealed to the notice key."""
    shares = NudgeShares(share=held.shares[Part.NUDGE], nudge_key=Digest(key.reveal()))
    ciphertext = seal_to(
        bench.deployment.roster.notice_key,
        encode(shares),
        Label.NUDGE_BOX,
        *nudge_context(bench.deployment, place.case_id, place.header_digest),
        bytes([bench.trustee.index]),
    )
    return NudgeLetter(
        case_id=place.case_id,
        index=bench.trustee.index,
        member=place.member,
        ciphertext=ciphertext,
    )


def nudge_letters(bench: Bench, case: JudgedCase) -> tuple[NudgeLetter, ...]:
    """One for each member that stands and whose report is as it was judged.

    A witness's case keeps none of these keys: see `invitation`.
    """
    letters = []
    for place, member in enumerate(case.members):
        held = bench.held.get(member.report_key)
        if (
            member.nudge_key
            and isinstance(held, HeldReport)
            and held.header_digest == member.header_digest
        ):
            where = NudgePlace(case.case_id, place, member.header_digest)
            key = SecretBytes(bytes(member.nudge_key))
            letters.append(nudge_letter(bench, where, held, key))
    return tuple(letters)
