"""A hostile hour at a real server leaves no word of a request in any file of it."""

import base64
import json
import sqlite3
import sys
import urllib.parse
from contextlib import closing

import httpx
import pytest

from escrow.command.layout import Sizes
from escrow.command.processes import Processes
from tests.operation.api_process import api_process

CANARY = "Canary.Quillfeather+17@example.org"
#: Runs the same server with logging as its libraries would have it.
UNFILTERED = """
import logging, runpy, sys
import escrow.operation.structured_logs as logs
def loud(*_, **__):
    logging.basicConfig(level=logging.DEBUG, force=True)
logs.set_up_logs = loud
import api.problems
def fail(request, error):
    logging.getLogger("api").error("failed %s", request.headers, exc_info=error)
    return old(request, error)
old, api.problems.fail = api.problems.fail, fail
sys.argv = ["api", *sys.argv[1:]]
runpy.run_module("api", run_name="__main__")
"""


def forms(text):
    """How a text may be written down: as it is, or in a common code."""
    raw = text.encode()
    return {
        raw,
        raw.hex().encode(),
        base64.b64encode(raw).rstrip(b"=")[:-1],
        base64.urlsafe_b64encode(raw).rstrip(b"=")[:-1],
        urllib.parse.quote(text).encode(),
        json.dumps(text).encode()[1:-1],
        raw.lower(),
    }


def leaks(folder, text=CANARY):
    """Files of a folder in which a form of the text stands."""
    return sorted(
        path.name
        for path in folder.rglob("*")
        if path.is_file()
        for form in forms(text)
        if form in path.read_bytes()
    )


def bother(api):
    """Everything a stranger can send that goes wrong; the statuses answered."""
    quoted = urllib.parse.quote(CANARY)
    vault = f"/v1/vaults/{'A' * 43}"
    body = json.dumps({"type": CANARY, "payload": CANARY}).encode()
    json_type = {"content-type": "application/json", "user-agent": CANARY}
    statuses = []

    def ask(method, path, **fields):
        headers = json_type | fields.pop("headers", {})
        answer = httpx.request(
            method, api.url + path, headers=headers, timeout=60, **fields
        )
        assert CANARY not in answer.text
        statuses.append(answer.status_code)

    ask("GET", f"/{quoted}?q={quoted}")
    ask("GET", f"/v1/vaults/{quoted}", headers={"referer": f"https://x/{quoted}"})
    for path in ("/v1/reports", "/v1/tokens", "/v1/reports/withdrawals"):
        ask("POST", path, content=body)
        ask("POST", path, content=body[:-9])
        ask("POST", path, content=CANARY.encode())
        ask("POST", path, content=body, headers={"content-type": CANARY})
        ask("DELETE", path, content=body)
    ask("POST", "/v1/reports", content=b"%" * 9_000_000 + CANARY.encode())
    ask("POST", "/v1/trustees/pull", headers={"alongside-trustee": CANARY})
    ask("GET", "/v1/operator/pending", headers={"authorization": f"Bearer {CANARY}"})
    with closing(sqlite3.connect(api.database)) as database:
        database.executescript("DROP TABLE vault; DROP TABLE report;")
    ask("GET", vault, headers={"x-name": CANARY})
    return statuses


def test_no_word_of_a_request_reaches_output_or_files(tmp_path):
    with api_process(tmp_path) as api:
        statuses = bother(api)
        assert {404, 405, 413, 415, 500} <= set(statuses)
        said = api.said()
    assert leaks(tmp_path) == []
    events = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    failed = [event for event in events if event["event"] == "unexpected error"]
    assert failed
    assert all(event["error"] == "OperationalError" for event in failed)
    assert not any("dropped" in event for event in events)


def test_an_unfiltered_logger_would_be_found(tmp_path):
    """The control: the same requests, logged as libraries do."""
    with api_process(tmp_path, program=[sys.executable, "-c", UNFILTERED]) as api:
        bother(api)
    assert "output" in leaks(tmp_path)


@pytest.fixture(scope="module")
def deployment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("canaries") / "deployment"
    with Processes(folder, Sizes(memory_kib=64)) as running:
        yield running


def test_trustees_keep_no_word_of_a_request_either(deployment):
    quoted = urllib.parse.quote(CANARY)
    headers = {"content-type": "application/json", "user-agent": CANARY}
    body = json.dumps({"payload": CANARY, "signature": CANARY}).encode()
    statuses = set()
    for service in deployment.trustees.values():
        for method, path, content in (
            ("GET", f"/{quoted}?q={quoted}", None),
            ("POST", "/v1/evaluations", body),
            ("POST", "/v1/evaluations", body[:-9]),
            ("POST", "/v1/evaluations", CANARY.encode() * 5000),
            ("DELETE", "/v1/evaluations", body),
        ):
            answer = httpx.request(
                method, service.url + path, content=content, headers=headers, timeout=60
            )
            assert CANARY not in answer.text
            statuses.add(answer.status_code)
    assert {400, 404, 405, 413} <= statuses
    for service in deployment.services():
        service.stop()
    assert list(deployment.folder.glob("opening-*.log"))
    assert leaks(deployment.folder) == []
    (deployment.folder / "opening-1.log").write_text(CANARY.lower())
    assert leaks(deployment.folder) == ["opening-1.log"]
