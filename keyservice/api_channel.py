"""Requests of a trustee to the API: signed, over one connection at a time."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import httpx
import msgspec
from nacl.signing import SigningKey

from blind_index.errors import ProtocolError
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.transcript import transcript
from escrow.errors import MalformedMessage
from escrow.messages.codec import Message, Nonce, Signed, decode, encode
from escrow.messages.deployment import CeremonyBoard, SignedManifest
from escrow.messages.mailbox import PostRequest, PullRequest, PullResponse
from keyservice.ports import Refused, Unreachable

M = TypeVar("M", bound=Message)

#: Answers that say "not now" rather than "never".
_PASSING = frozenset({408, 425, 429})
_UNAUTHORISED = 401
_NOT_FOUND = 404
_SERVER_FAULT = 500
_LARGEST_ANSWER = 32 * 1024 * 1024
_PATIENCE_SECONDS = 20.0

#: A number that rises, over restarts too: microseconds of a clock will do.
Counter = Callable[[], int]


class _Challenge(msgspec.Struct, frozen=True):
    """What the API's process draws at its start; not a signed message."""

    boot: str


@dataclass(frozen=True)
class Signatory:
    """Who signs the requests of an opening trustee."""

    index: int
    identity_seed: SecretBytes
    counter: Counter


class ApiChannel:
    """The API as a trustee sees it; see `ports.Board` and `ports.Mailbox`."""

    def __init__(
        self, client: httpx.AsyncClient, signatory: Signatory | None = None
    ) -> None:
        self._client = client
        self._signatory = signatory
        self._boot: Nonce | None = None
        self._last = 0

    async def board(self) -> CeremonyBoard:
        """Everything posted to the bulletin board so far."""
        return decode(await self._send("GET", "/v1/ceremony"), CeremonyBoard)

    async def post_to_board(self, post: Signed) -> None:
        """Add one's own post."""
        await self._send("POST", "/v1/ceremony/posts", encode(post))

    async def manifest(self) -> SignedManifest | None:
        """The published manifest, once there is one."""
        try:
            body = await self._send("GET", "/v1/manifest")
        except Refused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise
        return decode(body, SignedManifest, culprit="api")

    async def pull(self, wait_seconds: int) -> PullResponse:
        """What is there to do; waits for it."""
        body = encode(PullRequest(wait_seconds=wait_seconds))
        answer = await self._authorised("POST", "/v1/trustees/pull", body)
        return decode(answer, PullResponse, culprit="api")

    async def post(self, request: PostRequest) -> None:
        """Letters, and what may leave the queue."""
        await self._authorised("POST", "/v1/trustees/post", encode(request))

    async def publish_box_key(self, key: Signed) -> None:
        """Replace the published box key."""
        await self._authorised("PUT", "/v1/trustees/box-keys", encode(key))

    async def _authorised(self, method: str, path: str, body: bytes) -> bytes:
        """Send a signed request; once more if the API was restarted meanwhile."""
        if self._boot is not None:
            try:
                return await self._signed(self._boot, method, path, body)
            except Refused as refused:
                if refused.status != _UNAUTHORISED:
                    raise
        self._boot = await self._challenge()
        try:
            return await self._signed(self._boot, method, path, body)
        except Refused as refused:
            if refused.status == _UNAUTHORISED:
                raise Unreachable("the API does not accept the signature") from None
            raise

    async def _challenge(self) -> Nonce:
        body = await self._send("GET", "/v1/trustees/challenge")
        try:
            text = msgspec.json.decode(body, type=_Challenge).boot
            return msgspec.json.decode(
                msgspec.json.encode(text), type=Nonce, dec_hook=_decode_nonce
            )
        except (msgspec.DecodeError, ValueError):
            raise Unreachable("the API's challenge does not decode") from None

    async def _signed(self, boot: Nonce, method: str, path: str, body: bytes) -> bytes:
        if self._signatory is None:
            raise Unreachable("no identity to sign with")
        self._last = max(self._last + 1, self._signatory.counter())
        header = authorisation(self._signatory, boot, (method, path, body), self._last)
        return await self._send(method, path, body, header)

    async def _send(
        self, method: str, path: str, body: bytes = b"", header: str = ""
    ) -> bytes:
        headers = {"alongside-trustee": header} if header else {}
        if body:
            headers["content-type"] = "application/json"
        try:
            answer = await self._client.request(
                method,
                path,
                content=body,
                headers=headers,
                timeout=_PATIENCE_SECONDS * 2,
            )
        except httpx.HTTPError as error:
            raise Unreachable(type(error).__name__) from None
        status = answer.status_code
        if status >= _SERVER_FAULT or status in _PASSING:
            raise Unreachable(f"status {status}")
        if not answer.is_success:
            raise Refused(status)
        return answer.content
