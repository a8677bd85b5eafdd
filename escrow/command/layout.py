"""Lay a deployment out in a folder: configurations, keys, roster, confirmations."""

import json
import shutil
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from blind_index.errors import InputError
from blind_index.randomness import SYSTEM
from escrow.command.databases import (
    drop_databases,
    fresh_prefix,
    make_databases,
    url_of_database,
)
from escrow.command.layout_configs import (
    HOST,
    Site,
    api_config,
    trustee_config,
    trustee_name,
)
from escrow.command.service import run_module

MARK: Final = "deployment.json"
# Below the range from which systems take ports for outgoing connections: a port
# must still be free when its server is started again.
_FIRST_PORT, _PORTS = 20_000, 10_000
_LEAST_NEEDED: Final = 2


class Sizes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How large a deployment is, and how slow a guess."""

    index_trustees: int = 3
    index_threshold: int = 2
    opening_trustees: int = 3
    opening_threshold: int = 2
    levels: tuple[int, ...] = (2, 3, 4, 5, 7)
    smallest_group: int = 3
    memory_kib: int = 8 * 1024
    passes: int = 1

    def trustees(self) -> list[tuple[str, int]]:
        """Role and index of every trustee."""
        return [
            *(("index", i) for i in range(1, self.index_trustees + 1)),
            *(("opening", i) for i in range(1, self.opening_trustees + 1)),
        ]


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the folder says of itself; `ready` once every roster is confirmed.

    `server` is the URL of a PostgreSQL server, empty for SQLite files; `prefix`
    begins the names of the databases there.
    """

    sizes: Sizes
    ports: tuple[int, ...]
    ready: bool
    server: str = ""
    prefix: str = ""

    def database(self, name: str) -> str:
        """What one program's database is called on the server."""
        return self.prefix + name.replace("-", "_")

    def databases(self) -> list[str]:
        """Every database of the deployment; none of SQLite."""
        if not self.server:
            return []
        names = ("api", *(trustee_name(*place) for place in self.sizes.trustees()))
        return [self.database(name) for name in names]


def check_sizes(sizes: Sizes) -> None:
    """Refuse sizes that no deployment may have, before anything is started.

    Raises:
        InputError: Naming the option.
    """
    for role, count, needed in (
        ("index", sizes.index_trustees, sizes.index_threshold),
        ("opening", sizes.opening_trustees, sizes.opening_threshold),
    ):
        if not _LEAST_NEEDED <= needed <= count:
            raise InputError(
                f"--{role}-threshold",
                f"{needed} of {count} trustees cannot be needed",
                "At least two, and at most as many as there are.",
            )
    if list(sizes.levels) != sorted(set(sizes.levels)) or not sizes.levels:
        raise InputError("--levels", "must ascend", "For example 2,3,4,5,7.")
    if sizes.smallest_group not in sizes.levels:
        raise InputError(
            "--smallest-group",
            "is not among the levels",
            f"Choose one of {', '.join(map(str, sizes.levels))}.",
        )


def open_layout(
    folder: Path, sizes: Sizes, site: Site | None = None, server: str = ""
) -> Layout:
    """What is in the folder, laid out now if it was not before.

    An interrupted set-up is removed and begun again.

    Args:
        folder: Of the deployment.
        sizes: Of a new one.
        site: What the API has around it; by default nothing.
        server: URL of a PostgreSQL server on which a new deployment's databases
            are made; empty for SQLite files.

    Raises:
        InputError: Something else lies there, or no database can be made.
        ProcessFailed: A program did not do its part.
    """
    site = site or Site()
    mark = folder / MARK
    if mark.exists():
        laid = msgspec.json.decode(mark.read_bytes(), type=Layout)
        if laid.ready:
            _write_configs(folder, laid, site)
            return laid
        forget_databases(folder)
        shutil.rmtree(folder)
    if folder.exists() and any(folder.iterdir()):
        raise InputError("folder", "is not empty", "Name another one.")
    return _lay_out(folder, sizes, site, server)


def forget_databases(folder: Path) -> None:
    """Remove a deployment's databases from their server, if it has any there."""
    laid = msgspec.json.decode((folder / MARK).read_bytes(), type=Layout)
    if laid.server:
        drop_databases(laid.server, laid.databases())


@contextmanager
def lent_folder(keep: Path | None) -> Iterator[Path]:
    """A folder for a deployment: to stay, or gone afterwards with its databases."""
    if keep is not None:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="alongside-") as name:
        folder = Path(name) / "deployment"
        try:
            yield folder
        finally:
            if (folder / MARK).exists():
                forget_databases(folder)


def _lay_out(folder: Path, sizes: Sizes, site: Site, server: str) -> Layout:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    layout = Layout(
        sizes=sizes,
        ports=free_ports(1 + len(sizes.trustees())),
        ready=False,
        server=server,
        prefix=fresh_prefix(),
    )
    (folder / MARK).write_bytes(msgspec.json.encode(layout))
    if server:
        make_databases(server, layout.databases())
    _write_configs(folder, layout, site)
    names = [trustee_name(*place) for place in sizes.trustees()]
    commands = [
        ("api", "init", "--config", "api.toml"),
        *(_init(name) for name in names),
        _roster(sizes, names),
        *(_confirm(name) for name in names),
    ]
    run_module(
        ("escrow.command.in_turn", json.dumps(commands)),
        folder / "setup.log",
        folder=folder,
    )
    layout = msgspec.structs.replace(layout, ready=True)
    (folder / MARK).write_bytes(msgspec.json.encode(layout))
    return layout


def _write_configs(folder: Path, layout: Layout, site: Site) -> None:
    api, *others = layout.ports
    text = api_config(api, _database_url(layout, "api"), site)
    (folder / "api.toml").write_text(text, "utf-8")
    for place, port in zip(layout.sizes.trustees(), others, strict=True):
        name = trustee_name(*place)
        text = trustee_config(place, port, api, _database_url(layout, name))
        (folder / f"{name}.toml").write_text(text, "utf-8")


def _database_url(layout: Layout, name: str) -> str:
    """A program's own database; empty for a file in its folder."""
    if not layout.server:
        return ""
    return url_of_database(layout.server, layout.database(name))


def _roster(sizes: Sizes, names: Sequence[str]) -> Sequence[str]:
    return (
        *("api", "roster", "--config", "api.toml", "--demo"),
        *("--index-threshold", str(sizes.index_threshold)),
        *("--opening-threshold", str(sizes.opening_threshold)),
        *("--levels", ",".join(map(str, sizes.levels))),
        *("--smallest-group", str(sizes.smallest_group)),
        *("--stretch-memory-kib", str(sizes.memory_kib)),
        *("--stretch-passes", str(sizes.passes)),
        *("--out", "roster.json"),
        *(f"{name}.card" for name in names),
    )


def _init(name: str) -> Sequence[str]:
    return ("keyservice", "init", "--config", f"{name}.toml", "--out", f"{name}.card")


def _confirm(name: str) -> Sequence[str]:
    config = ("--config", f"{name}.toml")
    return ("keyservice", "confirm", *config, "--roster", "roster.json", "--yes")


def free_ports(count: int) -> tuple[int, ...]:
    """Ports on which nobody listens now."""
    found: list[int] = []
    while len(found) < count:
        port = _FIRST_PORT + int.from_bytes(SYSTEM(4)) % _PORTS
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return tuple(found)
