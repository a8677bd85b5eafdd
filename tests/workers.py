"""Which tests go to one worker: those that share a deployment of real processes.

Starting one costs a dozen seconds of a processor. What takes longest comes first, so
that none of it is what everybody waits for in the end.
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
    """In a worker: shares of a deployment, then attacks in memory, then the rest."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: _rank(item.nodeid.split("::", 1)[0]))


def _rank(file):
    share = share_of(file)
    if share is not None:
        return list(SHARES).index(share)
    return len(SHARES) + (not file.startswith("threat_model/"))
