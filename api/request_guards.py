"""Requests that a form or another site could send are refused."""

from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.exceptions import ClientException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


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
