"""Which tests go to one worker: those that share a deployment of real processes.

Starting one costs a dozen seconds of a processor. The largest shares come first, so
that none of them is what everybody waits for in the end.
"""

import os
import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadFileScheduling

ROOT = Path(__file__).parents[1]
# A folder, and what a file of it says that takes part: mostly a fixture.
SHARES = {
    "tests/browser": re.compile(""),
    "tests/journeys": re.compile(r"^def test_.*\(story\b", re.MULTILINE),
    "threat_model/attacks": re.compile("deployed"),
}


@cache
def share_of(file):
    """The folder whose deployment the tests of a file share; None if none."""
    folder = str(Path(file).parent)
    if folder in SHARES and SHARES[folder].search((ROOT / file).read_text("utf-8")):
        return folder
    return None


class OneDeployment(LoadFileScheduling):
    """Files that share a deployment go to one worker, which starts it once."""

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return share_of(file) or file


def scheduler(config, log):
    """Only where files are what is handed out, as `make` has it."""
    if config.getoption("dist") != "loadfile":
        return None
    # In the order of `largest_first`, not by how many tests there are.
    config.option.loadscopereorder = False
    return OneDeployment(config, log)


def largest_first(items):
    """In a worker, the tests that share a deployment come before all others."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    ranks = {folder: rank for rank, folder in enumerate(SHARES)}
    items.sort(
        key=lambda item: ranks.get(share_of(item.nodeid.split("::", 1)[0]), len(ranks))
    )
