"""The composition root of a registrar of its own; owns its clock."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import httpx
from litestar import Litestar, Response, get
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.di import Provide

from api.problems import exception_handlers
from api.registrar.bureau import Bureau
from api.registrar.config import RegistrarConfig
from api.registrar.metrics import Metrics, new_metrics
from api.registrar.opening import Premises, open_bureau
from api.registrar.providers import Surroundings, open_offers
from api.registrar.routes import HANDLERS, provide_bureau
from api.registrar.visits import HANDLERS as VISITS
from api.request_guards import json_only
from api.wire import CLIENT_BYTES, AnyRequest
from blind_index.errors import ProtocolError
from escrow.manifest import Deployment, open_manifest
from escrow.messages.codec import Digest, decode
from escrow.messages.deployment import SignedManifest
from escrow.operation.answer_headers import add_security_headers
from escrow.operation.database.daily_rewriting import keep_rewriting
from escrow.operation.database.line import only_one
from escrow.operation.metrics_port import keep_fresh, metrics_port
from escrow.operation.tries import Tries, limited, told_of_proxies

_EPOCH = dt.date(1970, 1, 1)
Find = Callable[[], Awaitable[Deployment | None]]


def today() -> int:
    """The day, counted from 1970-01-01 (UTC)."""
    return (dt.datetime.now(dt.UTC).date() - _EPOCH).days


def now() -> float:
    """Seconds since 1970."""
    return dt.datetime.now(dt.UTC).timestamp()


async def write_anew(bureau: Bureau) -> None:
    """Once a day have the database's files written anew."""
    await bureau.store.rewriting.rewrite_if_due(bureau.clock(), int(now()))


class PublishedManifest:
    """The deployment's manifest, fetched once and kept."""

    def __init__(self, config: RegistrarConfig, client: httpx.AsyncClient) -> None:
        self._client = client
        self._url = config.api_url.rstrip("/") + "/v1/manifest"
        pinned = bytes.fromhex(config.manifest_digest)
        self._pinned = Digest(pinned) if pinned else None
        self._found: Deployment | None = None

    async def find(self) -> Deployment | None:
        """The manifest; None while it is not there or not the pinned one."""
        if self._found is None:
            try:
                answer = await self._client.get(self._url)
                if answer.is_success:
                    signed = decode(answer.content, SignedManifest, culprit="api")
                    self._found = open_manifest(signed, pinned=self._pinned)
            except (httpx.HTTPError, ProtocolError):
                return None
        return self._found


@get("/v1/health", operation_id="getHealth")
async def get_health(state: State) -> dict[str, str]:
    """Whether persons can be verified yet."""
    found = await state.bureau.find_deployment()
    return {"state": "ceremony" if found is None else "ready"}


@get("/v1/health/ready", operation_id="getReadiness")
async def get_readiness(request: AnyRequest, state: State) -> Response[dict[str, str]]:
    """Whether persons can be verified now: 200, or 503; and under which manifest."""
    deployment = await state.bureau.find_deployment()
    async with state.bureau.store.begin() as persons:
        await persons.pending()
    bureau = state.bureau
    ready = any([await bureau.ready(offer) for offer in bureau.offers])
    found = {"state": "ready" if ready else "ceremony"}
    found |= told_of_proxies(request.headers)
    if deployment is not None:
        found["manifest"] = deployment.digest.hex()
    return Response(found, status_code=200 if ready else 503)


@asynccontextmanager
async def _showing_figures(
    config: RegistrarConfig, metrics: Metrics, bureau: Bureau
) -> AsyncIterator[None]:
    """Figures are looked up and shown meanwhile, if a port is configured."""
    with metrics_port(config.metrics, metrics.registry):
        if not config.metrics.port:
            yield
            return
        task = asyncio.create_task(keep_fresh(partial(metrics.refresh, bureau)))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])


@asynccontextmanager
async def _open_for_business(
    config: RegistrarConfig, clock: Callable[[], int], find: Find | None, state: State
) -> AsyncIterator[None]:
    """Everything that outlives a request, in the application's state."""
    async with (
        only_one(config.database),
        httpx.AsyncClient(timeout=10) as client,
    ):
        source = find or PublishedManifest(config, client).find
        bureau = await open_bureau(
            Premises(config.keys, config.database),
            lambda store: open_offers(config, Surroundings(store, clock, now, source)),
            clock,
            source,
            lifetime=config.check_hours * 3600,
        )
        state.bureau = bureau
        task = asyncio.create_task(keep_rewriting(partial(write_anew, bureau)))
        try:
            async with _showing_figures(config, state.metrics, bureau):
                yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            await bureau.close()


def create_app(
    config: RegistrarConfig,
    *,
    clock: Callable[[], int] = today,
    find: Find | None = None,
) -> Litestar:
    """The application on a configuration.

    Args:
        config: Already read; its keys were made by `init`.
        clock: Gives the day.
        find: Gives the deployment; by default fetched from the API.
    """
    metrics = new_metrics()
    return Litestar(
        state=State(
            {"metrics": metrics, "tries": Tries(config.limits)}, deep_copy=False
        ),
        route_handlers=[*HANDLERS, *VISITS, get_health, get_readiness],
        dependencies={"bureau": Provide(provide_bureau, sync_to_thread=False)},
        middleware=[metrics.durations.middleware],
        guards=[json_only, limited],
        before_send=[add_security_headers],
        exception_handlers=exception_handlers(),
        request_max_body_size=CLIENT_BYTES,
        lifespan=[lambda app: _open_for_business(config, clock, find, app.state)],
        cors_config=CORSConfig(
            allow_origins=[config.origin or config.api_url.rstrip("/")],
            allow_methods=["GET", "POST"],
            allow_headers=["content-type"],
            expose_headers=["retry-after"],
        ),
        logging_config=None,
        openapi_config=None,
    )
