"""HTTP as a survivor's client speaks it: messages out, messages or errors back."""

import ipaddress
import re
import time
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

import blind_index.errors
import escrow.errors
from blind_index.errors import AlongsideError, InputError, ProtocolError
from escrow.command.clock import time_in
from escrow.messages.codec import decode, encode

M = TypeVar("M")

_JSON: Final = MappingProxyType({"content-type": "application/json"})
_PROBLEM: Final = "urn:alongside:problem:"
_AGAIN: Final = frozenset({502, 503, 504})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_REFUSED: Final = 400
_LONGEST_WAIT: Final = 24 * 3600


class Unreachable(AlongsideError):
    """Nobody answers, or not enough of them; trying again later may help."""


class Busy(AlongsideError):
    """A server pauses for a while, to protect what it keeps; it did nothing."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "To protect people's pages we pause after several tries. "
            f"Try again at {time_in(seconds)}. Your entry is safe."
        )
        self.seconds = seconds


class _Problem(msgspec.Struct):
    type: str = ""
    detail: str = ""
    culprit: str | int | None = None


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def _known_errors() -> Mapping[str, type[ProtocolError]]:
    found = {}
    for module in (blind_index.errors, escrow.errors):
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, ProtocolError):
                found[_kebab(name)] = value
    return MappingProxyType(found)


_ERRORS: Final = _known_errors()


def check_url(url: str) -> str:
    """An address that may be spoken to: https, or plain http on loopback.

    Returns:
        The address without a slash at its end.

    Raises:
        InputError: Anything else.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url.rstrip("/")
    if parts.scheme == "http" and _is_loopback(parts.hostname):
        return url.rstrip("/")
    raise InputError(
        "server",
        "this address is not safe to use",
        "Give an address that begins with https://.",
    )


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return host is not None and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def problem_error(body: bytes, status: int, who: str | int) -> AlongsideError:
    """The error that a peer's answer tells of.

    Args:
        body: A problem detail (RFC 9457); anything else is only counted as a
            refusal.
        status: HTTP status, 400 or more.
        who: Who answered.
    """
    try:
        problem = msgspec.json.decode(body, type=_Problem)
    except msgspec.DecodeError:
        problem = _Problem()
    kind = problem.type.removeprefix(_PROBLEM)
    if kind == "input-error":
        field, _, reason = problem.detail.partition(": ")
        return InputError(field, reason)
    text = problem.detail or f"refused with status {status}"
    known = _ERRORS.get(kind, ProtocolError)
    return known(text, culprit=problem.culprit or who)


def _name(who: str | int) -> str:
    return who if isinstance(who, str) else f"trustee {who}"


def _content(answer: httpx.Response, who: str | int) -> bytes:
    wait = answer.headers.get("retry-after", "")
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS and wait.isdecimal():
        raise Busy(min(int(wait), _LONGEST_WAIT))
    if answer.status_code >= _REFUSED:
        raise problem_error(answer.content, answer.status_code, who)
    return answer.content


class Http:
    """One client for every server of a deployment.

    Args:
        patience: Seconds for which a request that reaches nobody is repeated.
            Every request of the contract may be repeated.
        timeout: Seconds that one attempt may take.
    """

    def __init__(self, patience: float = 20.0, *, timeout: float = 30.0) -> None:
        self.patience = patience
        # Proxies of the environment would see loopback traffic; those who need
        # one for the outside world still have it.
        self._near = httpx.Client(timeout=timeout, trust_env=False)
        self._far = httpx.Client(timeout=timeout)

    def __enter__(self) -> Self:
        """Use it as a context manager; connections end with it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Drop every connection."""
        self.close()

    def close(self) -> None:
        """Drop every connection."""
        self._near.close()
        self._far.close()

    def get(self, url: str, kind: type[M], *, who: str | int = "api") -> M:
        """Fetch a message.

        Raises:
            Unreachable: Nobody answered in time.
            Busy: Asked too often.
            ProtocolError: The peer refused, or answered nonsense.
        """
        return decode(self._send("GET", url, None, who), kind, culprit=who)

    def post(
        self, url: str, message: object, kind: type[M], *, who: str | int = "api"
    ) -> M:
        """Send a message, and read the one that answers it; raises as `get`."""
        return decode(self._send("POST", url, message, who), kind, culprit=who)

    def ask_once(
        self, url: str, message: object, kind: type[M], *, who: str | int
    ) -> M:
        """As `post`, but with one attempt only."""
        answer = self._attempt("POST", url, encode(message))
        if answer is None:
            raise Unreachable(f"{_name(who)} cannot be reached")
        return decode(_content(answer, who), kind, culprit=who)

    def tell(
        self, url: str, message: object, *, method: str = "POST", who: str | int = "api"
    ) -> None:
        """Send a message that is only acknowledged; raises as `get`."""
        self._send(method, url, message, who)

    def _send(
        self, method: str, url: str, message: object | None, who: str | int
    ) -> bytes:
        content = None if message is None else encode(message)
        deadline = time.monotonic() + self.patience
        pause = _FIRST_PAUSE
        while (answer := self._attempt(method, url, content)) is None:
            if time.monotonic() + pause > deadline:
                raise Unreachable(f"{_name(who)} cannot be reached")
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        return _content(answer, who)

    def _attempt(
        self, method: str, url: str, content: bytes | None
    ) -> httpx.Response | None:
        near = _is_loopback(urlsplit(url).hostname)
        client = self._near if near else self._far
        headers = None if content is None else dict(_JSON)
        try:
            answer = client.request(method, url, content=content, headers=headers)
        except httpx.TransportError:
            return None
        return None if answer.status_code in _AGAIN else answer
