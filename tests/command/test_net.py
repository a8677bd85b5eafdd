import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from blind_index.errors import InputError, InvalidProof, ProtocolError
from escrow.command.net import Http, Unreachable, check_url, problem_error
from escrow.errors import MalformedMessage, NotFound, QuotaExceeded
from escrow.messages.mailbox import PullRequest

MESSAGE = b'{"type":"pull-request/1","wait_seconds":3}'


@contextmanager
def server(*answers):
    """A server that gives these answers (status, body) in turn, then the last."""
    left = list(answers)
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            length = int(self.headers.get("content-length", 0))
            asked.append((self.path, self.rfile.read(length)))
            status, body = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815  http.server's own name

        def log_message(self, *_):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_port}", asked
        finally:
            running.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "url", ["https://example.org/", "http://127.0.0.1:80", "http://localhost/"]
)
def test_a_safe_address_loses_only_its_last_slash(url):
    assert check_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    ["http://example.org", "ftp://127.0.0.1", "https://", "example.org", "", "http:x"],
)
def test_an_unsafe_address_is_refused(url):
    with pytest.raises(InputError):
        check_url(url)


def test_a_message_is_fetched_and_decoded():
    with server((200, MESSAGE)) as (url, asked), Http() as http:
        found = http.get(f"{url}/v1/x", PullRequest)
        assert found == PullRequest(wait_seconds=3)
        http.post(f"{url}/v1/y", found, PullRequest)
        http.tell(f"{url}/v1/z", found)
    assert asked == [("/v1/x", b""), ("/v1/y", MESSAGE), ("/v1/z", MESSAGE)]


def test_a_server_that_is_not_ready_is_asked_again():
    with server((503, b""), (502, b""), (200, MESSAGE)) as (url, asked), Http() as http:
        http.get(url, PullRequest)
    assert len(asked) == 3


def test_nobody_there_is_told_after_a_while():
    with Http(patience=0.2) as http, pytest.raises(Unreachable, match="trustee 3"):
        http.get("http://127.0.0.1:9", PullRequest, who=3)


def test_one_attempt_is_one_attempt():
    message = PullRequest(wait_seconds=1)
    with (
        server((503, b"")) as (url, asked),
        Http() as http,
        pytest.raises(Unreachable),
    ):
        http.ask_once(url, message, PullRequest, who=1)
    assert len(asked) == 1


def test_nonsense_is_laid_at_the_door_of_who_said_it():
    with (
        server((200, b"<html>")) as (url, _),
        Http() as http,
        pytest.raises(MalformedMessage) as caught,
    ):
        http.get(url, PullRequest, who=2)
    assert caught.value.culprit == 2


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("not-found", NotFound),
        ("quota-exceeded", QuotaExceeded),
        ("invalid-proof", InvalidProof),
        ("a-problem-of-tomorrow", ProtocolError),
    ],
)
def test_a_problem_becomes_the_error_that_it_was(name, kind):
    body = json.dumps(
        {"type": f"urn:alongside:problem:{name}", "status": 400, "detail": "so it is"}
    ).encode()
    error = problem_error(body, 400, "api")
    assert type(error) is kind
    assert str(error) == "so it is"
    assert error.culprit == "api"


def test_a_slip_keeps_its_field():
    body = b'{"type":"urn:alongside:problem:input-error","detail":"group: too small"}'
    error = problem_error(body, 422, "registrar")
    assert isinstance(error, InputError)
    assert (error.field, error.reason) == ("group", "too small")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"\xff"])
def test_an_answer_that_is_no_problem_detail_is_still_a_refusal(body):
    assert "status 500" in str(problem_error(body, 500, "api"))
