"""The deployment: manifest, box keys, ceremony, health."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler

from api.errors import NotReady
from api.handlers import ceremony, mailbox, recovery
from api.handlers.desk import Desk, Office
from api.wire import TRUSTEE_BYTES, AnyRequest, answer, body, done
from escrow.errors import NotFound
from escrow.messages.codec import Signed
from escrow.operation.tries import told_of_proxies


@get("/v1/manifest", operation_id="getManifest")
async def get_manifest(office: NamedDependency[Office]) -> Response[bytes]:
    """The manifest as signed by every trustee; 404 until the ceremony is over."""
    try:
        return answer(await ceremony.show_manifest(office))
    except NotReady:
        raise NotFound("there is no manifest yet") from None


@get("/v1/box-keys", operation_id="getBoxKeys")
async def get_box_keys(desk: NamedDependency[Desk]) -> Response[bytes]:
    """The opening trustees' current box keys."""
    return answer(await mailbox.current_box_keys(desk))


@get("/v1/ceremony", operation_id="getCeremony")
async def get_ceremony(office: NamedDependency[Office]) -> Response[bytes]:
    """The bulletin board of the key ceremony."""
    return answer(await ceremony.show_board(office))


@post(
    "/v1/ceremony/posts",
    operation_id="postCeremony",
    request_max_body_size=TRUSTEE_BYTES,
    status_code=204,
)
async def post_ceremony(
    request: AnyRequest, office: NamedDependency[Office]
) -> Response[None]:
    """Put a trustee's signed post on the board."""
    await ceremony.add_post(office, await body(request, Signed))
    return done()


@get("/v1/health", operation_id="getHealth")
async def get_health(office: NamedDependency[Office]) -> dict[str, str]:
    """That the server lives, and how far it is: ceremony, restored or ready."""
    if office.deployment is None:
        return {"state": "ceremony"}
    return {"state": "restored" if await recovery.catching_up(office) else "ready"}


@get("/v1/health/ready", operation_id="getReadiness")
async def get_readiness(
    request: AnyRequest, office: NamedDependency[Office]
) -> Response[dict[str, str]]:
    """Whether survivors can be served now: 200, or 503 with the reason.

    Asks the database too; says which manifest is in force, and how many addresses
    proxies named in the request, for the doctor.
    """
    state = "ceremony"
    if office.deployment is not None:
        async with office.store.read() as records:
            await records.beginnings.attempt()
        state = "restored" if await recovery.catching_up(office) else "ready"
    found = {"state": state, **told_of_proxies(request.headers)}
    if office.deployment is not None:
        found["manifest"] = office.deployment.digest.hex()
    return Response(found, status_code=200 if state == "ready" else 503)


HANDLERS: Sequence[ControllerRouterHandler] = (
    get_manifest,
    get_box_keys,
    get_ceremony,
    post_ceremony,
    get_health,
    get_readiness,
)
