"""Figures for Prometheus, on a port of this machine alone; nobody is named in them.

Labels take a few fixed values: a state, a trustee's index, a route's template. Figures
that must be looked up are refreshed at intervals and read from memory, so that
whoever asks often costs nothing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

import msgspec
import structlog
from prometheus_client import (
    CollectorRegistry,
    Histogram,
    ProcessCollector,
    start_http_server,
)

from blind_index.errors import InputError
from escrow.operation.database.address import is_loopback
from escrow.operation.faults import place_of

LOG: Final = structlog.stdlib.get_logger("metrics")
REFRESH_SECONDS: Final = 15.0
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0)
_ELSEWHERE: Final = "other"

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


class MetricsSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where figures are shown; port 0 shows none."""

    host: str = "127.0.0.1"
    port: int = 0


def check_metrics(section: MetricsSection) -> None:
    """Refuse to show figures to other machines.

    Raises:
        InputError: The host is not this machine's own.
    """
    if not is_loopback(section.host):
        raise InputError(
            "metrics.host",
            "figures are shown to this machine only",
            "Let an agent on this machine pass them on.",
        )


def new_registry() -> CollectorRegistry:
    """A registry with the process's own memory, time and files in it."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry


@contextmanager
def metrics_port(
    section: MetricsSection, registry: CollectorRegistry
) -> Iterator[None]:
    """Show a registry while the program runs, if a port is configured.

    Raises:
        InputError: The port cannot be had.
    """
    if not section.port:
        yield
        return
    try:
        server, thread = start_http_server(section.port, section.host, registry)
    except OSError as error:
        where = f"{section.host}:{section.port}"
        reason = f"cannot listen on {where}: {error.strerror}"
        advice = "Name another; of several API processes each has its own."
        raise InputError("metrics.port", reason, advice) from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def keep_fresh(refresh: Callable[[], Awaitable[None]]) -> None:
    """Look figures up again and again; a failure only leaves the last ones."""
    while True:
        try:
            await refresh()
        except Exception as error:  # noqa: BLE001 - the next round tries again
            LOG.warning("figures are old", error=place_of(error))
        await asyncio.sleep(REFRESH_SECONDS)


class Ages:
    """How long something has been there, of which no time is stored.

    What is first seen is new; after a restart of the program ages begin anew.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[object, tuple[object, float]] = {}

    def age(self, place: object, thing: object | None) -> float:
        """Seconds since this very thing was first seen at this place."""
        if thing is None:
            self._seen.pop(place, None)
            return 0.0
        known = self._seen.get(place)
        if known is None or known[0] != thing:
            known = self._seen[place] = (thing, self._clock())
        return self._clock() - known[1]


def _class_of(status: int) -> str:
    later = status == HTTPStatus.TOO_MANY_REQUESTS
    return "429" if later else f"{status // 100}xx"


class Durations:
    """How long requests take, by route template and class of status.

    Those told to come back later (429) are a class of their own: an operator sees
    whether a limit is too low, or who floods is being held.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "alongside_request_seconds",
            "Time from a request to the end of its answer",
            ("route", "status"),
            buckets=_BUCKETS,
            registry=registry,
        )

    def middleware(self, app: Asgi) -> Asgi:
        """The application, each of its answers timed."""

        async def timed(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
            began, status = time.monotonic(), 500

            async def note(message: Any) -> None:  # noqa: ANN401
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await app(scope, receive, note)
            finally:
                route = scope.get("path_template") or _ELSEWHERE
                took = time.monotonic() - began
                self._seconds.labels(route, _class_of(status)).observe(took)

        return timed
