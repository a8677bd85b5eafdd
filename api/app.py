"""The composition root: builds every object, and owns the clock."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import structlog
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.types import ControllerRouterHandler

from api import upkeep
from api.config import Config, check_exposure
from api.errors import Restored
from api.handlers import filing, recovery
from api.handlers.desk import Desk, Office
from api.key_files import read_keys
from api.metrics import Metrics, new_metrics
from api.openapi import MessageSchema
from api.problems import exception_handlers
from api.registrar import routes as registrar_routes
from api.registrar.bureau import Bureau
from api.registrar.opening import Premises, demo_offer, open_bureau
from api.request_guards import json_only, same_site_only
from api.routes import (
    cases,
    deployment,
    letterboxes,
    operator,
    reports,
    trustees,
    vaults,
)
from api.sender import check_sender, sending
from api.sql_store.store import open_store
from api.wire import CLIENT_BYTES
from blind_index.errors import InputError
from blind_index.randomness import SYSTEM
from escrow.manifest import Deployment, check_roster, open_manifest, roster_digest
from escrow.messages.codec import decode
from escrow.messages.deployment import Roster
from escrow.operation.answer_headers import add_security_headers
from escrow.operation.database.address import Postgres
from escrow.operation.database.daily_rewriting import keep_rewriting
from escrow.operation.database.line import Line
from escrow.operation.database.sole import sole_process
from escrow.operation.metrics_port import keep_fresh, metrics_port
from escrow.operation.tries import Tries, limited

LOG = structlog.stdlib.get_logger("api")
_BOOT_BYTES = 16
_EPOCH = dt.date(1970, 1, 1)

HANDLERS: Sequence[ControllerRouterHandler] = (
    *deployment.HANDLERS,
    *reports.HANDLERS,
    *cases.HANDLERS,
    *vaults.HANDLERS,
    *letterboxes.HANDLERS,
    *trustees.HANDLERS,
    *operator.HANDLERS,
)


def today() -> int:
    """The day, counted from 1970-01-01 (UTC)."""
    return (dt.datetime.now(dt.UTC).date() - _EPOCH).days


def seconds_now() -> int:
    """Seconds since 1970-01-01."""
    return int(dt.datetime.now(dt.UTC).timestamp())


def read_roster(config: Config) -> bytes:
    """The roster's bytes, once its numbers were checked.

    Raises:
        InputError: No roster, or one that may not be served like this.
        ProtocolError: The file is not a roster.
    """
    try:
        payload = Path(config.roster).read_bytes()
    except OSError:
        raise InputError(
            "roster", "is missing or cannot be read", "Run `roster` first."
        ) from None
    roster = decode(payload, Roster)
    check_roster(roster)
    check_exposure(config, demo=roster.demo)
    return payload


async def open_office(config: Config, *, clock: Callable[[], int] = today) -> Office:
    """Open the store, and go on where the last run stopped.

    Raises:
        InputError: A key file, the roster or the stored manifest does not fit.
    """
    roster, keys = read_roster(config), read_keys(config.keys)
    listed = decode(roster, Roster)
    if listed.token_key != keys.token_public_key or (
        listed.notice_key != keys.notice_key
    ):
        raise InputError("roster", "was made for other keys than those in key_dir")
    office = Office(
        roster=roster,
        keys=keys,
        store=await open_store(config.database, roster_digest(roster)),
        clock=clock,
        notice_window=config.notice_window,
    )
    try:
        await recovery.heed_mark(office.store, Path(config.data_dir))
        await _resume(office, listed)
    except BaseException:
        await office.store.close()
        raise
    return office


async def _resume(office: Office, listed: Roster) -> None:
    """Take up the manifest of an earlier run, and erase what has expired."""
    async with office.store.read() as records:
        manifest = await records.beginnings.manifest()
    if manifest is None:
        return
    found = open_manifest(manifest)
    if found.roster != listed:
        raise InputError("roster", "is not the one of the manifest that is stored")
    office.deployment = found
    office.restored = await recovery.ask_again(office.desk())
    await filing.erase_expired(office.desk())


async def _join_others(
    config: Config, office: Office, stack: AsyncExitStack
) -> list[asyncio.Task[None]]:
    """Be one of several processes on PostgreSQL, or the only one on SQLite.

    Returns:
        What keeps this one among the others, until it is cancelled.

    A registrar inside the process keeps its checks in memory, so that the next
    request of a check must come to the same process: there may be one only.

    Raises:
        InputError: Another process is there, and one of both has a registrar inside;
            or any other on SQLite.
    """
    if not isinstance(config.database, Postgres):
        advice = "Several API processes need PostgreSQL."
        stack.enter_context(sole_process(Path(config.data_dir), advice))
        return []
    line = Line(
        config.database, alone=config.registrar is not None, heard=office.bells.hear
    )
    stack.push_async_callback(line.close)
    await line.open()
    return [asyncio.create_task(line.keep())]


async def check_start(config: Config) -> None:
    """Refuse, in words, what would only fail once the server starts.

    Raises:
        InputError: Database, keys, roster, another process or a port that is taken
            stand in the way.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(metrics_port(config.metrics, new_metrics().registry))
        office = await open_office(config)
        stack.push_async_callback(office.store.close)
        for task in await _join_others(config, office, stack):
            task.cancel()
        check_sender(config)


async def _open_registrar(config: Config, office: Office) -> Bureau | None:
    """The registrar inside this process, if there is one."""
    if config.registrar is None:
        return None

    async def find_deployment() -> Deployment | None:
        return office.deployment

    premises = Premises(config.keys, Path(config.data_dir) / "registrar.sqlite3")
    offer = demo_offer(config.registrar.provider, config.registrar.level)
    return await open_bureau(
        premises, lambda _: (offer,), office.clock, find_deployment
    )


def provide_office(state: State) -> Office:
    """What outlives a request."""
    office: Office = state.office
    return office


async def provide_desk(state: State) -> Desk:
    """A desk for this request.

    Raises:
        NotReady: There is no manifest yet.
        Restored: What was withdrawn since the backup is not known yet.
    """
    office = provide_office(state)
    desk = office.desk()
    if await recovery.catching_up(office):
        raise Restored
    return desk


@asynccontextmanager
async def _open_for_business(
    config: Config, clock: Callable[[], int], state: State, metrics: Metrics
) -> AsyncIterator[None]:
    """Everything that outlives a request, in the application's state."""
    async with AsyncExitStack() as stack:
        state.office = office = await open_office(config, clock=clock)
        stack.push_async_callback(office.store.close)
        tasks = await _join_others(config, office, stack)
        async with office.store.begin() as records:
            await records.runs.begin(SYSTEM(_BOOT_BYTES))
        state.bureau = bureau = await _open_registrar(config, office)
        if bureau is not None:
            stack.push_async_callback(bureau.close)
        tasks.append(asyncio.create_task(upkeep.keep_house(office)))
        anew = partial(upkeep.write_anew, office, bureau, seconds_now)
        tasks.append(asyncio.create_task(keep_rewriting(anew)))
        tasks.append(asyncio.create_task(upkeep.find_manifest(office)))
        stack.enter_context(metrics_port(config.metrics, metrics.registry))
        try:
            async with sending(office, config, seconds_now) as tally:
                if config.metrics.port:
                    look_up = partial(metrics.refresh, office, bureau, tally)
                    tasks.append(asyncio.create_task(keep_fresh(look_up)))
                yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


def create_app(
    config: Config,
    *,
    clock: Callable[[], int] = today,
    more: Sequence[ControllerRouterHandler] = (),
) -> Litestar:
    """The application on a configuration; the store opens when it starts.

    Args:
        config: Already read; its keys were made by `init`.
        clock: Gives the day.
        more: Routes besides the interface: the web client's.
    """
    registrar = registrar_routes.HANDLERS if config.registrar else ()
    metrics = new_metrics()
    return Litestar(
        state=State({"tries": Tries(config.limits)}, deep_copy=False),
        route_handlers=[*HANDLERS, *registrar, *more],
        dependencies={
            "office": Provide(provide_office, sync_to_thread=False),
            "desk": Provide(provide_desk),
            "bureau": Provide(registrar_routes.provide_bureau, sync_to_thread=False),
        },
        guards=[json_only, same_site_only, limited],
        before_send=[add_security_headers],
        exception_handlers=exception_handlers(),
        request_max_body_size=CLIENT_BYTES,
        middleware=[metrics.durations.middleware],
        lifespan=[lambda app: _open_for_business(config, clock, app.state, metrics)],
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="Alongside", version="1", render_plugins=[MessageSchema()]
        ),
    )
