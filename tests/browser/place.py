"""A deployment of real processes that also serves the web client."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from escrow.command.layout import Sizes
from escrow.command.processes import Processes

_WEB: Final = Path(__file__).parents[2] / "api" / "web"


def built(folder: Path) -> Path:
    """Build the client with the pseudo-language, into this folder."""
    subprocess.run(
        ["node", str(_WEB / "build.mjs"), "--pseudo", "--out", str(folder)],
        check=True,
    )
    return folder


@contextmanager
def running(folder: Path) -> Iterator[Processes]:
    """Three and three trustees, the registrar inside the API, and the pages."""
    web = built(folder / "web")
    with Processes(folder / "servers", Sizes(), pages=web) as processes:
        yield processes


@contextmanager
def deployment(folder: Path) -> Iterator[str]:
    """As `running`, for those who only need the address."""
    with running(folder.absolute()) as processes:
        yield processes.server
