"""A deployment of real processes that also serves the web client."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from escrow.command.layout import Sizes
from escrow.command.processes import Processes

_WEB: Final = Path(__file__).parents[2] / "api" / "web"


def built(folder: Path, *flags: str) -> Path:
    """Build the client into this folder."""
    command = ["node", str(_WEB / "build.mjs"), "--out", str(folder), *flags]
    subprocess.run(command, check=True)
    return folder


@contextmanager
def running(
    folder: Path, *flags: str, sizes: Sizes | None = None
) -> Iterator[Processes]:
    """Three and three trustees, the registrar inside the API, and the pages."""
    web = built(folder / "web", *flags)
    with Processes(folder / "servers", sizes or Sizes(), pages=web) as processes:
        yield processes


@contextmanager
def deployment(folder: Path) -> Iterator[str]:
    """As `running`, for those who only need the address."""
    with running(folder.absolute(), "--pseudo") as processes:
        yield processes.server
