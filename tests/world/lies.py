"""What one dishonest opening trustee may say instead of the truth."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from blind_index.group import Element, Scalar
from escrow.messages.cases import (
    LockShares,
    Release,
    SealedLetter,
    SelfEvaluations,
    StandingShares,
)
from escrow.messages.codec import Blob, EncodedElement, EncodedScalar, Message
from escrow.messages.filing import IndexAnswer
from escrow.messages.mailbox import SignedReceipt, SignedVerdict

ONE = EncodedScalar(Scalar.from_int(1).encode())
POINT = EncodedElement(Element.generator().encode())
Change = Callable[[Any], Any]


def about(kind: type[Message], change: Change) -> Change:
    """A lie about one kind of letter; everything else is honest."""

    def lie(letter: Message) -> Message | None:
        return change(letter) if isinstance(letter, kind) else letter

    return lie


def silence(_letter: Message) -> None:
    """Says nothing."""


def _first_element(letter):
    elements = (POINT, *letter.evaluated_elements[1:])
    return replace(letter, evaluated_elements=elements)


def _first_evaluation(letter):
    first, *rest = letter.evaluations
    return replace(letter, evaluations=(_first_element(first), *rest))


# Each of these leaves a group with its two honest trustees, and is noticed.
NAMED = {
    "wrong index answers": about(IndexAnswer, _first_element),
    "too few index answers": about(
        IndexAnswer,
        lambda a: replace(a, evaluated_elements=a.evaluated_elements[1:]),
    ),
    "wrong standing shares": about(
        StandingShares, lambda s: replace(s, shares=(ONE,) * len(s.shares))
    ),
    "too few standing shares": about(
        StandingShares, lambda s: replace(s, shares=s.shares[1:])
    ),
    "too many standing shares": about(
        StandingShares, lambda s: replace(s, shares=(*s.shares, None))
    ),
    "wrong self evaluations": about(SelfEvaluations, _first_evaluation),
    "doubled self evaluations": about(
        SelfEvaluations, lambda s: replace(s, evaluations=s.evaluations[:1] * 2)
    ),
    "wrong lock shares": about(
        LockShares, lambda s: replace(s, shares=(ONE,) * len(s.shares))
    ),
    "lock shares of others": about(
        LockShares, lambda s: replace(s, members=tuple(m + 9 for m in s.members))
    ),
    "too few lock shares": about(LockShares, lambda s: replace(s, shares=s.shares[1:])),
    "letters in another's name": about(
        StandingShares | SelfEvaluations | LockShares,
        lambda s: replace(s, sender=s.sender % 3 + 1),
    ),
}
# These withhold or mislead; nothing shows who did it, and nothing comes of it.
UNNAMED = {
    "silence": silence,
    "empty standing shares": about(
        StandingShares, lambda s: replace(s, shares=(None,) * len(s.shares))
    ),
    "one standing share withheld": about(
        StandingShares, lambda s: replace(s, shares=(None, *s.shares[1:]))
    ),
    "empty self evaluations": about(
        SelfEvaluations, lambda s: replace(s, evaluations=())
    ),
    "evaluations of strangers": about(
        SelfEvaluations,
        lambda s: replace(
            s, evaluations=tuple(replace(e, member=e.member + 9) for e in s.evaluations)
        ),
    ),
    "empty lock shares": about(LockShares, lambda s: replace(s, members=(), shares=())),
    "one lock share withheld": about(
        LockShares, lambda s: replace(s, members=s.members[1:], shares=s.shares[1:])
    ),
    "letters about another case": about(
        StandingShares, lambda s: replace(s, case_id=type(s.case_id)(bytes(32)))
    ),
    "no letters": about(SealedLetter, silence),
    "garbled releases": about(
        Release,
        lambda r: replace(r, ciphertext=Blob(bytes(reversed(r.ciphertext)))),
    ),
    "releases under another name": about(
        Release, lambda r: replace(r, index=r.index % 3 + 1)
    ),
    "swapped releases": about(
        Release, lambda r: replace(r, giver=r.reader, reader=r.giver)
    ),
    "no receipts": about(SignedReceipt, silence),
    "no verdict": about(SignedVerdict, silence),
}
ALL = NAMED | UNNAMED
