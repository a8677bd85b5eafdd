"""A browser and a deployment for all tests of this folder."""

import os

import pytest
from playwright.sync_api import Error, sync_playwright

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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """A failure says what every open page showed."""
    report = yield
    if report.failed and "browser" in item.funcargs:
        for context in item.funcargs["browser"].contexts:
            for page in context.pages:
                report.sections.append((f"the page {page.url}", _text_of(page)))
    return report


def _text_of(page):
    try:
        return page.locator("body").inner_text(timeout=5000)[:3000]
    except Error as error:
        return f"says nothing: {error}"


# Not for the session: its event loop would stop every asynchronous test after it.
@pytest.fixture(scope="package")
def playwright():
    """What drives Chromium; the absence of that fails where CI is set."""
    if chromium() is None:
        absent = pytest.fail if os.environ.get("CI") else pytest.skip
        absent("Chromium is not on the path: on Debian, apt install chromium")
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="package")
def started(playwright):
    """The system's Chromium, started once."""
    found = launch(playwright)
    yield found
    found.close()


@pytest.fixture(scope="module")
def browser(started):
    """The system's Chromium; no module leaves anybody in it."""
    yield started
    for context in started.contexts:
        context.close()


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
