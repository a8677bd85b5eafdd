"""Reports: tokens, filing, status, withdrawal."""

from collections.abc import Sequence

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler

from api.handlers import filing, status, tokens
from api.handlers.desk import Desk
from api.wire import AnyRequest, answer, body
from escrow.messages.codec import Signed
from escrow.messages.filing import ReportSubmission
from escrow.operation.tries import KIND


@post("/v1/tokens", operation_id="postTokens", opt={KIND: "filing"}, status_code=200)
async def post_tokens(
    request: AnyRequest, desk: NamedDependency[Desk]
) -> Response[bytes]:
    """Issue submission tokens, blindly."""
    return answer(await tokens.issue_tokens(desk, await body(request, Signed)))


@post("/v1/reports", operation_id="postReport", opt={KIND: "filing"}, status_code=200)
async def post_report(
    request: AnyRequest, desk: NamedDependency[Desk]
) -> Response[bytes]:
    """Store a report or a new version of one."""
    submission = await body(request, ReportSubmission)
    return answer(await filing.file_report(desk, submission))


@post(
    "/v1/reports/status",
    operation_id="postReportStatus",
    opt={KIND: "looking"},
    status_code=200,
)
async def post_status(
    request: AnyRequest, desk: NamedDependency[Desk]
) -> Response[bytes]:
    """How a report stands; always of one size."""
    return answer(await status.report_status_for(desk, await body(request, Signed)))


@post(
    "/v1/reports/withdrawals",
    operation_id="postWithdrawal",
    opt={KIND: "filing"},
    status_code=200,
)
async def post_withdrawal(
    request: AnyRequest, desk: NamedDependency[Desk]
) -> Response[bytes]:
    """Erase a report."""
    return answer(await filing.withdraw_report(desk, await body(request, Signed)))


HANDLERS: Sequence[ControllerRouterHandler] = (
    post_tokens,
    post_report,
    post_status,
    post_withdrawal,
)
