"""The index trustee's port: refusals, quota, CORS; a real store behind it."""

import json
from contextlib import asynccontextmanager

import pytest
from litestar.testing import AsyncTestClient

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.client.evaluation import begin_evaluation, finish_evaluation
from escrow.messages.codec import Digest, Nonce, decode, encode
from escrow.messages.filing import EvaluationRequest, EvaluationResponse
from escrow.operation.tries import LimitsSection, Tries
from escrow.signing import peek, sign
from keyservice.handlers.evaluation import IndexDuty
from keyservice.handlers.upkeep import log_finished_days
from keyservice.quota import Rules
from keyservice.routes import MOST_BODY_BYTES, Front, build_app
from keyservice.sql_store import open_store
from tests.world.stream import stream
from tests.world.world import DAY, World

pytestmark = pytest.mark.anyio

ORIGIN = "https://alongside.example.org"
JSON = {"content-type": "application/json"}
KEY = SecretBytes(bytes(range(32)))
PATH = "/v1/evaluations"


class Port:
    """An index trustee's port on a real store, and what its log says."""

    def __init__(self, store, front, client):
        self.store = store
        self.front = front
        self.client = client

    async def send(self, signed):
        return await self.client.post(PATH, content=encode(signed), headers=JSON)

    async def log(self):
        async with self.store.transaction() as ledger:
            return [entry async for entry in ledger.entries()]


@pytest.fixture
def place(tmp_path):
    """A file, whatever the option says.

    The client runs the application in a loop of its own, and a connection to
    PostgreSQL belongs to the loop that made it; test_main asks real processes.
    """
    return tmp_path / "trustee.sqlite"


@asynccontextmanager
async def open_port(place, world, rules=None, *, day=DAY, tries=None):
    rules = rules or Rules()
    async with open_store(place, KEY) as store:
        share = world.dealt.key_shares["index"][0]
        duty = IndexDuty(world.deployment, share, rules)
        front = Front(store, lambda: day, duty, ready=True)
        app = build_app(front, ORIGIN, answers_clients=True, tries=tries)
        async with AsyncTestClient(app) as client:
            yield Port(store, front, client)


@pytest.fixture(scope="module")
def world():
    return World()


@pytest.fixture
async def port(place, world):
    async with open_port(place, world) as opened:
        yield opened


def ask(world, name, number=0):
    """A pending evaluation of a verified person; `number` makes it another."""
    held = world.person(name).registration
    return begin_evaluation(
        world.deployment,
        held.index_credential,
        SecretBytes(bytes(held.index_seed)),
        ["email/1:x@company.example"],
        randomness=stream("ask", name, number),
    )


def signed_as(world, name, **change):
    """A person's request, changed and signed again by her own key."""
    held = world.person(name).registration
    request = peek(ask(world, name).request, EvaluationRequest)
    fields = {f: getattr(request, f) for f in request.__struct_fields__}
    changed = EvaluationRequest(**{**fields, **change})
    seed = SecretBytes(bytes(held.index_seed))
    return sign(seed, Label.EVALUATION_REQUEST, changed)


def check_problem(answer, status, name):
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"urn:alongside:problem:{name}"
    assert body["status"] == status
    return body


async def test_an_evaluation_verifies_and_combines_with_a_fellows(port, world):
    pending = ask(world, "ana")
    answer = await port.send(pending.request)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    response = decode(answer.content, EvaluationResponse)
    fellow = world.index[1].answer(pending.request, DAY)
    outputs, faults = finish_evaluation(
        world.deployment, pending, {1: response, 2: fellow}
    )
    assert faults == []
    assert len([output for output in outputs if output]) == 1


async def test_the_quota_refuses_the_request_beyond_it(place, world):
    async with open_port(place, world, Rules(evaluations=32)) as port:
        for number in (0, 1):
            answer = await port.send(ask(world, "ana", number).request)
            assert answer.status_code == 200
        answer = await port.send(ask(world, "ana", 2).request)
        check_problem(answer, 429, "quota-exceeded")
        assert (await port.send(ask(world, "bea").request)).status_code == 200


async def test_the_quota_survives_a_restart(place, world):
    rules = Rules(evaluations=16)
    async with open_port(place, world, rules) as port:
        assert (await port.send(ask(world, "ana").request)).status_code == 200
    async with open_port(place, world, rules) as port:
        answer = await port.send(ask(world, "ana", 1).request)
        check_problem(answer, 429, "quota-exceeded")


async def test_an_identical_retry_is_answered_and_free(place, world):
    async with open_port(place, world, Rules(evaluations=16)) as port:
        for _ in range(3):
            answer = await port.send(ask(world, "ana").request)
            assert answer.status_code == 200
        async with port.store.transaction() as ledger:
            assert await ledger.count("evaluations", DAY) == 16


async def test_an_interrupted_answer_was_counted_before_it_was_given(
    port, world, monkeypatch
):
    def killed(*_, **__):
        raise RuntimeError

    monkeypatch.setattr("keyservice.handlers.evaluation.evaluate", killed)
    answer = await port.send(ask(world, "ana").request)
    check_problem(answer, 500, "internal-server-error")
    async with port.store.transaction() as ledger:
        assert await ledger.count("evaluations", DAY) == 16


async def test_newcomers_of_a_registrar_are_capped(place, world):
    async with open_port(place, world, Rules(newcomers_per_day=1)) as port:
        assert (await port.send(ask(world, "ana").request)).status_code == 200
        answer = await port.send(ask(world, "bea").request)
        check_problem(answer, 429, "quota-exceeded")
        assert (await port.send(ask(world, "ana", 1).request)).status_code == 200


async def test_a_days_totals_are_logged_once_and_name_nobody(port, world):
    await port.send(ask(world, "ana").request)
    await port.send(ask(world, "bea").request)
    for _ in range(2):
        await log_finished_days(port.store, DAY + 1)
    (entry,) = await port.log()
    assert entry.kind == "totals"
    assert "32 evaluations" in entry.detail
    assert "2 newcomers of registrar" in entry.detail
    assert "2 requests" in entry.detail
    assert entry.subject == b""


async def test_a_request_changed_on_its_way_is_refused(port, world):
    signed = ask(world, "ana").request
    other = ask(world, "ana", 1).request
    altered = type(signed)(payload=other.payload, signature=signed.signature)
    check_problem(await port.send(altered), 403, "invalid-signature")


async def test_another_manifest_is_refused(port, world):
    stale = signed_as(world, "ana", manifest_digest=Digest(bytes(32)))
    check_problem(await port.send(stale), 409, "stale-manifest")


async def test_somebody_elses_credential_is_refused(port, world):
    theirs = world.person("bea").registration.index_credential
    stolen = signed_as(world, "ana", credential=theirs)
    check_problem(await port.send(stolen), 403, "invalid-signature")


async def test_an_expired_credential_is_refused(place, world):
    async with open_port(place, world, day=DAY + 1000) as port:
        answer = await port.send(ask(world, "ana").request)
        check_problem(answer, 403, "invalid-credential")


@pytest.mark.parametrize("count", [0, 1, 15, 17, 80])
async def test_a_number_of_elements_that_is_no_class_is_refused(port, world, count):
    element = peek(ask(world, "ana").request, EvaluationRequest).blinded_elements[0]
    answer = await port.send(
        signed_as(world, "ana", blinded_elements=(element,) * count)
    )
    assert 400 <= answer.status_code < 500


async def test_the_identity_is_refused(port, world):
    request = peek(ask(world, "ana").request, EvaluationRequest)
    identity = type(request.blinded_elements[0])(bytes(32))
    elements = (identity, *request.blinded_elements[1:])
    answer = await port.send(signed_as(world, "ana", blinded_elements=elements))
    check_problem(answer, 400, "identity-element")


async def test_refused_requests_are_not_counted(port, world):
    await port.send(signed_as(world, "ana", manifest_digest=Digest(bytes(32))))
    async with port.store.transaction() as ledger:
        assert await ledger.count("requests", DAY) == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"payload":"zipzap","signature":"zipzap"}'],
)
async def test_rubbish_is_refused_and_not_repeated(port, body):
    answer = await port.client.post(PATH, content=body, headers=JSON)
    check_problem(answer, 400, "malformed-message")
    assert "zipzap" not in answer.text


async def test_an_unknown_field_is_refused_and_not_repeated(port, world):
    fields = json.loads(encode(ask(world, "ana").request)) | {"zipzap": 1}
    body = json.dumps(fields, separators=(",", ":"))
    answer = await port.client.post(PATH, content=body, headers=JSON)
    check_problem(answer, 400, "malformed-message")
    assert "zipzap" not in answer.text


async def test_an_oversized_body_is_refused(port):
    body = b" " * (MOST_BODY_BYTES + 1)
    answer = await port.client.post(PATH, content=body, headers=JSON)
    check_problem(answer, 413, "request-entity-too-large")


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-json"])
async def test_another_content_type_is_refused(port, kind):
    headers = {"content-type": kind} if kind else {}
    answer = await port.client.post(PATH, content=b"{}", headers=headers)
    check_problem(answer, 415, "unsupported-media-type")


async def test_an_unexpected_error_is_a_problem_without_its_text(
    port, world, monkeypatch
):
    def fail(*_, **__):
        raise RuntimeError("zipzap")

    monkeypatch.setattr("keyservice.handlers.evaluation.check_request", fail)
    answer = await port.send(ask(world, "ana").request)
    check_problem(answer, 500, "internal-server-error")
    assert "zipzap" not in answer.text


async def test_the_manifests_origin_may_call_without_credentials(port):
    headers = {
        "origin": ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    answer = await port.client.options(PATH, headers=headers)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in answer.headers


async def test_errors_too_can_be_read_by_the_manifests_origin(port):
    headers = JSON | {"origin": ORIGIN}
    answer = await port.client.post(PATH, content=b"{}", headers=headers)
    assert answer.status_code == 400
    assert answer.headers["access-control-allow-origin"] == ORIGIN


async def test_an_address_that_asks_too_often_waits_whatever_it_sends(place, world):
    limiter = Tries(LimitsSection(tries=20, proxies=1))
    junk = JSON | {"origin": ORIGIN, "x-forwarded-for": "203.0.113.7"}
    async with open_port(place, world, tries=limiter) as port:
        statuses = [
            (await port.client.post(PATH, content=b"{}", headers=junk)).status_code
            for _ in range(20 * 5 // 4)
        ]
        assert statuses[:20] == [400] * 20
        answer = await port.client.post(PATH, content=b"{}", headers=junk)
        check_problem(answer, 429, "too-many-tries")
        assert 0 < int(answer.headers["retry-after"]) <= 600
        # A page of the site may read both.
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert answer.headers["access-control-expose-headers"] == "retry-after"
        good = encode(ask(world, "ana").request)
        answer = await port.client.post(PATH, content=good, headers=junk)
        check_problem(answer, 429, "too-many-tries")
        async with port.store.transaction() as ledger:
            assert await ledger.count("evaluations", DAY) == 0
        elsewhere = junk | {"x-forwarded-for": "203.0.113.8"}
        answer = await port.client.post(PATH, content=good, headers=elsewhere)
        assert answer.status_code == 200


async def test_another_origin_is_not_let_in(port):
    headers = JSON | {"origin": "https://elsewhere.example.org"}
    answer = await port.client.post(PATH, content=b"{}", headers=headers)
    assert "access-control-allow-origin" not in answer.headers


async def test_before_the_ceremony_is_over_nothing_is_evaluated(port, world):
    port.front.index, port.front.ready = None, False
    answer = await port.send(ask(world, "ana").request)
    check_problem(answer, 503, "service-unavailable")
    health = await port.client.get("/v1/health")
    assert health.json() == {"state": "ceremony"}


async def test_health_says_ready(port):
    assert (await port.client.get("/v1/health")).json() == {"state": "ready"}


async def test_an_opening_trustee_evaluates_for_nobody(port, world):
    app = build_app(port.front, ORIGIN, answers_clients=False)
    async with AsyncTestClient(app) as client:
        answer = await client.post(
            PATH, content=encode(ask(world, "ana").request), headers=JSON
        )
        assert answer.status_code == 404
        assert (await client.get("/v1/health")).json() == {"state": "ready"}


async def test_a_request_id_makes_another_request(port, world):
    one = signed_as(world, "ana", request_id=Nonce(bytes(16)))
    other = signed_as(world, "ana", request_id=Nonce(bytes([1] * 16)))
    await port.send(one)
    await port.send(other)
    async with port.store.transaction() as ledger:
        assert await ledger.count("evaluations", DAY) == 32
