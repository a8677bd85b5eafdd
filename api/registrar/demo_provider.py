"""The demonstration's provider: believes everybody, and keeps nothing."""

from collections.abc import Sequence

from api.registrar.ports import Asked, Kind, Started
from escrow.messages.codec import Nonce
from escrow.messages.registration import Awaited, Note
from escrow.registrar.identity import Identity


class DemoProvider:
    """`api.registrar.ports.Provider` that verifies nothing at all."""

    kind: Kind = "demo"
    title = ""
    asks: tuple[Asked, ...] = ("name", "email", "phone")
    demo_only = True

    async def start(self, reference: Nonce, claimed: Identity) -> Started:  # noqa: ARG002
        """Nothing has to be done."""
        return Started()

    async def finish(
        self,
        reference: Nonce,  # noqa: ARG002
        claimed: Identity,
        answers: Sequence[str],  # noqa: ARG002
    ) -> Identity:
        """Whatever was claimed."""
        return claimed

    def notes(self, reference: Nonce) -> tuple[Note, ...]:  # noqa: ARG002
        """Nothing was sent."""
        return ()

    async def again(self, reference: Nonce, awaited: Awaited) -> None:
        """Nothing was sent."""

    async def settle(self, reference: Nonce) -> None:
        """Nothing is kept."""

    async def redact(self, reference: Nonce) -> None:
        """Nothing is kept."""

    async def health(self) -> bool:
        """It never fails."""
        return True

    async def close(self) -> None:
        """Nothing runs."""
