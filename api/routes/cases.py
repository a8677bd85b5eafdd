"""Groups: answers to them, and what was released."""

from collections.abc import Sequence

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler

from api.handlers import consents, holds, status
from api.handlers.desk import Desk
from api.wire import AnyRequest, answer, body, done
from escrow.messages.codec import Signed
from escrow.operation.tries import KIND


@post(
    "/v1/cases/consents",
    operation_id="postConsent",
    opt={KIND: "looking"},
    status_code=200,
)
async def post_consent(
    request: AnyRequest, desk: NamedDependency[Desk]
) -> Response[bytes]:
    """A member's answer to a group; which trustees signed that they have it."""
    return answer(await consents.give_consent(desk, await body(request, Signed)))


@post(
    "/v1/cases/connections",
    operation_id="postConnection",
    opt={KIND: "looking"},
    status_code=200,
)
async def post_connection(
    request: AnyRequest, desk: NamedDependency[Desk]
) -> Response[bytes]:
    """What was released to a member."""
    return answer(await status.connect(desk, await body(request, Signed)))


@post(
    "/v1/cases/alarms", operation_id="postAlarm", opt={KIND: "looking"}, status_code=204
)
async def post_alarm(
    request: AnyRequest, desk: NamedDependency[Desk]
) -> Response[None]:
    """A member says that something is not right."""
    await holds.raise_alarm(desk, await body(request, Signed))
    return done()


HANDLERS: Sequence[ControllerRouterHandler] = (
    post_consent,
    post_connection,
    post_alarm,
)
