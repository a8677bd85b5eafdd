"""A world with the real server, fresh or shared by a module."""

from contextlib import ExitStack

import pytest

from tests.api.running import running
from tests.private_postgres import fresh_database


@pytest.fixture
def world(tmp_path, request, postgres_by_option):
    url = request.getfixturevalue("postgres_url") if postgres_by_option else ""
    with running(tmp_path, database=url) as found:
        yield found


@pytest.fixture(scope="module")
def quiet_world(tmp_path_factory, request, postgres_by_option):
    """Shared by the tests of a module that leave nothing behind."""
    with ExitStack() as stack:
        url = ""
        if postgres_by_option:
            server = request.getfixturevalue("postgres_server")
            url = stack.enter_context(fresh_database(server))
        folder = tmp_path_factory.mktemp("quiet")
        yield stack.enter_context(running(folder, database=url))
