"""A trustee's requests to the API, signed where the API asks for it."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from blind_index.secret import SecretBytes
from escrow.messages.codec import Nonce, Signed, decode, encode
from escrow.messages.deployment import CeremonyBoard, SignedManifest
from escrow.messages.mailbox import PostRequest, PullRequest, PullResponse
from escrow.trustee.requests import Challenge, OutgoingRequest, authorise
from keyservice.ports import Refused, Unreachable

#: Answers that say "not now" rather than "never".
_PASSING = frozenset({408, 425, 429})
_UNAUTHORISED = 401
_NOT_FOUND = 404
_SERVER_FAULT = 500

#: A number that rises, over restarts too: microseconds of a clock will do.
Counter = Callable[[], int]


@dataclass(frozen=True)
class Signatory:
    """Who signs the requests of an opening trustee."""

    index: int
    identity_seed: SecretBytes
    counter: Counter


class ApiChannel:
    """The API as a trustee sees it; see `ports.Board` and `ports.Mailbox`.

    Every method raises `Unreachable` for what may pass and `Refused` for what
    will not; an answer that does not decode is a `ProtocolError`.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def board(self) -> CeremonyBoard:
        """Everything posted to the bulletin board so far."""
        body = await self.send(OutgoingRequest("GET", "/v1/ceremony", b""))
        return decode(body, CeremonyBoard, culprit="api")

    async def post_to_board(self, post: Signed) -> None:
        """Add one's own post."""
        await self.send(OutgoingRequest("POST", "/v1/ceremony/posts", encode(post)))

    async def manifest(self) -> SignedManifest | None:
        """The published manifest, once there is one."""
        try:
            body = await self.send(OutgoingRequest("GET", "/v1/manifest", b""))
        except Refused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise
        return decode(body, SignedManifest, culprit="api")

    async def challenge(self) -> Challenge:
        """What signatures are bound to until the API restarts."""
        body = await self.send(OutgoingRequest("GET", "/v1/trustees/challenge", b""))
        return decode(body, Challenge, culprit="api")

    async def send(self, request: OutgoingRequest, authorisation: str = "") -> bytes:
        """Send a request; the body of a good answer.

        Raises:
            Unreachable: No answer, or one that may change.
            Refused: An answer that will not.
        """
        headers = {"content-type": "application/json"} if request.body else {}
        if authorisation:
            headers["alongside-trustee"] = authorisation
        try:
            answer = await self._client.request(
                request.method, request.path, content=request.body, headers=headers
            )
        except httpx.HTTPError as error:
            raise Unreachable(f"no answer: {type(error).__name__}") from None
        status = answer.status_code
        if status >= _SERVER_FAULT or status in _PASSING:
            raise Unreachable(f"status {status}")
        if not answer.is_success:
            raise Refused(status)
        return answer.content


class SignedChannel:
    """An opening trustee's queue at the API; one request at a time."""

    def __init__(self, channel: ApiChannel, signatory: Signatory) -> None:
        self._channel = channel
        self._signatory = signatory
        self._boot: Nonce | None = None
        self._counter = 0

    async def pull(self, wait_seconds: int) -> PullResponse:
        """What is there to do; waits for it."""
        body = encode(PullRequest(wait_seconds=wait_seconds))
        request = OutgoingRequest("POST", "/v1/trustees/pull", body)
        return decode(await self._send(request), PullResponse, culprit="api")

    async def post(self, request: PostRequest) -> None:
        """Letters, and what may leave the queue."""
        await self._send(OutgoingRequest("POST", "/v1/trustees/post", encode(request)))

    async def publish_box_key(self, key: Signed) -> None:
        """Replace the published box key."""
        await self._send(OutgoingRequest("PUT", "/v1/trustees/box-keys", encode(key)))

    async def _send(self, request: OutgoingRequest) -> bytes:
        """Send a signed request; once more if the API was restarted meanwhile."""
        if self._boot is not None:
            try:
                return await self._signed(request, self._boot)
            except Refused as refused:
                if refused.status != _UNAUTHORISED:
                    raise
        self._boot = (await self._channel.challenge()).boot
        try:
            return await self._signed(request, self._boot)
        except Refused as refused:
            if refused.status == _UNAUTHORISED:
                # Another trustee's key or a clock that went back: the operator
                # has to look; the next attempt begins with a new challenge.
                raise Unreachable("the API does not accept the signature") from None
            raise

    async def _signed(self, request: OutgoingRequest, boot: Nonce) -> bytes:
        who = self._signatory
        self._counter = max(self._counter + 1, who.counter())
        header = authorise(who.identity_seed, who.index, self._counter, boot, request)
        return await self._channel.send(request, header)
