"""From nothing to a demonstration that answers: the program as people start it."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import escrow
from escrow.command.bench.figures import Figure
from escrow.command.progress import Reporter
from escrow.command.service import ProcessFailed

_DEMO: Final = (sys.executable, "-m", "escrow.command.main", "demo", "--once")
_SECONDS: Final = 30.0
_PATIENCE: Final = 600.0


def measure(reporter: Reporter) -> Iterator[Figure]:
    """Seconds until `alongside demo --once` has shown everything, once.

    Raises:
        ProcessFailed: It did not come to its end.
    """
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        reporter.work("A demonstration starts from nothing", None),
    ):
        begin = time.monotonic()
        ended = subprocess.run(
            [*_DEMO, "--dir", str(Path(folder) / "demo")],
            cwd=Path(escrow.__file__).parents[1],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
        seconds = time.monotonic() - begin
    if ended.returncode != 0:
        raise ProcessFailed("the demonstration failed")
    yield Figure(
        section="cold start",
        name="the demonstration, its people's whole story included",
        value=seconds,
        unit="s",
        bound=_SECONDS,
        note="wall clock",
    )
