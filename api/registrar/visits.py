"""What others than survivors send to a registrar: gateways and browsers."""

from collections.abc import Sequence
from typing import Final

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from api.registrar.bureau import Bureau
from api.registrar.codes_provider import CodesProvider
from api.registrar.routes import PREFIX
from api.wire import AnyRequest, done

_REPORT_BYTES: Final = 4096


@post(
    f"{PREFIX}/gateways/{{name:str}}/reports",
    operation_id="postGatewayReport",
    status_code=204,
    request_max_body_size=_REPORT_BYTES,
)
async def post_report(
    request: AnyRequest, bureau: NamedDependency[Bureau], name: FromPath[str]
) -> Response[None]:
    """Take a gateway's signed word on a text message."""
    provider = bureau.offer(name).provider
    if isinstance(provider, CodesProvider):
        provider.report(request.headers, await request.body())
    return done()


HANDLERS: Sequence[ControllerRouterHandler] = (post_report,)
