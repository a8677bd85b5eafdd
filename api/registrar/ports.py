"""What the registrar needs of a provider of identity checks, and of a store."""

# ruff: noqa: D102 - each method is described where it is implemented

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from escrow.messages.codec import Digest, Nonce
from escrow.registrar.identity import Identity
from escrow.registrar.issue import Person


class Provider(Protocol):
    """Finds out whether somebody is who she says.

    `start` begins a check under a random reference and says what the person must
    do next. `finish` takes what she brought back and gives the identity as
    verified, or raises InvalidRegistration. `redact` has everything erased that
    is kept anywhere under the reference; repeating it changes nothing. `health`
    says whether checks can be begun.
    """

    @property
    def name(self) -> str: ...
    @property
    def demo_only(self) -> bool: ...
    async def start(self, reference: Nonce, claimed: Identity) -> str: ...
    async def finish(
        self, reference: Nonce, claimed: Identity, answers: Sequence[str]
    ) -> Identity: ...
    async def redact(self, reference: Nonce) -> None: ...
    async def health(self) -> bool: ...


@dataclass(frozen=True)
class PendingDeletion:
    """A check whose traces the provider has not yet confirmed to be gone."""

    reference: Nonce
    provider: str
    day: int


class Persons(Protocol):
    """Who is registered, known again by keyed tags alone."""

    async def known(self, tags: Sequence[Digest]) -> Mapping[Digest, Person]: ...
    async def add(self, person: Person, month: int) -> None: ...
    async def link(self, tag: Digest, person: Nonce) -> None: ...
    async def add_pending(self, pending: PendingDeletion) -> None: ...
    async def pending(self) -> list[PendingDeletion]: ...
    async def remove_pending(self, reference: Nonce) -> None: ...


class PersonStore(Protocol):
    """The registrar's database."""

    def begin(self) -> AbstractAsyncContextManager[Persons]: ...
    async def close(self) -> None: ...
