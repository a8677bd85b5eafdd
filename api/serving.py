"""Run an application in this process until it is told to stop."""

import logging
import sys
from types import FrameType
from typing import Protocol

import structlog
import uvicorn
from litestar import Litestar

_GRACE_SECONDS = 5


class Server(uvicorn.Server):
    """Wakes those who wait for work before it waits for them to go."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Begin to stop: long-polling requests answer now.

        The signal is not raised again afterwards, as uvicorn would: to be told
        to stop is no failure.
        """
        app = self.config.app
        if isinstance(app, Litestar) and (office := app.state.get("office")):
            office.bells.ring_all()
        self.force_exit = self.should_exit
        self.should_exit = True


def set_up_logs() -> None:
    """One JSON line an event, on the error stream; no library speaks otherwise.

    httpx and the access log would write every address; they are silenced.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)


class Address(Protocol):
    """Where to listen, and with which certificate; empty for none."""

    @property
    def host(self) -> str:
        """A name or an address of this machine."""

    @property
    def port(self) -> int:
        """0 for any that is free."""

    @property
    def certificate(self) -> str:
        """A PEM file."""

    @property
    def certificate_key(self) -> str:
        """A PEM file."""


def serve(app: Litestar, config: Address) -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = uvicorn.Config(
        app,
        host=config.host,
        port=config.port,
        ssl_certfile=config.certificate or None,
        ssl_keyfile=config.certificate_key or None,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    Server(settings).run()
