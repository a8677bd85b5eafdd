"""Codes as text messages through a gateway that is asked over HTTP.

The registrar posts `{"id", "to", "text"}`, signed (`gateway_signature`); any 2xx is
"taken". The gateway may report `{"id", "status"}` later, signed likewise, where
status is "delivered" or "failed"; anything else means that it is still on its way.
"""

from collections.abc import Callable, Mapping
from typing import Final

import httpx
import msgspec

from api.registrar.carriers import text_message
from api.registrar.gateway_signature import Callbacks, sign_request
from api.smtp import MailDelayed, MailRefused
from blind_index.secret import SecretBytes
from escrow.errors import MalformedMessage
from escrow.messages.codec import Nonce

_SECONDS: Final = 20.0
_LATER: Final = frozenset({408, 425, 429})
_REFUSED: Final = 400
_BROKEN: Final = 500
_ENDED: Final = frozenset({"delivered", "failed"})


class _Report(msgspec.Struct, frozen=True):
    id: str
    status: str


class Gateway(msgspec.Struct, frozen=True):
    """Where the gateway is asked, and with which key; `erase_url` may be empty."""

    url: str
    erase_url: str
    key: SecretBytes


class HttpCarrier:
    """`api.registrar.carriers.Carrier` over HTTP."""

    def __init__(
        self, gateway: Gateway, callbacks: Callbacks, now: Callable[[], float]
    ) -> None:
        self._gateway = gateway
        self._callbacks = callbacks
        self._now = now
        self._client = httpx.AsyncClient(
            timeout=_SECONDS, trust_env=False, follow_redirects=False
        )
        self._outcomes: dict[Nonce, str] = {}

    async def carry(self, reference: Nonce, part: int, address: str, code: str) -> None:
        """Ask the gateway; its answer's body is not read."""
        self._outcomes[reference] = ""
        name = f"{bytes(reference).hex()}-{part}"
        text = text_message(code)
        await self._post(self._gateway.url, {"id": name, "to": address, "text": text})

    def outcome(self, reference: Nonce) -> str:
        """What the gateway reported: "delivered", "failed", or nothing yet."""
        return self._outcomes.get(reference, "")

    async def erase(self, reference: Nonce) -> None:
        """Have the gateway forget every message of a check, if it can.

        Raises:
            MailDelayed: It did not say that it did.
        """
        self._outcomes.pop(reference, None)
        if self._gateway.erase_url:
            name = bytes(reference).hex()
            await self._post(self._gateway.erase_url, {"check": name})

    async def reachable(self) -> bool:
        """Unknown until something is sent: gateways have no common way to ask."""
        return True

    async def close(self) -> None:
        """Drop every connection."""
        await self._client.aclose()

    def report(self, headers: Mapping[str, str], body: bytes) -> None:
        """Take a report on a message.

        A report on a check that is over changes nothing.

        Raises:
            InvalidSignature: The gateway did not sign it just now.
            MalformedMessage: It is not what was agreed.
        """
        self._callbacks.check(headers, body)
        try:
            found = msgspec.json.decode(body, type=_Report)
            reference = Nonce(bytes.fromhex(found.id.partition("-")[0]))
        except (msgspec.DecodeError, ValueError, UnicodeError):
            raise MalformedMessage("not a report", culprit="gateway") from None
        if reference in self._outcomes and found.status in _ENDED:
            self._outcomes[reference] = found.status

    async def _post(self, url: str, fields: Mapping[str, str]) -> None:
        body = msgspec.json.encode(fields)
        headers = sign_request(self._gateway.key, body, self._now())
        headers["content-type"] = "application/json"
        try:
            answer = await self._client.post(url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise MailDelayed(f"no gateway: {type(error).__name__}") from None
        code = answer.status_code
        if answer.is_success:
            return
        if code in _LATER or not _REFUSED <= code < _BROKEN:
            raise MailDelayed(f"the gateway said {code}")
        raise MailRefused(f"the gateway said {code}")
