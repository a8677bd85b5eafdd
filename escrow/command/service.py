"""One server process on this machine: start it, end it, read its log."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

import escrow
from blind_index.errors import AlongsideError

_LAUNCH = Path(__file__).with_name("launch.py")
_SOURCES = Path(escrow.__file__).parents[1]
_GRACE = 10.0
_SETUP_SECONDS = 120.0
_LOG_LINES = 5
# A busy machine; one that does not run refuses at once.
_ANSWER_SECONDS = 30.0


class ProcessFailed(AlongsideError):
    """A program that was started ended, or did not get ready; says which."""


def start_module(
    arguments: Sequence[str], log: Path, *, folder: Path
) -> subprocess.Popen[bytes]:
    """Start `python -m` with these arguments; its output goes to a file.

    It ends with this process. Must be called from a thread that lives as long.
    """
    path = os.pathsep.join(filter(None, (str(_SOURCES), os.environ.get("PYTHONPATH"))))
    launcher = (sys.executable, "-I", "-S", str(_LAUNCH), str(os.getpid()))
    with log.open("ab") as output:
        return subprocess.Popen(
            [*launcher, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path},
            # A Ctrl-C in the terminal is for the parent, which ends them in order.
            start_new_session=True,
        )


def log_tail(log: Path) -> str:
    """The last lines of a log, for an error message."""
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return "\n".join(lines[-_LOG_LINES:])


def run_module(
    arguments: Sequence[str],
    log: Path,
    *,
    folder: Path,
    seconds: float = _SETUP_SECONDS,
) -> None:
    """Run `python -m` with these arguments to its end, for so many seconds at most.

    Raises:
        ProcessFailed: It did not end well.
    """
    process = start_module(arguments, log, folder=folder)
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    if code != 0:
        raise ProcessFailed(f"the set-up failed:\n{log_tail(log)}")


def ask_local(url: str, path: str, token: str = "") -> bytes | None:
    """What a server on this machine answers; None for anything but a 200."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(
        place.hostname or "", place.port, timeout=_ANSWER_SECONDS
    )
    headers = {"authorization": f"Bearer {token}"} if token else {}
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.read() if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Service:
    """A server that can be stopped, killed and started again.

    Args:
        name: Shown to people; also that of its log.
        arguments: For `python -m`.
        folder: Where it runs, with its log.
        url: Where it answers; its health is asked there.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], folder: Path, url: str
    ) -> None:
        self.name = name
        self.url = url
        self._arguments = tuple(arguments)
        self._folder = folder
        self._log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the process was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Number of the running process.

        Raises:
            ProcessFailed: It does not run.
        """
        if self._process is None or not self.running:
            raise ProcessFailed(f"{self.name} does not run")
        return self._process.pid

    def start(self) -> None:
        """Start it, unless it runs."""
        if not self.running:
            self._process = start_module(
                self._arguments, self._log, folder=self._folder
            )

    def ask_to_stop(self) -> None:
        """Let it finish what it does and end (SIGTERM)."""
        if self._process is not None and self.running:
            self._process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Let it end, and wait; one that will not is killed."""
        self.ask_to_stop()
        self.wait_to_stop()

    def wait_to_stop(self) -> None:
        """Wait for one that was asked; one that will not end is killed."""
        if self._process is None:
            return
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at this very moment (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def state(self) -> str | None:
        """What its health says: "ceremony", "ready", or None for no answer."""
        try:
            found = msgspec.json.decode(
                ask_local(self.url, "/v1/health") or b"{}", type=dict[str, str]
            )
        except msgspec.DecodeError:
            return None
        return found.get("state")

    def check_alive(self) -> None:
        """Refuse to go on with a process that ended by itself.

        Raises:
            ProcessFailed: With the last lines of its log.
        """
        if self._process is not None and not self.running:
            raise ProcessFailed(f"{self.name} ended:\n{log_tail(self._log)}")
