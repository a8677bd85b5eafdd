"""The web client's files, each under the strictest policy that lets it work.

What there is to serve stands in `site.json` of the built client. All of it is read
once, so that no request touches the disk.
"""

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.types import ControllerRouterHandler

from api.handlers.desk import Office
from api.wire import AnyRequest
from blind_index.errors import InputError

_LIST: Final = "site.json"
_MISSING: Final = "/missing"
_INTERFACE: Final = "/v1/"
_CODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_EVERYWHERE: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "worker-src 'self'; require-trusted-types-for 'script'; "
    "trusted-types crypto-worker"
)
_PAGE: Final = (
    f"{_EVERYWHERE}; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'"
)


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    path: str
    file: str
    type: str
    rule: Literal["page", "worker", "asset"]


class _Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    away: str
    entries: tuple[_Entry, ...]


class Page(msgspec.Struct, frozen=True):
    """A file in every coding, by the name of the coding; "" is the file itself."""

    media_type: str
    rule: str
    bodies: dict[str, bytes]


def read_site(folder: Path) -> tuple[dict[str, Page], str]:
    """Every file by its path, and where the exit leads.

    Raises:
        InputError: The folder does not hold a built client.
    """
    try:
        site = msgspec.json.decode((folder / _LIST).read_bytes(), type=_Site)
        pages = {entry.path: _page(folder, entry) for entry in site.entries}
    except (OSError, msgspec.DecodeError) as error:
        raise InputError(
            "web_dir", "holds no built web client", "Run `make web`."
        ) from error
    return pages, site.away


def _page(folder: Path, entry: _Entry) -> Page:
    bodies = {"": (folder / entry.file).read_bytes()}
    for coding, ending in _CODINGS:
        bodies[coding] = (folder / f"{entry.file}{ending}").read_bytes()
    return Page(entry.type, entry.rule, bodies)


def choose_coding(accepted: str) -> str:
    """The best coding that a browser takes; "" for none."""
    offered = {part.split(";")[0].strip() for part in accepted.split(",")}
    return next((coding for coding, _ in _CODINGS if coding in offered), "")


def worker_policy(office: Office) -> str:
    """The policy of the worker: it alone compiles WebAssembly and asks trustees."""
    hosts = ["'self'"]
    if office.deployment is not None:
        roster = office.deployment.roster
        urls = [card.url for card in roster.index.trustees]
        urls += [registrar.url for registrar in roster.registrars]
        hosts += sorted({_origin(url) for url in urls})
    return (
        f"{_EVERYWHERE}; script-src 'self' 'wasm-unsafe-eval'; "
        f"connect-src {' '.join(hosts)}"
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def page_handlers(folder: Path) -> Sequence[ControllerRouterHandler]:
    """The routes of the built client in this folder.

    Raises:
        InputError: There is none.
    """
    pages, away = read_site(folder)

    @get(sorted(pages), include_in_schema=False, sync_to_thread=False)
    def get_page(request: AnyRequest, office: NamedDependency[Office]) -> Response[Any]:
        """A file of the web client."""
        page = pages[request.scope["path"].rstrip("/") or "/"]
        policy = worker_policy(office) if page.rule == "worker" else _PAGE
        return _answer(request, page, policy, HTTPStatus.OK)

    @get("/{rest:path}", include_in_schema=False, sync_to_thread=False)
    def get_missing(request: AnyRequest) -> Response[Any]:
        """For whom follows a wrong link: a calm page; a program gets a problem."""
        path = request.scope["path"]
        reads = "text/html" in request.headers.get("accept", "")
        page = pages.get(_missing_at(path), pages.get(_MISSING))
        if page is None or not reads or path.startswith(_INTERFACE):
            raise NotFoundException
        return _answer(request, page, _PAGE, HTTPStatus.NOT_FOUND)

    @get("/exit", include_in_schema=False, status_code=303, sync_to_thread=False)
    def get_exit() -> Response[None]:
        """Somewhere else, and what the browser keeps of here cleared."""
        return Response(
            content=None,
            status_code=303,
            headers={"location": away, "clear-site-data": '"cache", "storage"'},
        )

    @get("/favicon.ico", include_in_schema=False, status_code=204, sync_to_thread=False)
    def get_favicon() -> None:
        """Nothing: a tab without a picture says nothing."""

    return (get_page, get_missing, get_exit, get_favicon)


def _missing_at(path: str) -> str:
    return f"/{path.split('/')[1]}{_MISSING}"


def _answer(
    request: AnyRequest, page: Page, policy: str, status: HTTPStatus
) -> Response[Any]:
    coding = choose_coding(request.headers.get("accept-encoding", ""))
    headers = {"content-security-policy": policy, "vary": "accept-encoding"}
    if coding:
        headers["content-encoding"] = coding
    return Response(
        content=page.bodies[coding],
        status_code=status,
        headers=headers,
        media_type=page.media_type,
    )
