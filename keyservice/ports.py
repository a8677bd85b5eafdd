"""What a trustee's use cases ask of its store and of the API."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from blind_index.errors import AlongsideError
from blind_index.group import Scalar
from blind_index.key_share import KeyShare
from escrow.manifest import Deployment, open_manifest
from escrow.messages.codec import (
    Blob,
    Digest,
    EncodedScalar,
    Message,
    Nonce,
    PublicKey,
    Signed,
)
from escrow.messages.deployment import CeremonyBoard, SignedManifest
from escrow.messages.mailbox import Letter, PostRequest, PullResponse
from escrow.operation.database.daily_rewriting import DailyRewriting
from escrow.trustee.box_keys import BoxRing
from escrow.trustee.boxes import Held
from escrow.trustee.case_files import CaseFile
from escrow.trustee.ceremony import CeremonyState
from escrow.trustee.holds import Holds
from escrow.trustee.recovery import Recovery
from escrow.trustee.remembered_heads import FellowHeads
from keyservice.audit import Head, LogEntry
from keyservice.quota import Account

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)


class ConfirmedRoster(Message, frozen=True, tag="confirmed-roster/1"):
    """The roster's bytes as the trustee's operator confirmed them."""

    payload: Blob


class Office(Message, frozen=True, tag="office/1"):
    """What the ceremony yielded: the key share's scalar and the manifest."""

    index: int
    scalar: EncodedScalar
    manifest: SignedManifest

    def deployment(self) -> Deployment:
        """The manifest, checked and decoded.

        Raises:
            ProtocolError: It does not hold.
        """
        return open_manifest(self.manifest)

    def key_share(self) -> KeyShare:
        """This trustee's share of its committee's key."""
        return KeyShare(self.index, Scalar.decode(self.scalar))


class OpenCases(Message, frozen=True, tag="open-cases/1"):
    """Cases without a verdict of this trustee yet."""

    case_ids: tuple[Digest, ...] = ()


class Known(Message, frozen=True, tag="known-report/1"):
    """A report that this trustee ever heard of; kept under a running number.

    Records lie under keyed names, which cannot be listed.
    """

    report_key: PublicKey


class Answered(Message, frozen=True, tag="answered/1"):
    """A member's newest answer about one case, and its place in the list of all."""

    consent: Signed
    place: int


class AnsweredAt(Message, frozen=True, tag="answered-at/1"):
    """Whose answer, about which case, stands at one place of the list."""

    case_id: Digest
    report_key: PublicKey


class Closed(Message, frozen=True, tag="quota-closed/1"):
    """A restored index trustee's first day on which it answers again (§T9)."""

    until_day: int


class Ended(Message, frozen=True, tag="ended/1"):
    """The month in which reports that had ended were last looked for (§F12)."""

    month: int


class Shown(Message, frozen=True, tag="records-shown/1"):
    """The last question of a restored fellow, or server, that was answered.

    `number` counts those of its day.
    """

    nonce: Nonce
    day: int
    catching_up: bool
    number: int


class CaseList(Message, frozen=True, tag="case-list/1"):
    """The cases in which one report is a member, oldest first."""

    case_ids: tuple[Digest, ...] = ()


@dataclass(frozen=True)
class Drawer(Generic[V_co]):
    """A kind of record: its name in the store, and what it decodes to."""

    name: str
    kind: Any


ROSTER: Final = Drawer[ConfirmedRoster]("roster", ConfirmedRoster)
CEREMONY: Final = Drawer[CeremonyState]("ceremony", CeremonyState)
OFFICE: Final = Drawer[Office]("office", Office)
BOX_RING: Final = Drawer[BoxRing]("box ring", BoxRing)
HELD: Final = Drawer[Held]("held", Held)
CASES: Final = Drawer[CaseFile]("case", CaseFile)
OPEN_CASES: Final = Drawer[OpenCases]("open cases", OpenCases)
CASES_OF: Final = Drawer[CaseList]("cases of a report", CaseList)
HOLDS: Final = Drawer[Holds]("holds", Holds)
HEADS: Final = Drawer[FellowHeads]("fellow heads", FellowHeads)
ACCOUNTS: Final = Drawer[Account]("account", Account)
ANSWERS: Final = Drawer[Answered]("answers", Answered)
ANSWERED: Final = Drawer[AnsweredAt]("answered", AnsweredAt)
ROLL: Final = Drawer[Known]("roll", Known)
RECOVERY: Final = Drawer[Recovery]("recovery", Recovery)
SHOWN: Final = Drawer[Shown]("shown", Shown)
ENDED: Final = Drawer[Ended]("ended", Ended)
CLOSED: Final = Drawer[Closed]("closed", Closed)


@dataclass(frozen=True)
class Outgoing:
    """A row of the outbox: an encoded letter, or an item to acknowledge."""

    position: int
    letter: Blob | None
    acknowledged: Nonce | None


class Ledger(Protocol):
    """One transaction on the trustee's store; nothing holds before it ends."""

    async def load(self, drawer: Drawer[V], *name: bytes) -> V | None:
        """A record, unsealed; None if there is none."""

    async def save(self, drawer: Drawer[V], record: V, *name: bytes) -> None:
        """Keep a record in place of the one of that name."""

    async def erase(self, drawer: Drawer[V], *name: bytes) -> None:
        """Remove a record, if there is one."""

    async def count(self, name: str, day: int, by: int = 0) -> int:
        """A tally of a day after adding `by`; `day` 0 for one that never ends."""

    async def tallies(self, before: int) -> Sequence[tuple[str, int, int]]:
        """Name, day and count of every tally of a day before, in order."""

    async def head(self) -> Head:
        """Size and last hash of the log."""

    async def log(self, day: int, kind: str, subject: bytes, detail: str) -> Head:
        """Append to the log."""

    async def resume_log(self, head: Head, day: int, detail: str) -> Head:
        """Append `RESTORED`, after a head that others remember if it is higher."""

    def entries(self) -> AsyncIterator[LogEntry]:
        """The log from its first entry on."""

    async def enqueue(self, letters: Sequence[Letter]) -> None:
        """Put letters into the outbox."""

    async def enqueue_acknowledgement(self, item: Nonce) -> None:
        """Put an acknowledgement into the outbox, after its letters."""

    async def outbox(self, rows: int) -> Sequence[Outgoing]:
        """The oldest rows of the outbox."""

    async def dequeue(self, rows: Sequence[Outgoing]) -> None:
        """Remove rows that were posted."""


class Store(Protocol):
    """Where a trustee keeps everything, one transaction at a time."""

    def transaction(self) -> AbstractAsyncContextManager[Ledger]:
        """Begin; commits at the end, rolls back on any exception."""

    async def scrub(self) -> None:
        """Make sure that nothing erased is left in the store's files.

        PostgreSQL's lose it by being written anew only.
        """

    @property
    def rewriting(self) -> DailyRewriting:
        """Has the database's files written anew once a day."""


class Board(Protocol):
    """The ceremony's bulletin board at the API."""

    async def board(self) -> CeremonyBoard:
        """Everything posted so far."""

    async def post_to_board(self, post: Signed) -> None:
        """Add one's own post."""

    async def manifest(self) -> SignedManifest | None:
        """The published manifest, once there is one."""


class Mailbox(Protocol):
    """An opening trustee's queue at the API."""

    async def pull(self, wait_seconds: int) -> PullResponse:
        """What is there to do."""

    async def post(self, request: PostRequest) -> None:
        """Letters, and what may leave the queue."""

    async def publish_box_key(self, key: Signed) -> None:
        """Replace the published box key."""


class UnknownCase(AlongsideError):
    """No case of this name, or several."""


class DamagedStore(AlongsideError):
    """What the store holds was altered, or sealed under another key."""


class Unreachable(AlongsideError):
    """The API did not answer, or answered that it cannot now; try again later."""


class Refused(AlongsideError):
    """The API will not take this request, however often it is sent.

    Attributes:
        status: The HTTP status.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"the API refused the request with status {status}")
        self.status = status
