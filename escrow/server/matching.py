"""Which reports form a candidate group under one tag (§C1)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from escrow.case import MAX_MEMBERS
from escrow.messages.codec import Digest, PublicKey


@dataclass(frozen=True)
class Candidate:
    """A live report that holds the tag, where it holds it, and its own h."""

    report_key: PublicKey
    header_digest: Digest
    position: int
    match_threshold: int
    witness: bool = False


@dataclass(frozen=True)
class Group:
    """The largest set that opens: some level m with m members of h <= m.

    Members stand in the order of their header digests. A `witness` is laid
    before the trustees with a group that stands (§B2).
    """

    level: int
    members: tuple[Candidate, ...]
    witness: Candidate | None = None

    @property
    def everybody(self) -> tuple[Candidate, ...]:
        """The members, and the witness after them."""
        return self.members if self.witness is None else (*self.members, self.witness)


def largest_group(
    candidates: Sequence[Candidate], levels: Sequence[int]
) -> Group | None:
    """The largest level that its members fill, and all of them.

    A report that holds the tag twice counts once, a witness's not at all.
    """
    counting = [c for c in _once(candidates) if not c.witness]
    for level in reversed(levels):
        members = [c for c in counting if c.match_threshold <= level]
        if len(members) >= level:
            ordered = sorted(members, key=lambda c: c.header_digest)
            return Group(level, tuple(ordered[:MAX_MEMBERS]))
    return None


def with_witnesses(group: Group, candidates: Sequence[Candidate]) -> list[Group]:
    """The group once with each witness among those who hold its tag."""
    witnesses = [c for c in _once(candidates) if c.witness]
    return [replace(group, witness=witness) for witness in witnesses]


def _once(candidates: Sequence[Candidate]) -> list[Candidate]:
    ordered = sorted(candidates, key=lambda c: -c.position)
    return list({c.report_key: c for c in ordered}.values())


def is_news(group: Group, known: Collection[frozenset[Digest]]) -> bool:
    """False when an existing case already has all these members."""
    members = frozenset(m.header_digest for m in group.members)
    return not any(members <= other for other in known)
