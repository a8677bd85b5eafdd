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
    """A check in progress; `person` once she is verified.

    `known` says that every mark was hers before; `offer` is the provider's name.
    """

    reference: Nonce
    identity: Identity
    offer: str
    person: Person | None = None
    known: bool = False
    attempts: int = 0


class Verifications:
    """Checks by their secret handle; each is forgotten when its hour is over."""

    def __init__(
        self,
        forgotten: Callable[[str, Nonce], None],
        lifetime: float = LIFETIME_SECONDS,
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
            self._forgotten(gone.offer, gone.reference)

    def forget_all(self) -> None:
        """Forget every check at once."""
        for handle in list(self._running):
            self._expire(handle)

    def abandon(self, handle: Nonce) -> None:
        """Forget a check that could not begin."""
        self._expire(handle)

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

    def verified(
        self, handle: Nonce, identity: Identity, person: Person, *, known: bool
    ) -> None:
        """Note what the check found."""
        self._running[handle] = replace(
            self.get(handle), identity=identity, person=person, known=known
        )

    def verified_person(self, handle: Nonce) -> tuple[Verification, Person]:
        """The check, and who was verified.

        Raises:
            NotFound: No check of this handle.
            InvalidRegistration: It is not finished.
        """
        found = self.get(handle)
        if found.person is None:
            raise InvalidRegistration("the verification is not finished")
        return found, found.person

    def forget_identity(self, handle: Nonce) -> None:
        """Keep of a check only what its erasure needs."""
        nobody = Identity("", "", "", "")
        self._running[handle] = replace(
            self.get(handle), identity=nobody, person=None, attempts=MOST_ATTEMPTS
        )

    def close(self, handle: Nonce, receipt: Signed) -> None:
        """Forget a check; its receipt can be asked for again for a while."""
        self._running.pop(handle, None)
        self._receipts[handle] = receipt

    def receipt(self, handle: Nonce) -> Signed | None:
        """The receipt of a check that was closed."""
        return self._receipts.get(handle)
