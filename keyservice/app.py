"""One trustee's process, put together: store, port, ceremony, rounds; its clock."""

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

import httpx
import structlog
import uvicorn

from escrow.operation.core_dumps import forbid_core_dumps
from escrow.operation.database.daily_rewriting import keep_rewriting
from escrow.operation.database.outages import StoreAway
from escrow.operation.metrics_port import keep_fresh, metrics_port
from escrow.operation.structured_logs import set_up_logs
from escrow.operation.tries import Tries
from keyservice.api_channel import ApiChannel, Signatory, SignedChannel
from keyservice.ceremony import Chair, hold_ceremony
from keyservice.config import Config, UnusableConfig
from keyservice.enrolment import participant
from keyservice.handlers.evaluation import IndexDuty
from keyservice.handlers.recovery import open_quota
from keyservice.handlers.upkeep import log_finished_days
from keyservice.metrics import Metrics, new_metrics
from keyservice.poller import WAIT_SECONDS, OpeningDuty, Poller
from keyservice.ports import OFFICE, RECOVERY, ROSTER, Office, Store
from keyservice.premises import sole_process, sole_user, store_of, today
from keyservice.quota import Rules
from keyservice.routes import Front, build_app
from keyservice.sealed_key import TrusteeSecrets

_LOG = structlog.get_logger()
_UPKEEP_SECONDS = 600
_GRACE_SECONDS = 5


def microseconds() -> int:
    """Rises over restarts, as long as the clock does."""
    return int(time.time() * 1_000_000)


class _Server(uvicorn.Server):
    """A server that leaves signals to the program around it."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Take no signals."""
        yield


@dataclass(frozen=True)
class Process:
    """What every part of the running program shares."""

    config: Config
    secrets: TrusteeSecrets
    store: Store
    channel: ApiChannel
    front: Front
    speak: Callable[[str], None]
    metrics: Metrics


def say(text: str) -> None:
    """A line for whoever started the program."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def once() -> Callable[[str], None]:
    """Say each line only when it differs from the one before."""
    last = ""

    def speak(text: str) -> None:
        nonlocal last
        if text != last:
            say(text)
        last = text

    return speak


async def run(config: Config, secrets: TrusteeSecrets) -> None:
    """Serve, take part in the ceremony if need be, work until told to stop.

    Raises:
        UnusableConfig: No roster is confirmed, or the trustee runs already.
    """
    set_up_logs()
    forbid_core_dumps()
    with sole_process(config):
        async with (
            store_of(config, secrets) as store,
            sole_user(config),
            httpx.AsyncClient(
                base_url=config.api_url,
                timeout=httpx.Timeout(2.0 * WAIT_SECONDS, connect=5.0),
                # A proxy of the environment is for the way out, not for loopback.
                trust_env=config.api_url.startswith("https://"),
            ) as client,
        ):
            with suppress(StoreAway):  # A backup is being made: later, then.
                await store.scrub()
            front = Front(store, today)
            channel, figures = ApiChannel(client), new_metrics()
            process = Process(config, secrets, store, channel, front, once(), figures)
            with metrics_port(config.metrics, figures.registry):
                await _until_stopped(process)


async def _until_stopped(process: Process) -> None:
    async with process.store.transaction() as ledger:
        roster = await ledger.load(ROSTER)
    if roster is None:
        raise UnusableConfig("no roster is confirmed: run `confirm` first")
    me = participant(process.config, process.secrets, roster.payload)
    server = _server(process, me.roster.origin)
    chair = Chair(me, process.store, process.channel, process.speak)
    stop = asyncio.Event()

    def told_to_stop() -> None:
        """Finish what is under way; told twice, do not even wait for that."""
        server.force_exit = stop.is_set()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop)
    serving = asyncio.create_task(server.serve([_listening(process.config)]))
    others = [
        asyncio.create_task(_work(process, chair)),
        asyncio.create_task(stop.wait()),
        asyncio.create_task(keep_rewriting(partial(_write_anew, process.store))),
    ]
    if process.config.metrics.port:
        others.append(asyncio.create_task(keep_fresh(partial(_look_up, process))))
    await asyncio.wait((serving, *others), return_when=asyncio.FIRST_COMPLETED)
    # Whatever is cancelled in the middle of a transaction is rolled back, and
    # done again after the next start.
    server.should_exit = True
    for task in others:
        task.cancel()
    for ended in await asyncio.gather(serving, *others, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended


async def _write_anew(store: Store) -> None:
    await store.rewriting.rewrite_if_due(today(), int(time.time()))


async def _look_up(process: Process) -> None:
    await process.metrics.refresh(process.store, process.front, today())


def _listening(config: Config) -> socket.socket:
    """The trustee's own port, taken before anything else begins."""
    host, port = config.listen.host, config.listen.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise UnusableConfig(
            f"cannot listen on {host}:{port}: {error.strerror}"
        ) from None


def _server(process: Process, origin: str) -> uvicorn.Server:
    config = process.config
    listen = config.listen
    app = build_app(
        process.front,
        origin,
        answers_clients=config.role == "index",
        tries=Tries(config.limits),
        middleware=(process.metrics.durations.middleware,),
    )
    return _Server(
        uvicorn.Config(
            app,
            ssl_certfile=listen.certificate,
            ssl_keyfile=listen.certificate_key,
            log_config=None,
            access_log=False,
            server_header=False,
            # Who is believed about addresses is `limits.proxies`, not who is near.
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )


async def _work(process: Process, chair: Chair) -> None:
    """The ceremony, unless it is over; then what the role does for years."""
    async with process.store.transaction() as ledger:
        office = await ledger.load(OFFICE)
    if office is None:
        office = await hold_ceremony(chair, today)
    process.front.manifest = office.deployment().digest.hex()
    if process.config.role == "index":
        await _answer_evaluations(process, office)
    else:
        await _go_rounds(process, office)


def _announce(process: Process, office: Office) -> None:
    config = process.config
    process.front.ready = True
    say(
        f"ready: {config.role} trustee {office.index} "
        f"on {config.listen.host}:{config.listen.port}"
    )


async def _answer_evaluations(process: Process, office: Office) -> None:
    quota = process.config.quota
    rules = Rules(quota.evaluations, quota.window_days, quota.newcomers_per_day)
    duty = IndexDuty(office.deployment(), office.key_share(), rules)
    while (until := await open_quota(process.store, today())) is not None:
        process.front.restored = True
        process.speak(f"restored: index trustee {office.index} answers on day {until}")
        await asyncio.sleep(_UPKEEP_SECONDS)
    process.front.index = duty
    _announce(process, office)
    while True:
        try:
            await log_finished_days(process.store, today())
        except StoreAway as away:
            # Its turn comes again; a day is summed up whenever it is over.
            _LOG.warning("the database is away", error=str(away))
        await asyncio.sleep(_UPKEEP_SECONDS)


async def _go_rounds(process: Process, office: Office) -> None:
    seed = process.secrets.identity_seed
    duty = OpeningDuty(
        office.deployment(),
        office.index,
        seed,
        office.key_share(),
        process.config.caps.index_entries_per_day,
    )
    signatory = Signatory(office.index, seed, microseconds)
    mailbox = SignedChannel(process.channel, signatory)
    poller = Poller(process.store, mailbox, duty, today)
    async with process.store.transaction() as ledger:
        process.front.restored = await ledger.load(RECOVERY) is not None
    if process.front.restored:
        process.speak(f"restored: opening trustee {office.index} asks its fellows")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(poller.run())
        await poller.ready.wait()
        _announce(process, office)
