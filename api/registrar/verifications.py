"""Checks in progress: in memory only, for three days at most.

Whoever went to sign in elsewhere, or waits for a referee, may come back late; a code
ends long before its check does. What was verified is needed for minutes only.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from api.registrar.newcomers import Newcomers
from escrow.errors import InvalidRegistration, NotFound, QuotaExceeded
from escrow.messages.codec import Nonce, Signed
from escrow.registrar.identity import Identity
from escrow.registrar.issue import Person

LIFETIME_SECONDS: Final = 72 * 3600.0
#: From the moment somebody was verified: her client asks for everything at once.
PROVEN_SECONDS: Final = 3600.0
#: How long a check is safe even where there are too many.
SAFE_SECONDS: Final = 3600.0
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
    """Checks by their secret handle; each is forgotten when its time is over."""

    def __init__(
        self,
        forgotten: Callable[[str, Nonce], None],
        lifetime: float = LIFETIME_SECONDS,
    ) -> None:
        self._forgotten = forgotten
        self._lifetime = lifetime
        self._running: dict[Nonce, Verification] = {}
        self._receipts: dict[Nonce, Signed] = {}
        self._timers: dict[Nonce, asyncio.TimerHandle] = {}
        self._newcomers = Newcomers()

    def begin(
        self, handle: Nonce, verification: Verification, network: bytes | None = None
    ) -> None:
        """Keep a new check; where there are too many, another makes room.

        Args:
            handle: Its secret name.
            verification: The check.
            network: From which it was begun; None for this machine itself.

        Raises:
            QuotaExceeded: Too many began within the last hour, and no network far
                more than others.
        """
        if len(self._running) >= MOST_AT_ONCE:
            self._make_room(network)
        self._running[handle] = verification
        self._end_in(self._lifetime, handle)
        self._newcomers.note(handle, network)
        loop = asyncio.get_running_loop()
        loop.call_later(SAFE_SECONDS, self._newcomers.forget, handle)

    def _end_in(self, seconds: float, handle: Nonce) -> None:
        if handle in self._timers:
            self._timers[handle].cancel()
        loop = asyncio.get_running_loop()
        self._timers[handle] = loop.call_later(seconds, self._expire, handle)

    def _make_room(self, network: bytes | None) -> None:
        """Forget the check that nobody has brought anything to for longest.

        Otherwise whoever begins many and ends none would keep everybody out for as
        long as a check lasts. Within the hour only what a network has far too many
        of gives way, and to others only.
        """
        crowd = self._oldest_unsafe() or self._newcomers.makes_room_for(network)
        if crowd is None:
            raise QuotaExceeded("too many verifications at once; please try later")
        self._expire(crowd)

    def _oldest_unsafe(self) -> Nonce | None:
        safe = asyncio.get_running_loop().time() - SAFE_SECONDS
        for handle, check in self._running.items():
            if check.person is None:
                began = self._timers[handle].when() - self._lifetime
                return handle if began <= safe else None
        return None

    def _expire(self, handle: Nonce) -> None:
        if (timer := self._timers.pop(handle, None)) is not None:
            timer.cancel()
        self._receipts.pop(handle, None)
        self._newcomers.forget(handle)
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
            NotFound: None of this handle, or its time is over.
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
        """Note what the check found; from now on it is kept for an hour at most."""
        self._running[handle] = replace(
            self.get(handle), identity=identity, person=person, known=known
        )
        self._newcomers.forget(handle)
        self._end_in(min(self._lifetime, PROVEN_SECONDS), handle)

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
        self._newcomers.forget(handle)
        self._receipts[handle] = receipt
        self._end_in(min(self._lifetime, PROVEN_SECONDS), handle)

    def receipt(self, handle: Nonce) -> Signed | None:
        """The receipt of a check that was closed."""
        return self._receipts.get(handle)
