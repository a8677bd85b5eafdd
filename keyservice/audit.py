"""A trustee's log: each entry names the one before, so no edit goes unseen.

The chain shows changed, dropped, inserted or reordered entries by itself; a cut
tail shows against a head that a fellow trustee remembers (`remembered`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from blind_index.errors import AlongsideError
from blind_index.labels import Label
from blind_index.transcript import digest
from escrow.messages.codec import Blob, Digest, Message, encode

#: The only kind of entry that may leave a gap before it, which it names (§L3).
RESTORED = "restored"


class BrokenLog(AlongsideError):
    """The log is not the one that was written; the text names the position."""


class LogEntry(Message, frozen=True, tag="log-entry/1"):
    """One line: what happened on which day, and the hash of the line before.

    `position` counts from 1. `subject` is a case id, header digest or report
    key; it may be empty. Of `RESTORED` it is the hash of the last entry that
    the backup had, so that nothing before a gap can be dropped.
    """

    position: int
    day: int
    kind: str
    subject: Blob
    detail: str
    previous: Digest


@dataclass(frozen=True)
class Head:
    """How long a log is, and the hash of its last entry."""

    size: int
    hash: Digest


def empty_head() -> Head:
    """The head of a log without entries."""
    return Head(0, Digest(digest(Label.LOG_ENTRY)))


def append(head: Head, day: int, kind: str, subject: bytes, detail: str) -> LogEntry:
    """The entry that follows a head; of `RESTORED`, one that others remember."""
    return LogEntry(
        position=head.size + 1,
        day=day,
        kind=kind,
        subject=Blob(subject),
        detail=detail,
        previous=head.hash,
    )


def head_of(entry: LogEntry) -> Head:
    """The head of a log that ends with an entry."""
    return Head(entry.position, Digest(digest(Label.LOG_ENTRY, encode(entry))))


def follow(head: Head, entry: LogEntry) -> Head:
    """The head after an entry that must follow another head.

    Raises:
        BrokenLog: It does not.
    """
    gap = entry.kind == RESTORED and entry.position > head.size + 1
    if gap and entry.subject == head.hash:
        return head_of(entry)
    if entry.position != head.size + 1 or entry.previous != head.hash:
        raise BrokenLog(f"the log is broken at entry {head.size + 1}")
    return head_of(entry)


def verify(entries: Iterable[LogEntry], remembered: Iterable[Head] = ()) -> Head:
    """Walk a log from its first entry to its last.

    Args:
        entries: The whole log, in order.
        remembered: Heads of it that somebody noted, the last one last shown
            by the trustee itself among them.

    Returns:
        The log's head.

    Raises:
        BrokenLog: An entry does not follow the one before, or the log does not
            contain a remembered head.
    """
    expected = {head.size: head for head in remembered}
    head = empty_head()
    _check_remembered(expected, head)
    for entry in entries:
        before, head = head, follow(head, entry)
        if entry.position > before.size + 1:
            # Entries were lost with a backup; the last of them is still known.
            _check_remembered(expected, Head(entry.position - 1, entry.previous))
        _check_remembered(expected, head)
    missing = [size for size in expected if size > head.size]
    if missing:
        raise BrokenLog(f"the log ends at {head.size}, it had {max(missing)} entries")
    return head


def _check_remembered(expected: dict[int, Head], head: Head) -> None:
    if expected.get(head.size, head) != head:
        raise BrokenLog(f"another log was shown at size {head.size}")
