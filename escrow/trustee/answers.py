"""Whose answers count, as this trustee holds their reports; receipts (§C7, §C10)."""

from collections.abc import Mapping, Sequence

from blind_index.labels import Label
from escrow.case import latest_answers, satisfied
from escrow.messages.cases import AnswerReceipt, Consent, SignedAnswerReceipt
from escrow.messages.codec import Nonce, PublicKey, Signed
from escrow.signing import sign
from escrow.trustee.boxes import Held, HeldReport
from escrow.trustee.case_files import JudgedCase, JudgedMember
from escrow.trustee.context import Trustee


def saying_yes(case: JudgedCase, held: Mapping[PublicKey, Held], day: int) -> list[int]:
    """Standing members whose answer is yes, by place.

    Withdrawn and replaced reports do not count, nor do expired answers.
    """
    answers = latest_answers(case.consents)
    return [
        place
        for place in case.verdict.standing
        if _live(case.members[place], held)
        and (answer := answers.get(case.members[place].report_key)) is not None
        and answer.answer == "yes"
        and answer.last_day >= day
    ]


def yes_set(case: JudgedCase, held: Mapping[PublicKey, Held], day: int) -> list[int]:
    """Members who said yes and whose own minimum the set of them still meets."""
    thresholds = [member.match_threshold for member in case.members]
    return satisfied(saying_yes(case, held, day), thresholds)


def _live(member: JudgedMember, held: Mapping[PublicKey, Held]) -> bool:
    known = held.get(member.report_key)
    if known is None:
        return True  # Never held here: nothing says that it was withdrawn.
    return isinstance(known, HeldReport) and known.header_digest == member.header_digest


def answer_receipts(
    trustee: Trustee, consents: Sequence[Signed], of: PublicKey | None = None
) -> tuple[SignedAnswerReceipt, ...]:
    """This trustee's word which answers it has, each one's newest.

    Args:
        trustee: Who signs.
        consents: The answers that it keeps about one case.
        of: The member whose answer is meant; None for everybody's.
    """
    return tuple(
        _receipt(trustee, consent)
        for key, consent in latest_answers(consents).items()
        if of in {None, key}
    )


def _receipt(trustee: Trustee, consent: Consent) -> SignedAnswerReceipt:
    receipt = AnswerReceipt(
        deployment_id=Nonce(trustee.deployment.deployment_id),
        index=trustee.index,
        case_id=consent.case_id,
        report_key=consent.report_key,
        counter=consent.counter,
        answer=consent.answer,
    )
    signed = sign(trustee.identity_seed, Label.ANSWER_RECEIPT, receipt)
    return SignedAnswerReceipt(receipt=signed)
