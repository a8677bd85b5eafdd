"""A trustee that comes back from a backup catches up before it answers (§T6, §T7).

What it must not do with an old state: open what was withdrawn since, use shares
of a version that was replaced, or begin its log a second time.
"""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from blind_index.errors import InvalidIndex
from blind_index.labels import Label
from escrow.errors import ConflictingReport, InvalidSignature
from escrow.manifest import Deployment
from escrow.messages.codec import Blob, Message, Nonce, Signed
from escrow.messages.mailbox import LogHead
from escrow.messages.recovery import (
    MAX_ENTRIES,
    HeldVersion,
    RecordsAnswer,
    RecordsWanted,
    SignedRecords,
)
from escrow.signing import open_signed, peek, sign
from escrow.trustee.boxes import (
    EndedReport,
    Held,
    HeldReport,
    Tombstone,
)
from escrow.trustee.context import Event, Step, Trustee
from escrow.trustee.told import NOTHING_TOLD, Told

#: Reports of one part.
PART_ENTRIES: Final = MAX_ENTRIES
#: Parts of one answer: those of five million reports.
MOST_PARTS: Final = 10_000


class Heard(Message, frozen=True):
    """Which parts of a fellow's answer have come, and whether it is restored itself."""

    index: int
    parts: int
    seen: tuple[int, ...]
    catching_up: bool

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return len(self.seen) == self.parts


class Stranger(Message, frozen=True):
    """How much of one kind a fellow told of what this trustee does not know."""

    fellow: int
    kind: str
    told: int


class Recovery(Message, frozen=True, tag="recovery/1"):
    """A trustee that was restored and has not caught up.

    `enough` is how many fellows must answer in full; 0 for as many as §T7 asks
    for. `head` is the newest of its own log heads that a fellow remembered.
    `strangers` are what was told of reports and cases that are unknown here.
    """

    nonce: Nonce
    enough: int = 0
    heard: tuple[Heard, ...] = ()
    head: Signed | None = None
    strangers: tuple[Stranger, ...] = ()


def fellows_needed(deployment: Deployment) -> int:
    """How many fellows must answer: t'.

    Among t' one is honest, unless the committee is broken anyway. Where every trustee
    is needed there are fewer fellows than that, and all of them must answer.
    """
    return deployment.opening_keys.trustee_threshold


def ask_for_records(trustee: Trustee, recovery: Recovery) -> RecordsWanted:
    """The question to the server and, through it, to every fellow."""
    return RecordsWanted(
        deployment_id=Nonce(trustee.deployment.deployment_id),
        recipient=trustee.index,
        nonce=recovery.nonce,
    )


def check_asker(trustee: Trustee, wanted: RecordsWanted) -> None:
    """Refuse a question that nobody can have asked.

    Raises:
        ConflictingReport: Asked for another deployment.
        InvalidIndex: Neither the server nor a fellow.
    """
    if wanted.deployment_id != trustee.deployment.deployment_id:
        raise ConflictingReport("records of another deployment", culprit="api")
    size = len(trustee.deployment.roster.opening.trustees)
    if wanted.recipient > size or wanted.recipient == trustee.index:
        raise InvalidIndex("nobody who could ask")


def highest(heads: Sequence[Signed]) -> Signed | None:
    """The head of the longest log among heads that were verified."""
    return max(heads, key=lambda h: peek(h, LogHead).size, default=None)


def answer_records(
    trustee: Trustee,
    wanted: RecordsWanted,
    known: Sequence[Held],
    head: Signed | None,
    *,
    catching_up: bool = False,
    told: Told = NOTHING_TOLD,
) -> Step[None]:
    """Everything this trustee knows, in parts; at least one.

    Args:
        trustee: Who answers.
        wanted: The question.
        known: What it holds of every report it ever heard of.
        head: The newest log head of the asking trustee that it remembers.
        catching_up: Whether it was restored itself and may have missed as much.
        told: What it knows of answers, alarms and holds.
    """
    parts = max(-(-len(known) // PART_ENTRIES), told.parts, 1)

    def part(number: int) -> RecordsAnswer:
        reports = known[number * PART_ENTRIES : (number + 1) * PART_ENTRIES]
        more = told.part(number)
        return RecordsAnswer(
            deployment_id=wanted.deployment_id,
            index=trustee.index,
            recipient=wanted.recipient,
            nonce=wanted.nonce,
            part=number + 1,
            parts=parts,
            catching_up=catching_up,
            withdrawals=_withdrawals(reports),
            versions=_versions(reports),
            answers=more.answers,
            alarms=more.alarms,
            orders=more.orders,
            head=head,
        )

    answers = (
        sign(trustee.identity_seed, Label.RECORDS_ANSWER, part(number))
        for number in range(parts)
    )
    letters = tuple(SignedRecords(answer=signed) for signed in answers)
    text = f"for {wanted.recipient}, {len(letters)} parts"
    event = Event(kind="records shown", subject=Blob(wanted.nonce), detail=text)
    return Step(None, letters, (event,))


def _withdrawals(known: Sequence[Held]) -> tuple[Signed, ...]:
    return tuple(held.withdrawal for held in known if isinstance(held, Tombstone))


def _versions(known: Sequence[Held]) -> tuple[HeldVersion, ...]:
    return tuple(
        HeldVersion(report_key=held.report_key, version=held.version)
        for held in known
        # An ended one too: an older version must not outlive it at who missed both.
        if isinstance(held, HeldReport | EndedReport)
    )


def open_answer(
    trustee: Trustee, recovery: Recovery, message: SignedRecords
) -> RecordsAnswer:
    """Verify a part of a fellow's answer to this very question.

    Raises:
        ConflictingReport: An answer to somebody else or to another question.
        InvalidIndex: No fellow of this index.
        InvalidSignature: The fellow did not sign it.
    """
    answer = open_late_answer(trustee, message)
    if answer.nonce != recovery.nonce:
        raise ConflictingReport("an answer to another question", culprit=answer.index)
    return answer


def open_late_answer(trustee: Trustee, message: SignedRecords) -> RecordsAnswer:
    """Verify a part of a fellow's answer, to whatever this trustee once asked.

    Its withdrawals prove themselves, so they are heeded whenever they come (§T7).

    Raises:
        ConflictingReport: An answer to somebody else.
        InvalidIndex: No fellow of this index.
        InvalidSignature: The fellow did not sign it.
    """
    index = peek(message.answer, RecordsAnswer, culprit="api").index
    if index == trustee.index:
        raise InvalidIndex("one's own answer")
    identity = trustee.deployment.trustee("opening", index).identity_key
    answer = open_signed(
        message.answer, RecordsAnswer, Label.RECORDS_ANSWER, identity, culprit=index
    )
    asked = (trustee.deployment.deployment_id, trustee.index)
    if (answer.deployment_id, answer.recipient) != asked:
        raise ConflictingReport("an answer to somebody else", culprit=index)
    if not 1 <= answer.part <= answer.parts <= MOST_PARTS:
        raise ConflictingReport("a part that cannot be", culprit=index)
    if answer.head is not None:
        _check_own_head(trustee, answer.head, index)
    return answer


def _check_own_head(trustee: Trustee, signed: Signed, culprit: int) -> None:
    identity = trustee.deployment.trustee("opening", trustee.index).identity_key
    head = open_signed(signed, LogHead, Label.LOG_HEAD, identity, culprit=culprit)
    if (head.deployment_id, head.index) != (
        trustee.deployment.deployment_id,
        trustee.index,
    ):
        raise InvalidSignature("another log's head", culprit=culprit)


def hear(recovery: Recovery, answer: RecordsAnswer) -> Recovery:
    """Note that a part has come; the highest remembered head is kept."""
    known = next((h for h in recovery.heard if h.index == answer.index), None)
    kind = (answer.parts, answer.catching_up)
    if known is None or (known.parts, known.catching_up) != kind:
        known = Heard(answer.index, answer.parts, (), answer.catching_up)
    seen = tuple(sorted({*known.seen, answer.part}))
    others = tuple(h for h in recovery.heard if h.index != answer.index)
    return replace(
        recovery,
        heard=(*others, replace(known, seen=seen)),
        head=highest([h for h in (recovery.head, answer.head) if h is not None]),
    )


def caught_up(deployment: Deployment, recovery: Recovery) -> bool:
    """Whether enough fellows have answered in full (§T7).

    Those that catch up themselves do not count, unless all fellows have answered
    and one of them does not: then nobody is left who could know more.
    """
    whole = [heard for heard in recovery.heard if heard.whole]
    if recovery.enough:
        return len(whole) >= recovery.enough
    current = sum(not heard.catching_up for heard in whole)
    everybody = len(whole) == len(deployment.roster.opening.trustees) - 1
    return current >= fellows_needed(deployment) or (everybody and current > 0)
