"""What every route refuses, how it says so, and what it never says."""

import pytest
from litestar.testing import TestClient

from api.app import create_app
from escrow.messages.codec import Blob, Signature, Signed, encode
from escrow.messages.mailbox import PullRequest
from tests.api.running import JSON, OPERATOR_WORD, lay_out
from tests.world.dealt import Plan

WITH_BODY = [
    ("POST", "/v1/tokens"),
    ("POST", "/v1/reports"),
    ("POST", "/v1/reports/status"),
    ("POST", "/v1/reports/withdrawals"),
    ("POST", "/v1/cases/consents"),
    ("POST", "/v1/cases/alarms"),
    ("POST", "/v1/cases/connections"),
    ("PUT", "/v1/vaults"),
    ("POST", "/v1/ceremony/posts"),
]
MARK = "SECRET-4711"
HEADERS = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cache-control",
    "cross-origin-resource-policy",
)


def ask(world, method, path, content, headers=JSON):
    return world.client.request(method, path, content=content, headers=headers)


def check_problem(answer, status, kind):
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"urn:alongside:problem:{kind}"
    assert problem["status"] == status
    assert MARK not in answer.text
    for name in HEADERS:
        assert name in answer.headers


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[" * 2000,
        f'{{"{MARK}":1}}'.encode(),
        f'{{"payload":"{MARK}","signature":"{MARK}"}}'.encode(),
        f'{{"type":"{MARK}"}}'.encode(),
    ],
    ids=["empty", "cut", "not text", "null", "deep", "unknown", "short", "tag"],
)
def test_what_is_not_a_message_is_refused_without_echo(
    quiet_world, method, path, content
):
    check_problem(ask(quiet_world, method, path, content), 400, "malformed-message")


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_one_more_field_or_a_space_is_refused(quiet_world, method, path):
    signed = Signed(payload=Blob(b"{}"), signature=Signature(bytes(64)))
    good = encode(signed)
    for altered in (good + b" ", good[:-1] + b',"extra":1}', b" " + good):
        answer = ask(quiet_world, method, path, altered)
        check_problem(answer, 400, "malformed-message")


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
@pytest.mark.parametrize(
    "declared", ["text/plain", "application/x-www-form-urlencoded", ""]
)
def test_only_json_is_taken(quiet_world, method, path, declared):
    headers = {"content-type": declared} if declared else {}
    answer = ask(quiet_world, method, path, b"{}", headers)
    check_problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_another_site_may_not_send_anything(quiet_world, method, path):
    headers = {**JSON, "sec-fetch-site": "cross-site"}
    answer = ask(quiet_world, method, path, b"{}", headers)
    check_problem(answer, 403, "forbidden")


@pytest.mark.parametrize(("method", "path"), WITH_BODY[:-1])
def test_what_is_too_long_is_refused(quiet_world, method, path):
    answer = ask(quiet_world, method, path, MARK.encode() * 120_000)
    check_problem(answer, 413, "oversized")


def test_a_vault_has_a_limit_of_its_own(quiet_world):
    answer = ask(quiet_world, "PUT", "/v1/vaults", b"x" * (256 * 1024 + 1))
    check_problem(answer, 413, "oversized")


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", f"/v1/{MARK}", 404, "not-found"),
        ("DELETE", "/v1/reports", 405, "method-not-allowed"),
        ("GET", f"/v1/vaults/{MARK}", 404, "not-found"),
        ("GET", "/v1/vaults/" + "A" * 43, 404, "not-found"),
        ("GET", "/v1/vaults/" + "A" * 42 + "B", 404, "not-found"),
        ("GET", "/v1/vaults/" + "é" * 43, 404, "not-found"),
        ("GET", "/v1/operator/pending", 401, "unauthorised"),
    ],
)
def test_what_leads_nowhere_is_a_problem_too(quiet_world, method, path, status, kind):
    check_problem(ask(quiet_world, method, path, None), status, kind)


def test_an_unexpected_error_says_nothing_and_carries_the_headers(
    quiet_world, monkeypatch, capsys
):
    async def fail(*_):
        raise RuntimeError(MARK)

    monkeypatch.setattr("api.handlers.status.report_status_for", fail)
    signed = Signed(payload=Blob(b"{}"), signature=Signature(bytes(64)))
    answer = ask(quiet_world, "POST", "/v1/reports/status", encode(signed))
    check_problem(answer, 500, "internal-error")
    logged = capsys.readouterr()
    assert "RuntimeError" in logged.out + logged.err
    assert MARK not in logged.out + logged.err


def test_good_answers_carry_the_headers_too(quiet_world):
    for path in ("/v1/health", "/v1/manifest", "/v1/box-keys", "/v1/ceremony"):
        answer = ask(quiet_world, "GET", path, None)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_operator_sees_counts_and_nothing_else(quiet_world):
    headers = {"authorization": f"Bearer {OPERATOR_WORD}"}
    answer = ask(quiet_world, "GET", "/v1/operator/pending", None, headers)
    assert answer.json() == {"trustees": {"1": 0, "2": 0, "3": 0}, "jobs": 0}
    for wrong in ("Bearer ", f"bearer {OPERATOR_WORD}", OPERATOR_WORD, "Bearer x"):
        headers = {"authorization": wrong}
        answer = ask(quiet_world, "GET", "/v1/operator/pending", None, headers)
        check_problem(answer, 401, "unauthorised")


def test_a_pull_without_a_trustee_is_refused(quiet_world):
    content = encode(PullRequest(wait_seconds=0))
    answer = ask(quiet_world, "POST", "/v1/trustees/pull", content)
    check_problem(answer, 401, "stale-challenge")


def test_a_server_without_a_manifest_says_that_it_is_not_ready(tmp_path, new_database):
    config = lay_out(tmp_path, Plan(), with_manifest=False, database=new_database())
    with TestClient(create_app(config, clock=lambda: 20_000)) as client:
        assert client.get("/v1/health").json() == {"state": "ceremony"}
        check_problem(client.get("/v1/manifest"), 404, "not-found")
        check_problem(client.get("/v1/box-keys"), 503, "not-ready")
        answer = client.post("/v1/reports", content=b"{}", headers=JSON)
        check_problem(answer, 503, "not-ready")
        pull = encode(PullRequest(wait_seconds=0))
        answer = client.post("/v1/trustees/pull", content=pull, headers=JSON)
        check_problem(answer, 503, "not-ready")
