"""A trustee's own port: bytes into messages and back, errors into problems."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from litestar import Litestar, Request, Response, get, post
from litestar.config.cors import CORSConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.types import Middleware

from blind_index.errors import InputError, ProtocolError
from escrow.errors import (
    InvalidCredential,
    InvalidSignature,
    QuotaExceeded,
    StaleManifest,
)
from escrow.messages.codec import Signed, decode, encode
from escrow.operation.answer_headers import add_security_headers
from escrow.operation.database.outages import StoreAway
from escrow.operation.faults import place_of
from escrow.operation.tries import (
    KIND,
    LimitsSection,
    TooManyTries,
    Tries,
    limited,
    told_of_proxies,
)
from keyservice.handlers.evaluation import IndexDuty, answer_evaluation
from keyservice.ports import Store

_LOG = structlog.get_logger()

#: An evaluation request of 64 elements with its credential takes 5 KiB.
MOST_BODY_BYTES = 64 * 1024
_STATUS: tuple[tuple[type[ProtocolError], int], ...] = (
    (InvalidCredential, HTTPStatus.FORBIDDEN),
    (InvalidSignature, HTTPStatus.FORBIDDEN),
    (StaleManifest, HTTPStatus.CONFLICT),
    (QuotaExceeded, HTTPStatus.TOO_MANY_REQUESTS),
)


@dataclass
class Front:
    """What the port may answer by now; filled in once the ceremony is over.

    `index` stays None for an opening trustee, which answers nobody directly.
    `manifest` is the digest of the one in force, in hexadecimal. `restored` while
    the trustee came from a backup and has not caught up.
    """

    store: Store
    day: Callable[[], int]
    index: IndexDuty | None = None
    ready: bool = False
    manifest: str = ""
    restored: bool = False


@get("/v1/health", sync_to_thread=False)
def health(state: State) -> dict[str, str]:
    """That the trustee lives, and how far it is: ceremony, restored or ready."""
    return {"state": _state(state.front)}


def _state(front: Front) -> str:
    if front.ready:
        return "ready"
    return "restored" if front.restored else "ceremony"


@get("/v1/health/ready", sync_to_thread=False)
def readiness(
    request: Request[Any, Any, State], state: State
) -> Response[dict[str, str]]:
    """Whether the trustee does its work now: 200, or 503; and of which manifest.

    Says too how many addresses proxies named in the request, for the doctor.
    """
    front: Front = state.front
    found = {"state": _state(front), **told_of_proxies(request.headers)}
    if front.manifest:
        found["manifest"] = front.manifest
    return Response(found, status_code=200 if front.ready else 503)


@post("/v1/evaluations", status_code=HTTPStatus.OK, opt={KIND: "evaluations"})
async def evaluations(request: Request[Any, Any, State]) -> Response[bytes]:
    """Evaluate a client's blinded elements (§F3)."""
    front: Front = request.app.state.front
    if front.index is None:
        raise HTTPException("not ready", status_code=HTTPStatus.SERVICE_UNAVAILABLE)
    signed = decode(await request.body(), Signed, culprit="client")
    answer = await answer_evaluation(front.store, front.index, signed, front.day())
    return Response(encode(answer), media_type="application/json")


def only_json(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    """Refuse bodies of another type, which a foreign page could send unasked."""
    kind = connection.headers.get("content-type", "").split(";")[0].strip().lower()
    if connection.scope.get("method") == "POST" and kind != "application/json":
        status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        raise HTTPException("the body must be JSON", status_code=status)


def _problem(
    status: int, name: str, detail: str, culprit: str | int | None = None
) -> Response[dict[str, Any]]:
    """An RFC 9457 problem; nothing in it repeats what was sent."""
    kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
    body: dict[str, Any] = {
        "type": f"urn:alongside:problem:{kebab}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
    }
    if culprit is not None:
        body["culprit"] = culprit
    return Response(body, status_code=status, media_type="application/problem+json")


def _refused(_: Request[Any, Any, Any], error: ProtocolError) -> Response[Any]:
    status = next((s for kind, s in _STATUS if isinstance(error, kind)), 400)
    return _problem(status, type(error).__name__, str(error), error.culprit)


def _slip(_: Request[Any, Any, Any], error: InputError) -> Response[Any]:
    return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "InputError", str(error))


def _http(_: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    phrase = HTTPStatus(error.status_code).phrase
    name = phrase.title().replace(" ", "")
    return _problem(error.status_code, name, phrase)


def _away(_: Request[Any, Any, Any], _error: StoreAway) -> Response[Any]:
    return _problem(503, "StoreAway", "nothing was counted; please try again")


def _too_often(_: Request[Any, Any, Any], error: TooManyTries) -> Response[Any]:
    detail = "asked too often from this network; come back later"
    answer = _problem(HTTPStatus.TOO_MANY_REQUESTS, "TooManyTries", detail)
    answer.headers["retry-after"] = str(error.seconds)
    return answer


def _unexpected(_: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    _LOG.error("request failed", error=place_of(error))
    return _problem(500, "InternalServerError", "something went wrong here")


def build_app(
    front: Front,
    origin: str,
    *,
    answers_clients: bool,
    tries: Tries | None = None,
    middleware: Sequence[Middleware] = (),
) -> Litestar:
    """The trustee's web application.

    Args:
        front: What it answers from.
        origin: The only web origin whose pages may call it.
        answers_clients: Whether this is an index trustee.
        tries: Counts requests by network address; by default as a configuration does
            that says nothing of it.
        middleware: Around every route.
    """
    routes = [health, readiness, *([evaluations] if answers_clients else [])]
    return Litestar(
        routes,
        state=State(
            {"front": front, "tries": tries or Tries(LimitsSection())}, deep_copy=False
        ),
        cors_config=CORSConfig(
            allow_origins=[origin],
            allow_methods=["GET", "POST"],
            allow_headers=["content-type"],
            expose_headers=["retry-after"],
        ),
        middleware=list(middleware),
        before_send=[add_security_headers],
        guards=[only_json, limited],
        request_max_body_size=MOST_BODY_BYTES,
        exception_handlers={
            ProtocolError: _refused,
            InputError: _slip,
            HTTPException: _http,
            StoreAway: _away,
            TooManyTries: _too_often,
            Exception: _unexpected,
        },
        openapi_config=None,
        logging_config=None,
    )
