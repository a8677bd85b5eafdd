"""A trustee's file on one case: waiting, gathering evidence, judged (§C).

The file holds shares from fellow trustees and, once judged, what is needed to
release; its shell keeps it sealed at rest.
"""

from escrow.messages.cases import (
    CaseClaim,
    LockShares,
    SealedLetter,
    SelfEvaluations,
    StandingShares,
    Verdict,
)
from escrow.messages.codec import (
    Blob,
    Day,
    Digest,
    EncodedElement,
    Flag,
    Message,
    PublicKey,
    SealingKey,
    Signed,
)


class SetAside(Message, frozen=True):
    """A member who does not count, and why."""

    member: int
    reason: str


class WaitingCase(Message, frozen=True, tag="waiting-case/1"):
    """Letters or answers came before the claim itself; they wait, sealed."""

    case_id: Digest
    letters: tuple[SealedLetter, ...] = ()
    consents: tuple[Signed, ...] = ()


class GatheringCase(Message, frozen=True, tag="gathering-case/1"):
    """A confirmed claim and the evidence so far, the trustee's own among it.

    `opened_day` is the day on which every date in the case is judged. `tags` are
    every member's tags, in member order, then entry order.
    """

    case_id: Digest
    claim: CaseClaim
    opened_day: Day
    tags: tuple[tuple[EncodedElement, ...], ...]
    standing: tuple[StandingShares, ...] = ()
    evaluations: tuple[SelfEvaluations, ...] = ()
    lock: tuple[LockShares, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    consents: tuple[Signed, ...] = ()


class JudgedMember(Message, frozen=True):
    """What stays of a member once the case is judged.

    `wrap` is that of the shared tag; empty for a member who does not stand.
    `nudge_key` opens her nudge and nothing else, with the shares of t' trustees;
    empty for who does not stand, and in a witness's case (§C6).
    """

    report_key: PublicKey
    header_digest: Digest
    reader_key: SealingKey
    match_threshold: int
    wrap: Blob
    nudge_key: Blob


class Invitable(Message, frozen=True):
    """What a witness's case keeps for when a member who met invites her (§B5).

    `nudge_key` opens her nudge and nothing else; it is None where she does not
    stand. `invited_day` is the one on which it was given to the notice service, 0
    before; `owed` is 1 while it is to be given once more (§T8).
    """

    group_case_id: Digest
    nudge_key: Digest | None
    invited_day: Day = 0
    owed: Flag = 0


class JudgedCase(Message, frozen=True, tag="judged-case/1"):
    """The verdict, the answers so far, and which pairs were released.

    `invitable` is set in a witness's case; she is its last member. `owed` are pairs
    among those released that are to be said again as soon as they may (§T1).
    """

    case_id: Digest
    members: tuple[JudgedMember, ...]
    verdict: Verdict
    judged_day: Day
    invitable: Invitable | None = None
    consents: tuple[Signed, ...] = ()
    released: tuple[tuple[int, int], ...] = ()
    owed: tuple[tuple[int, int], ...] = ()


CaseFile = WaitingCase | GatheringCase | JudgedCase
