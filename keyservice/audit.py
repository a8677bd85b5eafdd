"""A trustee's log: each entry names the one before, so no edit goes unseen.

The chain shows changed, dropped, inserted or reordered entries by itself; a cut
tail shows against a head that a fellow trustee remembers (`remembered`). A trustee
that came back from a backup lacks entries: every entry and every head says how many,
and `gaps` says which (§L3).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

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
    the backup had, so that nothing before a gap can be dropped. `skipped` is how
    many of the entries before this one were lost with backups.
    """

    position: int
    day: int
    kind: str
    subject: Blob
    detail: str
    previous: Digest
    skipped: int


@dataclass(frozen=True)
class Head:
    """How long a log is, the hash of its last entry, how many entries it lacks."""

    size: int
    hash: Digest
    skipped: int = 0

    @property
    def text(self) -> str:
        """As operators note it; see `keyservice.passphrase.head_of_text`."""
        lacking = f":{self.skipped}" if self.skipped else ""
        return f"{self.size}:{self.hash.hex()}{lacking}"


@dataclass(frozen=True)
class Gap:
    """Entries that a log lacks, from `first` to `last`, since a day.

    `remembered` says whether somebody remembers the head at its end: a gap that
    ends elsewhere was not shown to the fellows when it was made.
    """

    first: int
    last: int
    day: int
    remembered: bool


def empty_head() -> Head:
    """The head of a log without entries."""
    return Head(0, Digest(digest(Label.LOG_ENTRY)))


def append(head: Head, day: int, kind: str, subject: bytes, detail: str) -> LogEntry:
    """The entry that follows a head."""
    return LogEntry(
        position=head.size + 1,
        day=day,
        kind=kind,
        subject=Blob(subject),
        detail=detail,
        previous=head.hash,
        skipped=head.skipped,
    )


def resume(own: Head, newest: Head, day: int, detail: str) -> LogEntry:
    """`RESTORED`: follows the newest head that others remember, if it is higher.

    Args:
        own: The head of the log as the backup had it.
        newest: The newest head of this log that a fellow remembers.
        day: Today.
        detail: What else the entry says.
    """
    lost = max(newest.size - own.size, 0)
    after = replace(newest if lost else own, skipped=own.skipped + lost)
    return append(after, day, RESTORED, own.hash, detail)


def head_of(entry: LogEntry) -> Head:
    """The head of a log that ends with an entry."""
    name = Digest(digest(Label.LOG_ENTRY, encode(entry)))
    return Head(entry.position, name, entry.skipped)


def follow(head: Head, entry: LogEntry) -> Head:
    """The head after an entry that must follow another head.

    Raises:
        BrokenLog: It does not.
    """
    lost = entry.position - head.size - 1
    if lost > 0 and entry.kind == RESTORED:
        follows = entry.subject == head.hash
    else:
        follows = lost == 0 and entry.previous == head.hash
    if not follows or entry.skipped != head.skipped + lost:
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
            _check_end(expected, entry)
        _check_remembered(expected, head)
    missing = [size for size in expected if size > head.size]
    if missing:
        raise BrokenLog(f"the log ends at {head.size}, it had {max(missing)} entries")
    return head


def gaps(
    entries: Iterable[LogEntry], remembered: Iterable[Head] = ()
) -> tuple[Gap, ...]:
    """What a log that `verify` accepts lacks, for whoever reads it to judge."""
    ends = {(head.size, head.hash) for head in remembered}
    found, size = [], 0
    for entry in entries:
        if entry.position > size + 1:
            last = entry.position - 1
            known = (last, entry.previous) in ends
            found.append(Gap(size + 1, last, entry.day, known))
        size = entry.position
    return tuple(found)


def _check_end(expected: dict[int, Head], entry: LogEntry) -> None:
    """The head before `RESTORED` is known by hash; what it lacked is not."""
    end = expected.get(entry.position - 1)
    if end is not None and end.hash != entry.previous:
        raise BrokenLog(f"another log was shown at size {end.size}")


def _check_remembered(expected: dict[int, Head], head: Head) -> None:
    if expected.get(head.size, head) != head:
        raise BrokenLog(f"another log was shown at size {head.size}")
