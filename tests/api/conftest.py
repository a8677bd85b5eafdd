"""A world with the real server, fresh or shared by a module."""

import pytest

from tests.api.running import running


@pytest.fixture
def world(tmp_path):
    with running(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def quiet_world(tmp_path_factory):
    """Shared by the tests of a module that leave nothing behind."""
    with running(tmp_path_factory.mktemp("quiet")) as found:
        yield found
