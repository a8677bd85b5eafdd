"""Run an application in this process until it is told to stop."""

import socket
from types import FrameType
from typing import Protocol

import uvicorn
from litestar import Litestar

from blind_index.errors import InputError
from escrow.operation.core_dumps import forbid_core_dumps

_GRACE_SECONDS = 5


class Server(uvicorn.Server):
    """Wakes those who wait for work before it waits for them to go."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Begin to stop: long-polling requests answer now.

        The signal is not raised again afterwards, as uvicorn would: to be told
        to stop is no failure. Told twice, it does not wait for requests.
        """
        app = self.config.app
        if isinstance(app, Litestar) and (office := app.state.get("office")):
            office.bells.ring_all()
        self.force_exit = self.should_exit
        self.should_exit = True


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


def listening(config: Address) -> socket.socket:
    """The server's own port, taken before anything else begins.

    Raises:
        InputError: It cannot be had.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        return socket.create_server((config.host, config.port), family=family)
    except OSError as error:
        raise InputError(
            "host", f"cannot listen on {config.host}:{config.port}: {error.strerror}"
        ) from None


def serve(app: Litestar, config: Address) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        InputError: The port cannot be had.
    """
    forbid_core_dumps()
    port = listening(config)
    settings = uvicorn.Config(
        app,
        host=config.host,
        port=config.port,
        ssl_certfile=config.certificate or None,
        ssl_keyfile=config.certificate_key or None,
        log_config=None,
        access_log=False,
        server_header=False,
        # Who is believed about addresses is `limits.proxies`, not who is near.
        proxy_headers=False,
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    Server(settings).run(sockets=[port])
