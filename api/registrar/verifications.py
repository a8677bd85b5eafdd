"""Checks in progress: in memory only, for an hour at most."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from escrow.errors import InvalidRegistration, NotFound, QuotaExceeded
from escrow.messages.codec import Nonce, Signed
from escrow.registrar.identity import Identity
from escrow.registrar.issue import Person

LIFETIME_SECONDS: Final = 3600.0
MOST_AT_ONCE: Final = 10_000
MOST_ATTEMPTS: Final = 5


@dataclass(frozen=True)
class Verification:
    """A check in progress; `person` once she is verified."""

    reference: Nonce
    identity: Identity
    person: Person | None = None
    attempts: int = 0


class Verifications:
    """Checks by their secret handle; each is forgotten when its hour is over."""

    def __init__(
        self, forgotten: Callable[[Nonce], None], lifetime: float = LIFETIME_SECONDS
    ) -> None:
        self._forgotten = forgotten
        self._lifetime = lifetime
        self._running: dict[Nonce, Verification] = {}
        self._receipts: dict[Nonce, Signed] = {}

    def begin(self, handle: Nonce, verification: Verification) -> None:
        """Keep a new check.

        Raises:
            QuotaExceeded: Too many at once.
        """
        if len(self._running) >= MOST_AT_ONCE:
            raise QuotaExceeded("too many verifications at once; please try later")
        self._running[handle] = verification
        loop = asyncio.get_running_loop()
        loop.call_later(self._lifetime, self._expire, handle)

    def _expire(self, handle: Nonce) -> None:
        self._receipts.pop(handle, None)
        gone = self._running.pop(handle, None)
        if gone is not None:
            self._forgotten(gone.reference)

    def get(self, handle: Nonce) -> Verification:
        """A check in progress.

        Raises:
            NotFound: None of this handle, or its hour is over.
        """
        found = self._running.get(handle)
        if found is None:
            raise NotFound("no verification in progress", culprit="client")
        return found

    def attempt(self, handle: Nonce) -> Verification:
        """Count an attempt to finish.

        Raises:
            InvalidRegistration: One too many; the check is forgotten.
        """
        found = self.get(handle)
        if found.attempts >= MOST_ATTEMPTS:
            self._expire(handle)
            raise InvalidRegistration("too many attempts; please begin again")
        counted = replace(found, attempts=found.attempts + 1)
        self._running[handle] = counted
        return counted

    def verified(self, handle: Nonce, identity: Identity, person: Person) -> None:
        """Note what the check found."""
        found = self.get(handle)
        self._running[handle] = replace(found, identity=identity, person=person)

    def verified_person(self, handle: Nonce) -> tuple[Identity, Person]:
        """Who was verified.

        Raises:
            NotFound: No check of this handle.
            InvalidRegistration: It is not finished.
        """
        found = self.get(handle)
        if found.person is None:
            raise InvalidRegistration("the verification is not finished")
        return found.identity, found.person

    def close(self, handle: Nonce, receipt: Signed) -> None:
        """Forget a check; its receipt can be asked for again for a while."""
        self._running.pop(handle, None)
        self._receipts[handle] = receipt

    def receipt(self, handle: Nonce) -> Signed | None:
        """The receipt of a check that was closed."""
        return self._receipts.get(handle)
