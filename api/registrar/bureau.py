"""What a registrar works with, and what outlives a request."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from api.errors import NotReady
from api.registrar.ports import PersonStore, Provider
from api.registrar.verifications import LIFETIME_SECONDS, Verifications
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from escrow.errors import InvalidRegistration
from escrow.manifest import Deployment
from escrow.messages.codec import Nonce
from escrow.registrar.issue import Registrar
from escrow.signing import public_key

LOG = structlog.stdlib.get_logger("api.registrar")


@dataclass(frozen=True)
class Seal:
    """The registrar's keys: it signs with one and knows persons by the other."""

    seed: SecretBytes
    dedupe_key: SecretBytes


@dataclass
class Bureau:
    """A registrar at work; `find_deployment` gives the manifest once it is there."""

    seal: Seal
    store: PersonStore
    provider: Provider
    level: str
    clock: Callable[[], int]
    find_deployment: Callable[[], Awaitable[Deployment | None]]
    lifetime: float = LIFETIME_SECONDS
    randomness: Randomness = SYSTEM
    verifications: Verifications = field(init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.verifications = Verifications(self._redact_later, self.lifetime)

    async def registrar(self) -> Registrar:
        """The registrar under the manifest in force.

        Raises:
            NotReady: There is no manifest yet.
            InvalidRegistration: The manifest does not list this registrar, or
                its provider may serve demonstrations only.
        """
        deployment = await self.find_deployment()
        if deployment is None:
            raise NotReady
        entry = deployment.registrar(public_key(self.seal.seed))
        if entry is None or self.level not in entry.counting_levels:
            raise InvalidRegistration("the manifest does not list this registrar")
        if self.provider.demo_only and not deployment.roster.demo:
            raise InvalidRegistration("this provider serves demonstrations only")
        return Registrar(deployment, self.seal.seed)

    async def redact(self, reference: Nonce) -> None:
        """Have the provider erase a check, and note that it did."""
        await self.provider.redact(reference)
        async with self.store.begin() as persons:
            await persons.remove_pending(reference)

    async def redact_all(self) -> None:
        """Erase what an earlier run left behind; what fails stays pending."""
        async with self.store.begin() as persons:
            left = await persons.pending()
        for pending in left:
            await self._try_redact(pending.reference)

    def _redact_later(self, reference: Nonce) -> None:
        task = asyncio.get_running_loop().create_task(self._try_redact(reference))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _try_redact(self, reference: Nonce) -> None:
        try:
            await self.redact(reference)
        except Exception as error:  # noqa: BLE001 - a provider may fail in any way
            LOG.warning("redaction is pending", error=type(error).__name__)
