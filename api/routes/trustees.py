"""The opening trustees' side: challenge, pull, post, box keys."""

import base64
from collections.abc import Sequence

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler

from api.handlers import letters, mailbox
from api.handlers.desk import Office
from api.trustee_auth import authorised_trustee, current_run
from api.wire import TRUSTEE_BYTES, AnyRequest, answer, body, done
from escrow.messages.codec import Signed
from escrow.messages.mailbox import PostRequest, PullRequest


@get("/v1/trustees/challenge", operation_id="getChallenge")
async def get_challenge(office: NamedDependency[Office]) -> dict[str, str]:
    """Which run of the server this is; part of what a trustee signs."""
    boot = await current_run(office)
    text = base64.urlsafe_b64encode(boot).rstrip(b"=").decode()
    return {"boot": text}


@post("/v1/trustees/pull", operation_id="postPull", status_code=200)
async def post_pull(
    request: AnyRequest, office: NamedDependency[Office]
) -> Response[bytes]:
    """A trustee's work; waits a while if there is none."""
    trustee = await authorised_trustee(office, request)
    asked = await body(request, PullRequest)
    return answer(await mailbox.pull_work(office.desk(), trustee, asked))


@post(
    "/v1/trustees/post",
    operation_id="postLetters",
    request_max_body_size=TRUSTEE_BYTES,
    status_code=204,
)
async def post_letters(
    request: AnyRequest, office: NamedDependency[Office]
) -> Response[None]:
    """A trustee's letters, and what it has done."""
    trustee = await authorised_trustee(office, request)
    posted = await body(request, PostRequest)
    await letters.receive_post(office.desk(), trustee, posted)
    return done()


@put("/v1/trustees/box-keys", operation_id="putBoxKey", status_code=204)
async def put_box_key(
    request: AnyRequest, office: NamedDependency[Office]
) -> Response[None]:
    """A trustee's new box key."""
    trustee = await authorised_trustee(office, request)
    signed = await body(request, Signed)
    await mailbox.publish_box_key(office.desk(), trustee, signed)
    return done()


HANDLERS: Sequence[ControllerRouterHandler] = (
    get_challenge,
    post_pull,
    post_letters,
    put_box_key,
)
