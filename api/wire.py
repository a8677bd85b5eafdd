"""Bodies as canonical messages, in and out."""

from typing import Any, Final, TypeVar

from litestar import Request, Response

from escrow.messages.codec import decode, encode

M = TypeVar("M")
AnyRequest = Request[Any, Any, Any]
CLIENT_BYTES: Final = 1024 * 1024
TRUSTEE_BYTES: Final = 32 * 1024 * 1024
VAULT_BYTES: Final = 256 * 1024


async def body(request: AnyRequest, kind: type[M]) -> M:
    """A request's body as a message.

    Raises:
        MalformedMessage: Not its one canonical encoding.
    """
    return decode(await request.body(), kind, culprit="client")


def answer(message: object) -> Response[bytes]:
    """A message as an answer."""
    return Response(
        content=encode(message), status_code=200, media_type="application/json"
    )


def done() -> Response[None]:
    """An answer without a body."""
    return Response(content=None, status_code=204)
