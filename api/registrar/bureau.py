"""What a registrar works with, and what outlives a request."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from api.errors import NotReady
from api.registrar.ports import Offer, PersonStore
from api.registrar.verifications import LIFETIME_SECONDS, Verifications
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from escrow.errors import InvalidRegistration
from escrow.manifest import Deployment
from escrow.messages.codec import Nonce
from escrow.registrar.issue import Registrar
from escrow.signing import public_key

LOG = structlog.stdlib.get_logger("api.registrar")
_AGAIN_SECONDS: Final = 600.0


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
    offers: Sequence[Offer]
    clock: Callable[[], int]
    find_deployment: Callable[[], Awaitable[Deployment | None]]
    lifetime: float = LIFETIME_SECONDS
    randomness: Randomness = SYSTEM
    verifications: Verifications = field(init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.verifications = Verifications(self._redact_later, self.lifetime)

    def offer(self, name: str) -> Offer:
        """The way to be verified that has this name.

        Raises:
            InvalidRegistration: There is none.
        """
        found = next((one for one in self.offers if one.name == name), None)
        if found is None:
            raise InvalidRegistration("no provider of this name", culprit="client")
        return found

    async def registrar(self, offer: Offer) -> Registrar:
        """The registrar under the manifest in force, for persons of this provider.

        Raises:
            NotReady: There is no manifest yet.
            InvalidRegistration: The manifest does not list this registrar with the
                provider's level, or the provider may serve demonstrations only.
        """
        deployment = await self.find_deployment()
        if deployment is None:
            raise NotReady
        entry = deployment.registrar(public_key(self.seal.seed))
        if entry is None or offer.level not in entry.counting_levels:
            raise InvalidRegistration("the manifest does not list this registrar")
        if offer.provider.demo_only and not deployment.roster.demo:
            raise InvalidRegistration("this provider serves demonstrations only")
        return Registrar(deployment, self.seal.seed)

    async def ready(self, offer: Offer) -> bool:
        """Whether somebody can be verified by this provider now."""
        try:
            await self.registrar(offer)
        except (NotReady, InvalidRegistration):
            return False
        return await offer.provider.health()

    async def redact(self, offer_name: str, reference: Nonce) -> None:
        """Have the provider erase a check, and note that it did.

        Raises:
            InvalidRegistration: There is no provider of this name any more.
        """
        await self.offer(offer_name).provider.redact(reference)
        async with self.store.begin() as persons:
            await persons.remove_pending(reference)

    async def redact_all(self) -> None:
        """Erase what an earlier run left behind; what fails stays pending."""
        async with self.store.begin() as persons:
            left = await persons.pending()
        for pending in left:
            await self._try_redact(pending.provider, pending.reference)

    async def close(self) -> None:
        """Erase every check in progress, end the providers, close the store."""
        self.verifications.forget_all()
        await asyncio.gather(*tuple(self._tasks), return_exceptions=True)
        for offer in self.offers:
            await offer.provider.close()
        await self.store.close()

    def _redact_later(self, offer_name: str, reference: Nonce) -> None:
        task = asyncio.get_running_loop().create_task(
            self._try_redact(offer_name, reference)
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _try_redact(self, offer_name: str, reference: Nonce) -> None:
        try:
            await self.redact(offer_name, reference)
        except Exception as error:  # noqa: BLE001 - a provider may fail in any way
            LOG.warning("redaction is pending", error=type(error).__name__)
            asyncio.get_running_loop().call_later(
                _AGAIN_SECONDS, self._redact_later, offer_name, reference
            )
