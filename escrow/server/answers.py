"""Members' answers, and trustees' receipts for them (§C7, §C10)."""

from collections.abc import Sequence

from blind_index.labels import Label
from escrow.case import latest_answers
from escrow.errors import InvalidCase, InvalidConsent
from escrow.manifest import Deployment
from escrow.messages.cases import AnswerReceipt, Consent
from escrow.messages.codec import Signed
from escrow.signing import open_signed, peek


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


def check_answer_receipt(
    deployment: Deployment, sender: int, signed: Signed
) -> AnswerReceipt:
    """Verify a trustee's receipt for an answer.

    Raises:
        InvalidCase: In another trustee's name, or of another deployment.
        InvalidSignature: That trustee did not sign it.
    """
    identity = deployment.trustee("opening", sender).identity_key
    receipt = open_signed(
        signed, AnswerReceipt, Label.ANSWER_RECEIPT, identity, culprit=sender
    )
    if (receipt.index, receipt.deployment_id) != (sender, deployment.deployment_id):
        raise InvalidCase("an answer receipt of another trustee", culprit=sender)
    return receipt


def lacking(
    receipts: Sequence[Signed], trustees: Sequence[int], consent: Consent
) -> list[int]:
    """Which trustees signed for no answer as new as this one."""
    known = (peek(signed, AnswerReceipt) for signed in receipts)
    have = {one.index for one in known if one.counter >= consent.counter}
    return [index for index in trustees if index not in have]
