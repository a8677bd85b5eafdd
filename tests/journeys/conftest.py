"""One deployment of real processes for all stories of a test worker."""

from contextlib import closing

import pytest

from escrow.command.layout import Sizes
from escrow.command.processes import Processes
from tests.journeys.story import Story


@pytest.fixture(scope="session")
def processes(tmp_path_factory, postgres_by_option):
    folder = tmp_path_factory.mktemp("journeys") / "deployment"
    sizes = Sizes(memory_kib=64)
    with Processes(folder, sizes, server=postgres_by_option) as running:
        yield running


@pytest.fixture
def story(request, processes):
    """A story on a deployment of which every process runs, before and after."""
    title = request.node.name.replace("_", "-").removeprefix("test-")[:50].strip("-")
    with closing(Story(processes, title)) as told:
        yield told
    processes.start(processes.services())
