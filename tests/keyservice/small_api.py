"""The API as a trustee needs it: a board, one queue; both can misbehave."""

import base64

from litestar import Litestar, Request, Response, get, post, put

from escrow.errors import InvalidSignature
from escrow.manifest import open_manifest
from escrow.messages.codec import Blob, Message, Nonce, Signed, decode, encode
from escrow.messages.deployment import CeremonyBoard, SignedManifest
from escrow.messages.mailbox import (
    PostRequest,
    PullRequest,
    PullResponse,
    WorkItem,
)
from escrow.server.ceremony import admit_post, assemble_manifest, read_posts
from escrow.server.trustee_requests import (
    TrusteeRequest,
    check_authorisation,
    read_authorisation,
)
from keyservice.ports import Refused, Unreachable


class Bulletin:
    """`ports.Board` in memory; `down` makes it unreachable."""

    def __init__(self, roster: bytes) -> None:
        self.roster = roster
        self.attempt = 1
        self.posts: list[Signed] = []
        self.published: SignedManifest | None = None
        self.down = False

    def _answer(self) -> None:
        if self.down:
            raise Unreachable("status 503")

    async def board(self) -> CeremonyBoard:
        self._answer()
        return CeremonyBoard(
            roster=Blob(self.roster), attempt=self.attempt, posts=tuple(self.posts)
        )

    async def post_to_board(self, post: Signed) -> None:
        self._answer()
        if admit_post(self.roster, self.attempt, self.posts, post):
            self.posts.append(post)
            read = read_posts(self.roster, self.attempt, self.posts)
            self.published = self.published or assemble_manifest(self.roster, read)

    async def manifest(self) -> SignedManifest | None:
        self._answer()
        return self.published


class Queue:
    """`ports.Mailbox` in memory; refuses posts that hold `poison`."""

    def __init__(self) -> None:
        self.items: list[WorkItem] = []
        self.letters: list[bytes] = []
        self.box_keys: list[Signed] = []
        self.down = False
        self.poison: bytes | None = None

    def add(self, *work: Message) -> None:
        for each in work:
            name = Nonce((len(self.items) + 1).to_bytes(16, "big"))
            self.items.append(WorkItem(item=name, body=Blob(encode(each))))

    async def pull(self, _: int) -> PullResponse:
        if self.down:
            raise Unreachable("status 503")
        return PullResponse(items=tuple(self.items))

    async def post(self, request: PostRequest) -> None:
        if self.down:
            raise Unreachable("status 503")
        if self.poison in request.letters:
            raise Refused(413)
        self.letters += [bytes(letter) for letter in request.letters]
        done = set(request.acknowledged)
        self.items = [item for item in self.items if item.item not in done]

    async def publish_box_key(self, key: Signed) -> None:
        self.box_keys.append(key)


class WebApi:
    """Both over HTTP, with the real check of a trustee's authorisation."""

    def __init__(self, bulletin: Bulletin, queue: Queue) -> None:
        self.bulletin = bulletin
        self.queue = queue
        self.boot = b"boot of sixteen."
        self.counter = 0
        self.challenges = 0
        self.unauthorised = 0

    async def check(self, request: Request) -> bytes:
        """The body of an authorised request; the counter must rise."""
        body = await request.body()
        header = read_authorisation(request.headers.get("alongside-trustee", ""))
        asked = TrusteeRequest(self.boot, request.method, request.url.path, body)
        deployment = open_manifest(self.bulletin.published)
        check_authorisation(deployment, asked, header)
        if header.counter <= self.counter:
            raise InvalidSignature("an old counter")
        self.counter = header.counter
        return body

    def unauthorise(self, _: Request, __: InvalidSignature) -> Response:
        self.unauthorised += 1
        return Response({}, status_code=401)

    def refuse(self, _: Request, refused: Refused) -> Response:
        return Response({}, status_code=refused.status)

    def app(self) -> Litestar:
        return Litestar(
            [*board_routes(self.bulletin), *queue_routes(self)],
            exception_handlers={
                InvalidSignature: self.unauthorise,
                Refused: self.refuse,
            },
            openapi_config=None,
            logging_config=None,
        )


def _json(message: Message) -> Response:
    return Response(encode(message), media_type="application/json")


def board_routes(bulletin: Bulletin):
    @get("/v1/ceremony")
    async def ceremony() -> Response:
        return _json(await bulletin.board())

    @post("/v1/ceremony/posts", status_code=204)
    async def ceremony_posts(request: Request) -> None:
        await bulletin.post_to_board(decode(await request.body(), Signed))

    @get("/v1/manifest")
    async def manifest() -> Response:
        found = await bulletin.manifest()
        return _json(found) if found else Response({}, status_code=404)

    return ceremony, ceremony_posts, manifest


def queue_routes(api: WebApi):
    @get("/v1/trustees/challenge")
    async def challenge() -> dict[str, str]:
        api.challenges += 1
        boot = base64.urlsafe_b64encode(api.boot).rstrip(b"=").decode()
        return {"boot": boot}

    @post("/v1/trustees/pull", status_code=200)
    async def pull(request: Request) -> Response:
        asked = decode(await api.check(request), PullRequest)
        return _json(await api.queue.pull(asked.wait_seconds))

    @post("/v1/trustees/post", status_code=204)
    async def posts(request: Request) -> None:
        await api.queue.post(decode(await api.check(request), PostRequest))

    @put("/v1/trustees/box-keys", status_code=204)
    async def box_keys(request: Request) -> None:
        body = await api.check(request)
        await api.queue.publish_box_key(decode(body, Signed))

    return challenge, pull, posts, box_keys
