"""What others than survivors send to a registrar: gateways and browsers."""

from collections.abc import Sequence
from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from api.registrar.bureau import Bureau
from api.registrar.codes_provider import CodesProvider
from api.registrar.openid_provider import OpenIdProvider
from api.registrar.return_page import return_page
from api.registrar.routes import PREFIX
from api.registrar.voucher_provider import VoucherProvider
from api.wire import AnyRequest, body, done
from escrow.errors import InvalidRegistration, NotFound
from escrow.messages.codec import Signed
from escrow.operation.tries import KIND

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


@get(f"{PREFIX}/openid/{{name:str}}/return", operation_id="getOpenIdReturn")
async def get_return(
    request: AnyRequest, bureau: NamedDependency[Bureau], name: FromPath[str]
) -> Response[str]:
    """Where an OpenID provider sends the browser back to."""
    accepted = request.headers.get("accept-language", "")
    query = request.query_params
    # A parameter that stands there twice is refused: one of them was put in.
    twice = any(len(query.getall(key)) > 1 for key in query)
    try:
        provider = bureau.offer(name).provider
        if twice or not isinstance(provider, OpenIdProvider):
            return return_page("", accepted)
        return return_page(await provider.receive(dict(query.items())), accepted)
    except InvalidRegistration:
        return return_page("", accepted)


@post(
    f"{PREFIX}/vouchers",
    operation_id="postVoucher",
    opt={KIND: "verifying"},
    status_code=204,
)
async def post_voucher(
    request: AnyRequest, bureau: NamedDependency[Bureau]
) -> Response[None]:
    """Take a voucher that a referee made."""
    signed = await body(request, Signed)
    for offer in bureau.offers:
        if isinstance(offer.provider, VoucherProvider):
            await offer.provider.take(signed)
            return done()
    raise NotFound("no vouchers are taken here", culprit="client")


HANDLERS: Sequence[ControllerRouterHandler] = (post_report, get_return, post_voucher)
