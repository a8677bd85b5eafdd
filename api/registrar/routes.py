"""The registrar's interface."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler

from api.registrar import handlers
from api.registrar.bureau import Bureau
from api.wire import AnyRequest, answer, body, done
from escrow.messages.codec import Signed
from escrow.messages.registration import (
    VerificationAgain,
    VerificationFinish,
    VerificationRequest,
)
from escrow.operation.tries import KIND, site_of

PREFIX = "/v1/registrar"


def provide_bureau(state: State) -> Bureau:
    """The registrar at work in this process."""
    bureau: Bureau = state.bureau
    return bureau


@get(f"{PREFIX}/providers", operation_id="getProviders")
async def get_providers(bureau: NamedDependency[Bureau]) -> Response[bytes]:
    """The ways to be verified here."""
    return answer(await handlers.providers(bureau))


@post(
    f"{PREFIX}/verifications",
    operation_id="postVerification",
    opt={KIND: "verifying"},
    status_code=200,
)
async def post_verification(
    request: AnyRequest, bureau: NamedDependency[Bureau]
) -> Response[bytes]:
    """Begin an identity check."""
    asked = await body(request, VerificationRequest)
    return answer(await handlers.start(bureau, asked, site_of(request)))


@post(
    f"{PREFIX}/verifications/finish",
    operation_id="postVerificationFinish",
    opt={KIND: "verifying"},
    status_code=200,
)
async def post_finish(
    request: AnyRequest, bureau: NamedDependency[Bureau]
) -> Response[bytes]:
    """Bring back what the provider asked for, or ask how far it is."""
    asked = await body(request, VerificationFinish)
    return answer(await handlers.finish(bureau, asked))


@post(
    f"{PREFIX}/verifications/again",
    operation_id="postVerificationAgain",
    opt={KIND: "verifying"},
    status_code=204,
)
async def post_again(
    request: AnyRequest, bureau: NamedDependency[Bureau]
) -> Response[None]:
    """Have a code sent once more."""
    await handlers.again(bureau, await body(request, VerificationAgain))
    return done()


@post(
    f"{PREFIX}/index-credentials",
    operation_id="postIndexCredential",
    opt={KIND: "verifying"},
    status_code=200,
)
async def post_index_credential(
    request: AnyRequest, bureau: NamedDependency[Bureau]
) -> Response[bytes]:
    """Have an index credential signed."""
    signed = await body(request, Signed)
    return answer(await handlers.index_credential(bureau, signed))


@post(
    f"{PREFIX}/standing-credentials",
    operation_id="postStandingCredential",
    opt={KIND: "verifying"},
    status_code=200,
)
async def post_standing_credential(
    request: AnyRequest, bureau: NamedDependency[Bureau]
) -> Response[bytes]:
    """Have a standing credential signed."""
    signed = await body(request, Signed)
    return answer(await handlers.standing_credential(bureau, signed))


@post(
    f"{PREFIX}/verifications/close",
    operation_id="postVerificationClose",
    opt={KIND: "verifying"},
    status_code=200,
)
async def post_close(
    request: AnyRequest, bureau: NamedDependency[Bureau]
) -> Response[bytes]:
    """Have everything of the check erased; the answer is the dated receipt."""
    return answer(await handlers.close(bureau, await body(request, VerificationFinish)))


HANDLERS: Sequence[ControllerRouterHandler] = (
    get_providers,
    post_verification,
    post_finish,
    post_again,
    post_index_credential,
    post_standing_credential,
    post_close,
)
