"""A world with the real server, fresh or shared by a module."""

import pytest

from tests.api.old_copies import Copies
from tests.api.running import running


@pytest.fixture
def world(tmp_path, new_database):
    with running(tmp_path, database=new_database()) as found:
        yield found


@pytest.fixture(scope="module")
def quiet_world(tmp_path_factory, new_database):
    """Shared by the tests of a module that leave nothing behind."""
    folder = tmp_path_factory.mktemp("quiet")
    with running(folder, database=new_database()) as found:
        yield found


@pytest.fixture
def copies(request):
    return Copies(lambda: request.getfixturevalue("postgres_server"))
