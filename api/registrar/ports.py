"""What the registrar needs of a provider of identity checks, and of a store."""

# ruff: noqa: D102 - each method is described where it is implemented

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from escrow.messages.codec import Blob, Digest, Nonce, PublicKey
from escrow.messages.registration import Awaited, Note
from escrow.operation.database.daily_rewriting import DailyRewriting
from escrow.registrar.identity import Identity
from escrow.registrar.issue import Person

Kind = Literal["demo", "codes", "openid", "voucher"]
Asked = Literal["name", "email", "phone"]


@dataclass(frozen=True)
class Started:
    """What the person must bring, and the link she opens before; may be empty."""

    awaits: tuple[Awaited, ...] = ()
    link: str = ""


class Provider(Protocol):
    """Finds out whether somebody is who she says.

    `start` begins a check under a random reference and says what the person must
    do next; what it `asks` was claimed and can be read. `finish` takes what she
    brought and gives the identity as verified, None if something is still to come,
    or raises InvalidRegistration. `notes` tell how things stand, `again` repeats
    what was sent, `settle` hears that credentials were signed. `redact` has
    everything erased that is kept anywhere under the reference; repeating it changes
    nothing, and it also works after a crash. `health` says whether checks can be
    begun, `close` ends what runs.
    """

    @property
    def kind(self) -> Kind: ...
    @property
    def title(self) -> str: ...
    @property
    def asks(self) -> tuple[Asked, ...]: ...
    @property
    def demo_only(self) -> bool: ...
    async def start(self, reference: Nonce, claimed: Identity) -> Started: ...
    async def finish(
        self, reference: Nonce, claimed: Identity, answers: Sequence[str]
    ) -> Identity | None: ...
    def notes(self, reference: Nonce) -> tuple[Note, ...]: ...
    async def again(self, reference: Nonce, awaited: Awaited) -> None: ...
    async def settle(self, reference: Nonce) -> None: ...
    async def redact(self, reference: Nonce) -> None: ...
    async def health(self) -> bool: ...
    async def close(self) -> None: ...


@dataclass(frozen=True)
class Offer:
    """A provider under the name that clients ask for, and the level it gives."""

    name: str
    level: str
    provider: Provider


@dataclass(frozen=True)
class PendingDeletion:
    """A check whose traces the provider has not yet confirmed to be gone."""

    reference: Nonce
    provider: str
    day: int


@dataclass(frozen=True)
class OpenVoucher:
    """A voucher that can still be used; its seal opens with the code alone."""

    referee: PublicKey
    last_day: int
    sealed: Blob


@dataclass(frozen=True)
class VoucherTally:
    """So many vouchers: unused ones of a referee, or ones used in a month."""

    referee: PublicKey | None
    month: int | None
    count: int


class Vouchers(Protocol):
    """Sealed vouchers, by the digests of their codes."""

    async def made(self, referee: PublicKey, year: int) -> int: ...
    async def add(self, name: Digest, voucher: OpenVoucher, year: int) -> bool: ...
    async def claim(self, name: Digest, reference: Nonce) -> OpenVoucher | None: ...
    async def spend(self, reference: Nonce, month: int) -> None: ...
    async def release(self, reference: Nonce) -> None: ...
    async def remove(
        self, *, referee: PublicKey | None = None, expired_on: int | None = None
    ) -> int: ...
    async def tally(self) -> Sequence[VoucherTally]: ...


class Persons(Protocol):
    """Who is registered, known again by keyed tags alone."""

    async def known(self, tags: Sequence[Digest]) -> Mapping[Digest, Person]: ...
    async def add(self, person: Person, month: int) -> None: ...
    async def link(self, tag: Digest, person: Nonce) -> None: ...
    async def add_pending(self, pending: PendingDeletion) -> None: ...
    async def pending(self) -> list[PendingDeletion]: ...
    async def remove_pending(self, reference: Nonce) -> None: ...
    @property
    def vouchers(self) -> Vouchers: ...


class PersonStore(Protocol):
    """The registrar's database."""

    def begin(self) -> AbstractAsyncContextManager[Persons]: ...
    @property
    def rewriting(self) -> DailyRewriting: ...
    async def close(self) -> None: ...
