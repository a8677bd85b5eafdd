"""What a case is, and what its members' answers add up to (§C1, §C7).

Trustees judge by it; the server and clients only show it.
"""

from collections.abc import Mapping, Sequence

from blind_index.labels import Label
from blind_index.transcript import digest
from escrow.errors import InvalidConsent
from escrow.messages.cases import ANSWER_DAYS, CLOCKS_APART, Consent
from escrow.messages.codec import Digest, PublicKey, Signed
from escrow.signing import open_signed, peek

# More would not fit into a trustee's pull or a member's status.
MAX_MEMBERS = 128


def case_id_of(header_digests: Sequence[Digest]) -> Digest:
    """The name of the case of exactly these report versions, in order."""
    return Digest(digest(Label.CASE_ID, *header_digests))


def witness_case_id_of(header_digests: Sequence[Digest]) -> Digest:
    """The name of the case of a group and one witness, who stands last (§B2)."""
    *group, witness = header_digests
    return Digest(digest(Label.WITNESS_CASE_ID, case_id_of(group), witness))


def check_consent(
    signed: Signed,
    case_id: Digest,
    members: Mapping[PublicKey, Digest],
    *,
    day: int,
) -> Consent:
    """Refuse an answer that is not a member's, to exactly this case.

    Args:
        signed: The answer as it travels.
        case_id: The case's, verified to be that of these members.
        members: Report key to header digest, in the case's order.
        day: The day on which it would be used; 0 where its days do not matter.

    Raises:
        InvalidConsent: Another case, a later joiner, not a member, expired, or to
            hold for too long.
        InvalidSignature: Not signed by the report key.
    """
    claimed = peek(signed, Consent, culprit="client")
    if claimed.report_key not in members:
        raise InvalidConsent("not a member of this case", culprit="client")
    consent = open_signed(
        signed, Consent, Label.CONSENT, claimed.report_key, culprit="client"
    )
    listed = tuple(members.values())
    if consent.header_digests != listed or consent.case_id != case_id:
        raise InvalidConsent("an answer about another case", culprit="client")
    if consent.last_day < day:
        raise InvalidConsent("the answer has expired", culprit="client")
    if day:
        check_last_day(consent, day)
    return consent


def check_last_day(consent: Consent, day: int) -> None:
    """Refuse an answer that is to hold for longer than answers do (§C7).

    It would never be forgotten, nor anything that came after it.

    Raises:
        InvalidConsent: Its last day lies too far ahead.
    """
    if consent.last_day > day + ANSWER_DAYS + CLOCKS_APART:
        raise InvalidConsent("an answer that holds for too long", culprit="client")


def latest_answers(consents: Sequence[Signed]) -> dict[PublicKey, Consent]:
    """Each member's answer with the highest counter; the first of equals."""
    latest: dict[PublicKey, Consent] = {}
    for signed in consents:
        consent = peek(signed, Consent)
        known = latest.get(consent.report_key)
        if known is None or consent.counter > known.counter:
            latest[consent.report_key] = consent
    return latest


def satisfied(places: Sequence[int], thresholds: Sequence[int]) -> list[int]:
    """The largest part of these members in which every own minimum is met.

    Args:
        places: Members, by their place in the case.
        thresholds: Every member's h, by place.
    """
    kept = list(places)
    while True:
        smaller = [p for p in kept if thresholds[p] <= len(kept)]
        if len(smaller) == len(kept):
            return kept
        kept = smaller
