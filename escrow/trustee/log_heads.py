"""Trustees remember each other's log heads, so that a fork shows (§L2)."""

from msgspec.structs import replace

from blind_index.errors import InvalidIndex
from blind_index.labels import Label
from escrow.errors import InvalidSignature
from escrow.messages.codec import Blob, Message, Nonce, Signed
from escrow.messages.mailbox import HeadNotice, LogHead
from escrow.signing import open_signed, peek, sign
from escrow.trustee.context import Event, Step, Trustee

REMEMBERED = 1000
CONFLICTS_KEPT = 10


class FellowHeads(Message, frozen=True, tag="fellow-heads/1"):
    """A fellow's signed log heads, in order of arrival.

    `conflicts` have another hash at a size seen before, or lack fewer entries than
    a shorter log did; both are kept, for together they prove that the fellow's log
    was forked.
    """

    index: int
    heads: tuple[Signed, ...] = ()
    conflicts: tuple[Signed, ...] = ()


def sign_head(
    trustee: Trustee, size: int, head: bytes, *, skipped: int = 0
) -> HeadNotice:
    """This trustee's log head, for its fellows; `skipped` entries were lost."""
    message = LogHead(
        deployment_id=Nonce(trustee.deployment.deployment_id),
        index=trustee.index,
        size=size,
        head=Blob(head),
        skipped=skipped,
    )
    return HeadNotice(head=sign(trustee.identity_seed, Label.LOG_HEAD, message))


def claimed_index(notice: HeadNotice) -> int:
    """Whose head a notice says it is; to load what is remembered of it."""
    return peek(notice.head, LogHead).index


def receive_head(
    trustee: Trustee, known: FellowHeads | None, notice: HeadNotice
) -> Step[FellowHeads]:
    """Remember a fellow's head; a head that contradicts an earlier one is kept too.

    The trustee's own log notes every head, so its own hash chain covers them.
    A head seen before changes nothing: the API may repeat it.

    Raises:
        InvalidIndex: No fellow of this index.
        InvalidSignature: The fellow did not sign it.
    """
    index = claimed_index(notice)
    if index == trustee.index:
        raise InvalidIndex("one's own log head")
    identity = trustee.deployment.trustee("opening", index).identity_key
    head = open_signed(notice.head, LogHead, Label.LOG_HEAD, identity, culprit=index)
    if head.deployment_id != trustee.deployment.deployment_id:
        raise InvalidSignature("a log head of another deployment", culprit=index)
    known = known or FellowHeads(index=index)
    seen = [peek(signed, LogHead) for signed in (*known.heads, *known.conflicts)]
    if head in seen:
        return Step(known)
    text = f"trustee {index}, size {head.size}"
    # A smaller size alone proves nothing: the API may have delivered the heads out
    # of order.
    if any(_contradict(head, other) for other in seen):
        conflicts = (*known.conflicts, notice.head)[:CONFLICTS_KEPT]
        state = replace(known, conflicts=conflicts)
        return Step(state, (), (Event(kind="fork", subject=head.head, detail=text),))
    if seen and head.size < max(other.size for other in seen):
        text += ", out of order"
    heads = (*known.heads, notice.head)[-REMEMBERED:]
    events: tuple[Event, ...] = (
        Event(kind="fellow head", subject=head.head, detail=text),
    )
    if head.skipped > max((other.skipped for other in seen), default=0):
        lost = f"trustee {index} lacks {head.skipped} of {head.size} entries"
        events += (Event(kind="gap", subject=head.head, detail=lost),)
    return Step(replace(known, heads=heads), (), events)


def _contradict(one: LogHead, other: LogHead) -> bool:
    """Whether no log can have had both heads: it only grows, and so does what it lacks.

    Two hashes at one size prove a fork; so do fewer entries lacking later.
    """
    if one.size == other.size:
        return True
    shorter, longer = sorted((one, other), key=lambda head: head.size)
    return longer.skipped < shorter.skipped
