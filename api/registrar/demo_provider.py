"""The demonstration's provider: believes everybody, and keeps nothing."""

from collections.abc import Sequence

from escrow.messages.codec import Nonce
from escrow.registrar.identity import Identity


class DemoProvider:
    """`api.registrar.ports.Provider` that verifies nothing at all."""

    name = "demo"
    demo_only = True

    async def start(self, reference: Nonce, claimed: Identity) -> str:  # noqa: ARG002
        """Nothing has to be done."""
        return "This is a demonstration: nothing is checked. Go on."

    async def finish(
        self,
        reference: Nonce,  # noqa: ARG002
        claimed: Identity,
        answers: Sequence[str],  # noqa: ARG002
    ) -> Identity:
        """Whatever was claimed."""
        return claimed

    async def redact(self, reference: Nonce) -> None:
        """Nothing is kept."""

    async def health(self) -> bool:
        """It never fails."""
        return True
