"""From an error to an HTTP answer (RFC 9457); no other module speaks of both.

A problem carries the error's own words, which hold no value from a request, and
never anything that was sent.
"""

import re
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from api.errors import (
    NotErased,
    NotReady,
    Restored,
    StaleChallenge,
    Unauthorised,
)
from blind_index.errors import InputError, ProtocolError
from escrow import errors
from escrow.operation.database.outages import StoreAway
from escrow.operation.faults import places_of
from escrow.operation.tries import TooManyTries

LOG = structlog.stdlib.get_logger("api.problems")
MEDIA_TYPE = "application/problem+json"

AnyRequest = Request[Any, Any, Any]

_STATUS = (
    (errors.InvalidCredential, HTTPStatus.FORBIDDEN),
    (errors.InvalidSignature, HTTPStatus.FORBIDDEN),
    (errors.InvalidToken, HTTPStatus.FORBIDDEN),
    (errors.InvalidConsent, HTTPStatus.FORBIDDEN),
    (errors.NotFound, HTTPStatus.NOT_FOUND),
    (errors.ConflictingReport, HTTPStatus.CONFLICT),
    (errors.StaleManifest, HTTPStatus.CONFLICT),
    (errors.QuotaExceeded, HTTPStatus.TOO_MANY_REQUESTS),
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (StaleChallenge, HTTPStatus.UNAUTHORIZED),
    (Unauthorised, HTTPStatus.UNAUTHORIZED),
    (NotErased, HTTPStatus.SERVICE_UNAVAILABLE),
    (NotReady, HTTPStatus.SERVICE_UNAVAILABLE),
    (Restored, HTTPStatus.SERVICE_UNAVAILABLE),
    (StoreAway, HTTPStatus.SERVICE_UNAVAILABLE),
    (TooManyTries, HTTPStatus.TOO_MANY_REQUESTS),
    (ProtocolError, HTTPStatus.BAD_REQUEST),
)
_WORDS = (
    (StaleChallenge, "fetch the challenge and sign the request again"),
    (Unauthorised, "the operator's token is needed"),
    (NotReady, "the key ceremony is not over"),
    (Restored, "the server was restored and is catching up; come back soon"),
    (StoreAway, "nothing was kept; please try again in a moment"),
    (TooManyTries, "asked too often from this network; come back later"),
    (NotErased, "not everything is erased yet; it is tried again"),
)
_NAMES = (
    (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "oversized"),
    (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type"),
    (HTTPStatus.NOT_FOUND, "not-found"),
    (HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed"),
    (HTTPStatus.FORBIDDEN, "forbidden"),
)
_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of every refusal."""

    type: str
    title: str
    status: int
    detail: str
    culprit: str | int | None = None


def kebab(name: str) -> str:
    """`InvalidProof` as `invalid-proof`."""
    return _WORD_START.sub("-", name).lower()


def _answer(status: int, name: str, detail: str, culprit: str | int | None) -> Any:  # noqa: ANN401
    problem = Problem(
        type=f"urn:alongside:problem:{name}",
        title=name.replace("-", " ").capitalize(),
        status=status,
        detail=detail,
        culprit=culprit,
    )
    body = msgspec.json.encode(problem)
    return Response(content=body, status_code=status, media_type=MEDIA_TYPE)


def refuse(_request: AnyRequest, error: Exception) -> Response[bytes]:
    """Answer an error that this project raised itself."""
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    words = (words for kind, words in _WORDS if isinstance(error, kind))
    detail = next(words, str(error))
    culprit = getattr(error, "culprit", None)
    answer: Response[bytes] = _answer(
        status, kebab(type(error).__name__), detail, culprit
    )
    if isinstance(error, TooManyTries):
        answer.headers["retry-after"] = str(error.seconds)
    return answer


def refuse_request(_request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Answer a request that did not reach any handler; in fixed words."""
    status = HTTPStatus(error.status_code)
    name = next((name for code, name in _NAMES if code == status), "bad-request")
    answer: Response[bytes] = _answer(status, name, status.phrase, None)
    return answer


def fail(_request: AnyRequest, error: Exception) -> Response[bytes]:
    """Answer a fault of our own; log where it happened, not its message.

    The message of an unexpected error may hold what was sent.
    """
    # The error itself is not handed on: whatever prints it would print its text.
    LOG.error("unexpected error", error=type(error).__name__, places=places_of(error))
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    answer: Response[bytes] = _answer(status, "internal-error", status.phrase, None)
    return answer


def exception_handlers() -> ExceptionHandlersMap:
    """Which handler answers which error."""
    return {
        **{kind: refuse for kind, _ in _STATUS},
        HTTPException: refuse_request,
        Exception: fail,
    }
