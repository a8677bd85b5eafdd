"""The operator's view: how much work waits, and nothing more."""

import hmac
from collections.abc import Sequence

from litestar import get
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler

from api.errors import Unauthorised
from api.handlers import mailbox
from api.handlers.desk import Office
from api.wire import AnyRequest


@get("/v1/operator/pending", operation_id="getPending")
async def get_pending(
    request: AnyRequest, office: NamedDependency[Office]
) -> dict[str, dict[str, int] | int]:
    """How many items wait for each trustee, and how many notices are due."""
    shown = request.headers.get("authorization", "").encode()
    if not hmac.compare_digest(shown, b"Bearer " + office.keys.operator_token.reveal()):
        raise Unauthorised
    desk = office.desk()
    waiting = await mailbox.waiting_items(desk)
    return {
        "trustees": {str(index): count for index, count in waiting.items()},
        "jobs": 0,
    }


HANDLERS: Sequence[ControllerRouterHandler] = (get_pending,)
