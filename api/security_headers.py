"""What every answer carries, errors and static files included."""

from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import ClientException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

_NOTHING: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
HEADERS: Final = (
    ("content-security-policy", _NOTHING),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ("cache-control", "no-store"),
)
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


async def add_security_headers(message: Message, _scope: Scope) -> None:
    """Add the headers that a route has not set itself.

    Runs before anything is sent: the framework's own response headers are
    missing on errors.
    """
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS:
        if name not in headers:
            headers[name] = value


class UnsupportedMediaType(ClientException):
    """The body is not said to be JSON."""

    status_code = 415


def json_only(
    connection: "ASGIConnection[Any, Any, Any, Any]", _handler: BaseRouteHandler
) -> None:
    """Refuse what a form could send: a browser asks before it sends JSON elsewhere.

    Raises:
        UnsupportedMediaType: A body that is not application/json.
    """
    if connection.scope.get("method") not in _WITH_BODY:
        return
    declared = connection.headers.get("content-type", "").split(";")[0]
    if declared.strip().lower() != "application/json":
        raise UnsupportedMediaType


def same_site_only(
    connection: "ASGIConnection[Any, Any, Any, Any]", _handler: BaseRouteHandler
) -> None:
    """Refuse what another site sends in a survivor's name.

    Raises:
        PermissionDeniedException: The browser says that another site asks.
    """
    if connection.scope.get("method") not in _WITH_BODY:
        return
    said = connection.headers.get("sec-fetch-site", "same-origin")
    if said not in {"same-origin", "none"}:
        raise PermissionDeniedException
