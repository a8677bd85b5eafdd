"""Trustees remember each other's log heads, so that a fork shows (§L2)."""

from collections.abc import Sequence

from msgspec.structs import replace

from blind_index.errors import InvalidIndex
from blind_index.labels import Label
from escrow.errors import InvalidSignature
from escrow.messages.codec import Blob, Nonce
from escrow.messages.mailbox import HeadNotice, LogHead
from escrow.signing import open_signed, peek, sign
from escrow.trustee.context import Event, Step, Trustee
from escrow.trustee.remembered_heads import (
    FellowHeads,
    RememberedHead,
    has_room,
    remember,
)

CONFLICTS_KEPT = 10


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
    trustee: Trustee, known: FellowHeads | None, notice: HeadNotice, day: int
) -> Step[FellowHeads]:
    """Remember a fellow's head; a head that contradicts an earlier one is kept too.

    The trustee's own log notes them, so that its own hash chain covers them; of more
    than are remembered of one day (`remembered_heads`) only that there were more.
    A head seen before changes nothing: the API may repeat it.

    Raises:
        InvalidIndex: No fellow of this index.
        InvalidSignature: The fellow did not sign it.
    """
    head = _verified(trustee, notice)
    known = known or FellowHeads(index=head.index)
    seen = [peek(signed, LogHead) for signed in (*known.signed, *known.conflicts)]
    if head in seen:
        return Step(known)
    if any(_contradict(head, other) for other in seen):
        return _fork(known, notice, head)
    kept = remember(known.heads, RememberedHead(day=day, head=notice.head))
    state, events = replace(known, heads=kept), _rise(head, seen)
    if has_room(known.heads, day):
        return Step(state, (), (_arrival(head, seen), *events))
    if known.crowded != day:
        text = f"trustee {head.index}, more than are remembered of one day"
        events = (Event(kind="many heads", subject=head.head, detail=text), *events)
    return Step(replace(state, crowded=day), (), events)


def _verified(trustee: Trustee, notice: HeadNotice) -> LogHead:
    index = claimed_index(notice)
    if index == trustee.index:
        raise InvalidIndex("one's own log head")
    identity = trustee.deployment.trustee("opening", index).identity_key
    head = open_signed(notice.head, LogHead, Label.LOG_HEAD, identity, culprit=index)
    if head.deployment_id != trustee.deployment.deployment_id:
        raise InvalidSignature("a log head of another deployment", culprit=index)
    return head


def _fork(known: FellowHeads, notice: HeadNotice, head: LogHead) -> Step[FellowHeads]:
    """A head that no log can have had beside the others; the first few prove it."""
    if len(known.conflicts) == CONFLICTS_KEPT:
        return Step(known)
    state = replace(known, conflicts=(*known.conflicts, notice.head))
    text = f"trustee {head.index}, size {head.size}"
    return Step(state, (), (Event(kind="fork", subject=head.head, detail=text),))


def _arrival(head: LogHead, seen: Sequence[LogHead]) -> Event:
    # A smaller size alone proves nothing: the API may have delivered the heads out
    # of order.
    late = seen and head.size < max(other.size for other in seen)
    text = f"trustee {head.index}, size {head.size}{', out of order' * bool(late)}"
    return Event(kind="fellow head", subject=head.head, detail=text)


def _rise(head: LogHead, seen: Sequence[LogHead]) -> tuple[Event, ...]:
    """A log that lacks more than it ever said before."""
    if head.skipped <= max((other.skipped for other in seen), default=0):
        return ()
    lost = f"trustee {head.index} lacks {head.skipped} of {head.size} entries"
    return (Event(kind="gap", subject=head.head, detail=lost),)


def _contradict(one: LogHead, other: LogHead) -> bool:
    """Whether no log can have had both heads: it only grows, and so does what it lacks.

    Two hashes at one size prove a fork; so do fewer entries lacking later.
    """
    if one.size == other.size:
        return True
    shorter, longer = sorted((one, other), key=lambda head: head.size)
    return longer.skipped < shorter.skipped
