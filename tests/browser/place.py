"""A deployment of real processes that also serves the web client."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from escrow.command.layout import Sizes
from escrow.command.layout_configs import Site
from escrow.command.processes import Processes

#: What one network address may ask of each kind.
TRIES: Final = 8
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
    # Visitors that a test invents are counted, since a proxy is believed; whoever
    # comes from this machine itself is not.
    limits = {"proxies": 1, "tries": TRIES}
    site = Site(built(folder / "web", *flags), limits=limits)
    with Processes(folder / "servers", sizes or Sizes(), site) as processes:
        yield processes
