"""Letterboxes."""

from collections.abc import Sequence

from litestar import Response, put
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler

from api.handlers import letterboxes
from api.handlers.desk import Desk
from api.wire import AnyRequest, body, done
from escrow.messages.letterbox import LetterboxSubmission
from escrow.operation.tries import KIND


@put(
    "/v1/letterboxes",
    operation_id="putLetterbox",
    opt={KIND: "filing"},
    status_code=204,
)
async def put_letterbox(
    request: AnyRequest, desk: NamedDependency[Desk]
) -> Response[None]:
    """Make, change or empty a letterbox."""
    submission = await body(request, LetterboxSubmission)
    await letterboxes.write_letterbox(desk, submission)
    return done()


HANDLERS: Sequence[ControllerRouterHandler] = (put_letterbox,)
