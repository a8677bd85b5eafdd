"""A browser and a deployment; each module of tests has its own."""

import os

import pytest

from tests.browser.chromium import chromium, launch

playwright_api = pytest.importorskip("playwright.sync_api")


@pytest.fixture(scope="session")
def processes(tmp_path_factory):
    """Every server as a real process, with the pages built for tests."""
    from tests.browser.place import running  # noqa: PLC0415

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
    with playwright_api.sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()
