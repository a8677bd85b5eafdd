"""Members' answers: which is the newest, who has it (§C7, §C10)."""

from collections.abc import Sequence

from escrow.case import latest_answers
from escrow.errors import InvalidConsent
from escrow.messages.cases import AnswerReceipt, Consent
from escrow.messages.codec import Signed
from escrow.signing import peek


def admit_consent(consents: Sequence[Signed], signed: Signed) -> bool:
    """Whether an answer is new; the same again changes nothing.

    Raises:
        InvalidConsent: Its counter does not rise.
    """
    if signed in consents:
        return False
    if not is_newest(consents, peek(signed, Consent)):
        raise InvalidConsent("a newer answer is stored", culprit="client")
    return True


def is_newest(consents: Sequence[Signed], consent: Consent) -> bool:
    """Whether its counter is above that of every answer of its member."""
    known = latest_answers(consents).get(consent.report_key)
    return known is None or consent.counter > known.counter


def takes_back(consents: Sequence[Signed], consent: Consent) -> bool:
    """Whether a member takes back what she answered before.

    She may at any time, whether the case is shown to her now or not: trustees go by
    her yes all the same.
    """
    answered = consent.report_key in latest_answers(consents)
    return answered and consent.answer != "yes"


def lacking(
    receipts: Sequence[Signed], trustees: Sequence[int], consent: Consent
) -> list[int]:
    """Which trustees signed for no answer as new as this one."""
    known = (peek(signed, AnswerReceipt) for signed in receipts)
    have = {one.index for one in known if one.counter >= consent.counter}
    return [index for index in trustees if index not in have]
