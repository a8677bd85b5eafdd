"""A trustee and a client that forget what a message was about."""

from msgspec.structs import replace

from escrow.messages.cases import SealedLetter
from escrow.trustee import release
from escrow.trustee.context import Step
from escrow.trustee.fellow_letters import open_letter

_review = release.review
_allowed_pairs = release._allowed_pairs


def release_again(bench, case):
    """`release.review` that does not know what it has released."""
    return _review(bench, replace(case, released=()))


def whatever_was_released(bench, case):
    """`release._allowed_pairs` that allows again what it once allowed."""
    allowed = _allowed_pairs(bench, case)
    return [*allowed, *(pair for pair in case.owed if pair not in allowed)]


def everything_is_young(_since, _day):
    """`repeating.is_young` that does not look at the calendar."""
    return True


async def hear_no_answer(*_):
    """`catching_up.hear_answer` of a restored trustee that was never told of any."""
    return Step(None)


async def recall_nothing(*_, **__):
    """`catching_up.recall` of a restored trustee that was never told of orders."""
    return Step(None)


def letter_of_any_case(cases):
    """`open_letter` that tries a letter under every case it knows."""

    def opened(trustee, sealed: SealedLetter):
        for case_id in cases:
            try:
                letter = open_letter(trustee, replace(sealed, case_id=case_id))
            except Exception:  # noqa: BLE001, S112  it really does not care
                continue
            return replace(letter, case_id=sealed.case_id)
        return open_letter(trustee, sealed)

    return opened
