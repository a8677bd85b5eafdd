"""A whole deployment of real processes on this machine, in one folder."""

import atexit
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

import msgspec

from escrow.command.layout import Sizes, open_layout
from escrow.command.layout_configs import Site, trustee_name, url_of
from escrow.command.service import ProcessFailed, Service, ask_local

_READY_SECONDS: Final = 120.0
_PAUSE: Final = 0.05


class _Pending(msgspec.Struct):
    """Items queued for each opening trustee, and the API's own jobs."""

    trustees: dict[str, int]
    jobs: int


def wait_until_ready(services: Iterable[Service]) -> None:
    """Start these, and wait until each is ready.

    Raises:
        ProcessFailed: One ended, or did not get ready.
    """
    waiting = list(services)
    for service in waiting:
        service.start()
    deadline = time.monotonic() + _READY_SECONDS
    while waiting := [s for s in waiting if s.state() != "ready"]:
        for service in waiting:
            service.check_alive()
        if time.monotonic() > deadline:
            names = ", ".join(service.name for service in waiting)
            raise ProcessFailed(f"not ready in time: {names}")
        time.sleep(_PAUSE)


class Processes:
    """API, registrar and trustees as processes; nothing of them outlives this one.

    Used as a context manager. A new folder is laid out; one that was laid out
    before is taken up again, keys and all.

    Args:
        folder: Where everything lies; made if it is not there.
        sizes: Of a new deployment.
        site: What the API has around it: pages, mail, registrars, limits.
        server: URL of a PostgreSQL server for a new deployment's databases; empty
            for SQLite files.
    """

    def __init__(
        self,
        folder: Path,
        sizes: Sizes,
        site: Site | None = None,
        server: str = "",
    ) -> None:
        self.folder = folder.absolute()
        layout = open_layout(self.folder, sizes, site, server)
        self.sizes = layout.sizes
        self.server = url_of(layout.ports[0])
        self.api = Service("api", self._run("api", "api"), self.folder, self.server)
        self.trustees = {
            (role, index): self._trustee(trustee_name(role, index), url_of(port))
            for (role, index), port in zip(
                self.sizes.trustees(), layout.ports[1:], strict=True
            )
        }

    def __enter__(self) -> Self:
        """Start everything, wait for the keys."""
        atexit.register(self.close)
        try:
            self.start(self.services())
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End every process."""
        self.close()

    def close(self) -> None:
        """End every process, all at the same time."""
        atexit.unregister(self.close)
        for service in self.services():
            service.ask_to_stop()
        for service in self.services():
            service.wait_to_stop()

    def services(self) -> list[Service]:
        """All of them, the API first."""
        return [self.api, *self.trustees.values()]

    def start(self, services: Iterable[Service]) -> None:
        """Start these, and wait until each is ready.

        Raises:
            ProcessFailed: One ended, or did not get ready.
        """
        wait_until_ready(services)

    def pending(self) -> int | None:
        """Items that wait for trustees that run, and the API's own work.

        None while the API does not answer.
        """
        token = (self.folder / "api" / "keys" / "operator.token").read_text().strip()
        answer = ask_local(self.server, "/v1/operator/pending", token)
        if answer is None:
            return None
        found = msgspec.json.decode(answer, type=_Pending)
        running = {
            str(index)
            for (role, index), service in self.trustees.items()
            if role == "opening" and service.running
        }
        return found.jobs + sum(found.trustees.get(index, 0) for index in running)

    def _trustee(self, name: str, url: str) -> Service:
        return Service(name, self._run("keyservice", name), self.folder, url)

    def _run(self, module: str, name: str) -> tuple[str, ...]:
        return (module, "run", "--config", str(self.folder / f"{name}.toml"))
