"""Everything that a stranger can send that goes wrong, with planted words in it."""

import inspect
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from urllib.parse import quote

import httpx

from api.registrar.routes import PREFIX
from escrow import messages
from escrow.messages.codec import Message
from tests.house.sources import shipped_modules

_ROUTE = re.compile(r'@(get|post|put)\(\s*(?:f?)"((?:/v1|\{PREFIX\})[^"]+)"')
_HEADERS = ("user-agent", "referer", "cookie", "x-request-id", "alongside-trustee")
_ADDRESSES = ("x-forwarded-for", "x-real-ip", "forwarded", "via")
# Every kind of message goes to every so many-th route.
_STRIDE = 7
_SECONDS = 60


@dataclass(frozen=True)
class Planted:
    """What stands in requests: a person, what is said, from where it is sent."""

    word: str
    address: str

    def headers(self) -> dict[str, str]:
        """Every header that programs like to write down."""
        return {
            "content-type": "application/json",
            "authorization": f"Bearer {self.word}",
            **dict.fromkeys(_HEADERS, self.word),
            **dict.fromkeys(_ADDRESSES, self.address),
        }


@dataclass
class Heard:
    """What was answered: statuses and bodies."""

    statuses: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


def routes(folder: str) -> list[tuple[str, str]]:
    """Method and path of every route of a shell's modules."""
    return [
        (method.upper(), path.replace("{PREFIX}", PREFIX))
        for name, text in shipped_modules()
        if name.startswith(folder)
        for method, path in _ROUTE.findall(text)
    ]


def _kinds() -> list[type[Message]]:
    found = {
        kind
        for module in iter_modules(messages.__path__)
        for _, kind in inspect.getmembers(
            import_module(f"escrow.messages.{module.name}"), inspect.isclass
        )
        if issubclass(kind, Message) and kind.__struct_fields__
    }
    return sorted(found, key=lambda kind: kind.__name__)


def _bodies(planted: Planted) -> list[bytes]:
    """Each kind of message with the word in every field; then some broken ones."""
    filled = []
    for kind in _kinds():
        body: dict[str, Any] = dict.fromkeys(kind.__struct_fields__, planted.word)
        if tag := kind.__struct_config__.tag:
            body["type"] = tag
        filled.append(json.dumps(body).encode())
    return filled


def _broken(planted: Planted) -> list[bytes]:
    whole = json.dumps({"payload": planted.word, planted.word: [planted.word]})
    return [whole.encode(), whole.encode()[:-3], planted.word.encode(), b"\xff" * 9]


def bother(url: str, places: Sequence[tuple[str, str]], planted: Planted) -> Heard:
    """Send everything to every route; what came back."""
    heard = Heard()
    with httpx.Client(timeout=_SECONDS, trust_env=False) as client:
        for method, path, content, more in _requests(places, planted):
            answer = client.request(
                method, url + path, content=content, headers=planted.headers() | more
            )
            heard.statuses.append(answer.status_code)
            heard.bodies.append(repr(answer.headers.raw).encode() + answer.content)
    return heard


def _requests(
    places: Sequence[tuple[str, str]], planted: Planted
) -> Iterator[tuple[str, str, bytes | None, dict[str, str]]]:
    quoted = quote(planted.word, safe="")
    yield "GET", f"/{quoted}/v1?{quoted}={quoted}", None, {}
    for number, (method, template) in enumerate(places):
        path = re.sub(r"\{+.*?\}+", quoted, template) + f"?q={quoted}"
        if method == "GET":
            yield method, path, None, {}
            continue
        for body in (*_broken(planted), *_bodies(planted)[number % _STRIDE :: _STRIDE]):
            yield method, path, body, {}
        yield method, path, planted.word.encode(), {"content-type": "text/plain"}
        yield method, path, b"%" * 2_000_000 + planted.word.encode(), {}
        yield "DELETE", path, planted.word.encode(), {}
