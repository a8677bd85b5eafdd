"""What every answer of every program carries, errors and static files included."""

from typing import Any, Final

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
_ENCODED: Final = tuple((name.encode(), value.encode()) for name, value in HEADERS)


async def add_security_headers(message: Any, _scope: Any) -> None:  # noqa: ANN401
    """Add the headers that a route has not set itself.

    Runs before anything is sent: the framework's own response headers are
    missing on errors.
    """
    if message["type"] != "http.response.start":
        return
    given = list(message.get("headers", ()))
    names = {bytes(name).lower() for name, _ in given}
    missing = [pair for pair in _ENCODED if pair[0] not in names]
    message["headers"] = [*given, *missing]
