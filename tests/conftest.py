"""What every test shares: how Hypothesis searches, and the event loop."""

import os
import shutil
from contextlib import ExitStack

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests import server_logs, workers
from tests.private_postgres import fresh_database, private_postgres, server_programs

# `ci` finds the same thing on every machine, however slow; `--hypothesis-profile
# deep` looks further, at other places each time.
settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep",
    max_examples=2000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def logs_of_its_own():
    """A program that a test runs in this process sends logs to a stream that ends."""
    yield
    structlog.reset_defaults()


def pytest_xdist_make_scheduler(config, log):
    return workers.scheduler(config, log)


def pytest_collection_modifyitems(items):
    workers.largest_first(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.failed:
        report.sections.extend(server_logs.sections(item))
    return report


def pytest_addoption(parser):
    parser.addoption(
        "--database",
        choices=["sqlite", "postgres"],
        default="sqlite",
        help="what the deployments and worlds of the tests keep their things in",
    )


@pytest.fixture(scope="session")
def postgres_by_option(request):
    """URL of a private server if `--database postgres` was asked for, or empty."""
    if request.config.getoption("--database") == "sqlite":
        return ""
    return request.getfixturevalue("postgres_server").url("postgres")


@pytest.fixture(scope="module")
def new_database(request, postgres_by_option):
    """Make a database for a module's tests: URL by option, or empty for SQLite."""
    with ExitStack() as stack:

        def make():
            if not postgres_by_option:
                return ""
            server = request.getfixturevalue("postgres_server")
            return stack.enter_context(fresh_database(server))

        yield make


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server():
    """A private PostgreSQL server; left out where its programs are missing."""
    programs = server_programs()
    if programs is None:
        reason = "PostgreSQL's server programs (initdb, pg_ctl) are not installed"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with private_postgres(programs) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server):
    """A database of one's own."""
    with fresh_database(postgres_server) as url:
        yield url


@pytest.fixture
def dump_programs(request, monkeypatch):
    """pg_dump and pg_restore beside the server's own programs, if not elsewhere."""
    if shutil.which("pg_dump") is None:
        server = request.getfixturevalue("postgres_server")
        monkeypatch.setenv("PATH", f"{server.programs}:/usr/bin:/bin")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request):
    """Both databases: empty for a SQLite file in the data folder."""
    if request.param == "sqlite":
        return ""
    return request.getfixturevalue("postgres_url")
