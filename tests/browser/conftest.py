"""A browser and a deployment; each module of tests has its own browser."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.chromium import chromium, launch
from tests.browser.person import arrive
from tests.browser.place import running
from tests.browser.terminal import terminal


@pytest.fixture(scope="session")
def processes(tmp_path_factory):
    """Every server as a real process, with the pages built for tests."""
    with running(tmp_path_factory.mktemp("browser"), "--pseudo") as found:
        yield found


@pytest.fixture
def server(processes):
    """The address of the site."""
    return processes.server


# Not for the session: the event loop of a browser that stays open would stop every
# asynchronous test after it.
@pytest.fixture(scope="module")
def browser():
    """The system's Chromium; its absence fails where CI is set."""
    if chromium() is None:
        absent = pytest.fail if os.environ.get("CI") else pytest.skip
        absent("Chromium is not on the path: on Debian, apt install chromium")
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


@pytest.fixture
def place(server):
    """The command line's client of the same deployment."""
    with terminal(server) as found:
        yield found


@pytest.fixture
def her(browser, server):
    """One person at her browser, as she first arrives."""
    person = arrive(browser, server)
    yield person
    person.page.context.unroute_all(behavior="ignoreErrors")
    person.page.context.close()
