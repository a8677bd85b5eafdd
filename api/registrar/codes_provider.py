"""Codes to a mailbox and, where one is configured, a phone (§R1).

Nothing of this tells who is known: every check goes the same way, and whether
something was sent is not said. A code is in memory only, and only its keyed hash.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import structlog

from api.registrar.carriers import Carrier
from api.registrar.http_carrier import HttpCarrier
from api.registrar.ports import Asked, Kind, Started
from api.registrar.send_limits import SendLimits
from api.smtp import MailDelayed, MailRefused
from blind_index.errors import InputError
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from escrow.errors import (
    InvalidRegistration,
    InvalidSignature,
    NotFound,
    QuotaExceeded,
)
from escrow.messages.codec import Nonce
from escrow.messages.registration import Awaited, Note
from escrow.registrar.code import code_mark, new_code, read_code, shown_code
from escrow.registrar.identity import Identity, check_identity, normal_identity

LOG = structlog.stdlib.get_logger("api.registrar.codes")
Channel = Literal["email", "phone"]
MOST_ATTEMPTS: Final = 5
MOST_SENT: Final = 3
LEAST_APART: Final = 30.0
_PAUSES: Final = (0.0, 5.0, 30.0, 120.0)
_HEALTH_SECONDS: Final = 60.0


@dataclass
class _Way:
    """One channel of one check; `mark` is None while no code was sent."""

    address: str
    mark: SecretBytes | None = None
    made: float = 0.0
    sent: int = 0
    refused: bool = False


@dataclass
class _Check:
    identity: Identity
    ways: dict[Channel, _Way]
    attempts: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class CodesProvider:
    """`api.registrar.ports.Provider` that sends codes.

    Args:
        carriers: How a code travels on each channel; every channel named here has
            to be proven.
        limits: For all messages of this provider.
        lifetime: Seconds for which a code is good.
        calling_codes: Of the countries whose phones are served; all if empty.
        randomness: Draws the codes and, first, the key that hides them.
    """

    kind: Kind = "codes"
    title = ""
    demo_only = False

    def __init__(
        self,
        carriers: Mapping[Channel, Carrier],
        limits: SendLimits,
        *,
        lifetime: float,
        calling_codes: Sequence[int] = (),
        randomness: Randomness = SYSTEM,
    ) -> None:
        self._carriers = carriers
        self._limits = limits
        self._lifetime = lifetime
        self._prefixes = tuple(f"+{code}" for code in calling_codes)
        self._randomness = randomness
        self._key = SecretBytes(randomness(32))
        self._checks: dict[Nonce, _Check] = {}
        self._asked = -_HEALTH_SECONDS
        self._reachable = True

    @property
    def asks(self) -> tuple[Asked, ...]:
        """The name, and every channel."""
        return ("name", *self._carriers)

    async def start(self, reference: Nonce, claimed: Identity) -> Started:
        """Send a code on every channel; returns before anything is sent.

        Raises:
            InputError: Something is missing or cannot be read.
            QuotaExceeded: Too much was sent to everybody together.
        """
        identity = normal_identity(claimed)
        addresses = {"email": identity.email, "phone": identity.phone}
        ways: dict[Channel, _Way] = {}
        for channel in self._carriers:
            self._check_address(channel, addresses[channel])
            ways[channel] = _Way(addresses[channel])
        proven = Identity(
            name=identity.name,
            email=identity.email if "email" in ways else "",
            phone=identity.phone if "phone" in ways else "",
            country=identity.country,
        )
        check_identity(proven)
        self._limits.check_total(len(ways), _now())
        check = _Check(proven, ways)
        self._checks[reference] = check
        for channel in ways:
            self._send(reference, check, channel)
        return Started(awaits=tuple(ways))

    def _check_address(self, channel: Channel, address: str) -> None:
        if not address:
            raise InputError(channel, "is needed here")
        served = not self._prefixes or address.startswith(self._prefixes)
        if channel == "phone" and not served:
            raise InputError("phone", "numbers of this country are not served here")

    def _send(self, reference: Nonce, check: _Check, channel: Channel) -> None:
        """A new code, if the address may get another; the old one ends."""
        way = check.ways[channel]
        way.made, way.sent, way.refused = _now(), way.sent + 1, False
        if not self._limits.admit(f"{channel}:{way.address}", way.made):
            return
        code = new_code(randomness=self._randomness)
        way.mark = code_mark(self._key, reference, channel, code)
        work = self._carry(reference, check, channel, shown_code(code))
        task = asyncio.get_running_loop().create_task(work)
        check.tasks.add(task)
        task.add_done_callback(check.tasks.discard)

    async def _carry(
        self, reference: Nonce, check: _Check, channel: Channel, code: str
    ) -> None:
        carrier, way = self._carriers[channel], check.ways[channel]
        part = way.sent
        for pause in _PAUSES:
            await asyncio.sleep(pause)
            try:
                await carrier.carry(reference, part, way.address, code)
            except MailDelayed:
                LOG.warning("a code is delayed")
            except MailRefused:
                LOG.warning("a code was refused")
                break
            else:
                return
        way.refused = way.sent == part

    async def finish(
        self,
        reference: Nonce,
        claimed: Identity,  # noqa: ARG002
        answers: Sequence[str],
    ) -> Identity | None:
        """The identity, if every code is right; which one was wrong is not said.

        Raises:
            InvalidRegistration: A wrong or old code, or one attempt too many.
            NotFound: No such check.
        """
        check = self._find(reference)
        if not answers:
            return None
        # Counted before anything is compared, and nothing is awaited in between.
        check.attempts += 1
        if check.attempts > MOST_ATTEMPTS:
            raise InvalidRegistration("too many attempts; please begin again")
        typed = dict(zip(check.ways, answers, strict=False))
        right = [
            self._is_right(reference, channel, way, typed.get(channel, ""))
            for channel, way in check.ways.items()
        ]
        if not all(right) or len(answers) != len(check.ways):
            raise InvalidRegistration("the check did not work")
        for way in check.ways.values():
            way.mark = None
        return check.identity

    def _is_right(
        self, reference: Nonce, channel: Channel, way: _Way, typed: str
    ) -> bool:
        given = code_mark(self._key, reference, channel, read_code(typed))
        # Compared with something in any case: no answer comes sooner.
        same = given == (way.mark or SecretBytes(bytes(32)))
        return same and way.mark is not None and _now() - way.made < self._lifetime

    def notes(self, reference: Nonce) -> tuple[Note, ...]:
        """What became of what was sent; not whether anything was.

        That a text arrived is not told: a stranger who gives somebody's number could
        tell by its absence that she was sent as many as she may be (§R1).
        """
        check = self._checks.get(reference)
        found: list[Note] = []
        for channel, way in check.ways.items() if check else ():
            outcome = self._carriers[channel].outcome(reference)
            if way.refused or outcome == "failed":
                found.append("email-failed" if channel == "email" else "phone-failed")
        return tuple(found)

    def report(self, headers: Mapping[str, str], body: bytes) -> None:
        """Take a gateway's word on a text message.

        Raises:
            InvalidSignature: It is not the gateway's, not new, or there is none.
        """
        carrier = self._carriers.get("phone")
        if not isinstance(carrier, HttpCarrier):
            raise InvalidSignature("there is no gateway", culprit="gateway")
        carrier.report(headers, body)

    async def again(self, reference: Nonce, awaited: Awaited) -> None:
        """Send a new code on one channel.

        Raises:
            QuotaExceeded: Too soon after the last one, or too often.
            NotFound: No such check, or no such channel in it.
        """
        check = self._find(reference)
        channel = next((one for one in check.ways if one == awaited), None)
        if channel is None:
            raise NotFound("nothing of this kind was sent", culprit="client")
        way = check.ways[channel]
        if way.sent >= MOST_SENT:
            raise QuotaExceeded("this code was sent often enough; please begin again")
        if _now() - way.made < LEAST_APART:
            raise QuotaExceeded("please wait half a minute before the next code")
        self._limits.check_total(1, _now())
        self._send(reference, check, channel)

    def _find(self, reference: Nonce) -> _Check:
        found = self._checks.get(reference)
        if found is None:
            raise NotFound("no verification in progress", culprit="client")
        return found

    async def settle(self, reference: Nonce) -> None:
        """Codes end with their use."""

    async def redact(self, reference: Nonce) -> None:
        """Forget codes and addresses, here and at the gateway."""
        check = self._checks.pop(reference, None)
        for task in tuple(check.tasks) if check else ():
            task.cancel()
        for carrier in self._carriers.values():
            await carrier.erase(reference)

    async def health(self) -> bool:
        """Whether every carrier answers; asked at most once a minute."""
        if _now() - self._asked >= _HEALTH_SECONDS:
            self._asked = _now()
            carriers = self._carriers.values()
            answers = await asyncio.gather(*(c.reachable() for c in carriers))
            self._reachable = all(answers)
        return self._reachable

    async def close(self) -> None:
        """End what is being sent."""
        tasks = [task for check in self._checks.values() for task in check.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for carrier in self._carriers.values():
            await carrier.close()


def _now() -> float:
    """Seconds of a clock that only goes forward."""
    return asyncio.get_running_loop().time()
