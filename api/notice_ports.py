"""What the handlers need of the outbox of notes and of letterboxes."""

# ruff: noqa: D102 - each method is described where it is implemented

from dataclasses import dataclass
from typing import Protocol

from escrow.messages.codec import Nonce, PublicKey
from escrow.server.letterboxes import Letterbox


@dataclass(frozen=True)
class WaitingNotice:
    """A notice that waits to be sent: its sealed address, its second."""

    notice: Nonce
    sealed: bytes
    due: int


@dataclass(frozen=True)
class TakenNotice:
    """A notice that one process has until `locked_until`, and which attempt it is."""

    notice: Nonce
    sealed: bytes
    locked_until: int
    attempts: int


class Notices(Protocol):
    """Notices that wait to be sent, their addresses sealed."""

    async def add(self, notice: WaitingNotice) -> None: ...
    async def last_made(self, report_key: PublicKey) -> int | None: ...
    async def note_made(self, report_key: PublicKey, day: int) -> None: ...
    async def waiting(self) -> list[WaitingNotice]: ...
    async def count(self) -> int: ...
    async def take(self, now: int, lease: int) -> TakenNotice | None: ...
    async def hand_over(self, taken: TakenNotice) -> bool: ...
    async def put_off(self, taken: TakenNotice, due: int) -> None: ...
    async def put_back(self, taken: TakenNotice, due: int) -> None: ...
    async def clear(self) -> None: ...


class Letterboxes(Protocol):
    """Letterboxes, and when each gets its next letter."""

    async def get(self, key: PublicKey) -> Letterbox | None: ...
    async def due(self, key: PublicKey) -> int | None: ...
    async def put(self, letterbox: Letterbox, due: int | None) -> None: ...
    async def next_due(self, now: int) -> Letterbox | None: ...
    async def set_due(self, key: PublicKey, due: int) -> None: ...
    async def erase_expired(self, month: int) -> int: ...
