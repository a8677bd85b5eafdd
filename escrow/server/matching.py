"""Which reports form a candidate group under one tag (§C1)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from escrow.case import MAX_MEMBERS
from escrow.messages.codec import Digest, PublicKey


@dataclass(frozen=True)
class Candidate:
    """A live report that holds the tag, where it holds it, and its own h."""

    report_key: PublicKey
    header_digest: Digest
    position: int
    match_threshold: int


@dataclass(frozen=True)
class Group:
    """The largest set that opens: some level m with m members of h <= m.

    Members stand in the order of their header digests.
    """

    level: int
    members: tuple[Candidate, ...]


def largest_group(
    candidates: Sequence[Candidate], levels: Sequence[int]
) -> Group | None:
    """The largest level that its members fill, and all of them.

    A report that holds the tag twice counts once.
    """
    once = {c.report_key: c for c in sorted(candidates, key=lambda c: -c.position)}
    for level in reversed(levels):
        members = [c for c in once.values() if c.match_threshold <= level]
        if len(members) >= level:
            ordered = sorted(members, key=lambda c: c.header_digest)
            return Group(level, tuple(ordered[:MAX_MEMBERS]))
    return None


def is_news(group: Group, known: Collection[frozenset[Digest]]) -> bool:
    """False when an existing case already has all these members."""
    members = frozenset(m.header_digest for m in group.members)
    return not any(members <= other for other in known)
