"""What ends or begins anew with the day, while the same process goes on (§R, §F2)."""

import sys
from contextlib import closing

import httpx
import pytest

from blind_index.secret import SecretBytes
from escrow.calendar import month_of
from escrow.client import registration
from escrow.client.evaluation import begin_evaluation
from escrow.command.bench.stage import open_stage
from escrow.command.clock import today
from escrow.command.layout import Sizes
from escrow.command.net import Http
from escrow.command.place import find_deployment
from escrow.command.processes import Processes
from escrow.command.service import Service
from escrow.credential import VALID_MONTHS, check_index_credential
from escrow.errors import QuotaExceeded
from escrow.messages.codec import Signed
from escrow.messages.filing import EvaluationResponse
from tests.api.running import ApiFault, RemoteServer
from tests.operation.api_process import ApiProcess
from tests.operation.other_days import Days
from tests.registrar.test_codes_process import CODE, providers
from tests.registrar_place import RegistrarPlace
from tests.smtp_sink import RunningSink
from tests.world.world import DAY, World

PERIOD, WINDOW, A_MONTH = 90, 30, 31
SEED = SecretBytes(bytes(range(32)))


def refused(call, *arguments):
    with pytest.raises(ApiFault) as fault:
        call(*arguments)
    return fault.value.status, fault.value.kind


@pytest.fixture
def world():
    return World()


def test_tokens_come_back_with_the_next_period_and_end_with_the_credential(
    tmp_path, world
):
    days = Days(tmp_path / "day", DAY)
    ana = world.person("ana").registration

    def ask(count):
        pending = registration.begin_tokens(world.deployment, ana, count)
        grant = server.grant_tokens(pending.request, None)
        registration.finish_tokens(world.deployment, pending, grant)

    program = [sys.executable, "-m", *days.program("api")]
    api = ApiProcess(tmp_path, program=program)
    api.start()
    try:
        with httpx.Client(base_url=api.url, trust_env=False) as client:
            server = RemoteServer(client, world)
            pid = api.process.pid
            ask(6)
            days.set(DAY + PERIOD - 1)
            assert refused(ask, 1) == (429, "quota-exceeded")
            days.set(DAY + PERIOD)
            ask(6)
            assert refused(ask, 1) == (429, "quota-exceeded")
            days.set(DAY + (VALID_MONTHS + 2) * A_MONTH)
            assert refused(ask, 1) == (403, "invalid-credential")
            assert api.process.pid == pid
            assert api.process.poll() is None
    finally:
        api.stop()


def test_a_registrar_that_runs_on_signs_for_the_month_it_is(tmp_path):
    days = Days(tmp_path / "day", DAY)
    found = []
    with RunningSink() as sink:
        place = RegistrarPlace(tmp_path, providers(sink.port))
        config = str(tmp_path / "registrar.toml")
        arguments = (*days.program("api.registrar"), "run", "--config", config)
        place.registrar = Service("registrar", arguments, tmp_path, place.url)
        try:
            place.start()
            for late in (0, 3 * A_MONTH):
                days.set(DAY + late)
                email = f"ana.{late}@example.org"
                started = place.start_check("codes", name="Ana", email=email)
                code = CODE.search(sink.wait_for(email).text)[0]
                assert place.finish(started, code).verified
                asked = registration.ask_index_credential(started.verification, SEED)
                signed = place.call("index-credentials", asked, Signed)
                found.append(expiry_of(place, signed, DAY + late))
                assert place.close(started).day == DAY + late
        finally:
            place.stop()
    assert found == [month_of(DAY + late) + VALID_MONTHS for late in (0, 3 * A_MONTH)]


def expiry_of(place, signed, day):
    with closing(Http()) as http:
        deployment = find_deployment(http, place.api.url, None)
    return check_index_credential(deployment, signed, day).expiry_month


def test_a_trustee_that_runs_on_answers_again_in_its_next_window(tmp_path):
    days = Days(tmp_path / "day", today())
    processes = Processes(tmp_path / "servers", Sizes(memory_kib=64))
    config = processes.folder / "index-1.toml"
    config.write_text(f"{config.read_text('utf-8')}\n[quota]\nevaluations = 48\n")
    arguments = (*days.program("keyservice"), "run", "--config", str(config))
    url = processes.trustees["index", 1].url
    trustee = Service("index-1", arguments, processes.folder, url)
    processes.trustees["index", 1] = trustee
    with processes, open_stage(processes) as stage:
        held = stage.person(0).registration
        place, asked = stage.place, []

        def ask():
            seed = SecretBytes(bytes(held.index_seed))
            keys = [f"email/1:x{len(asked)}@company.example"]
            credential = held.index_credential
            asked.append(begin_evaluation(place.deployment, credential, seed, keys))
            to = f"{url}/v1/evaluations"
            request = asked[-1].request
            place.http.ask_once(to, request, EvaluationResponse, who=1)

        pid = trustee.pid
        # Sixteen were spent on her own self keys.
        ask()
        ask()
        with pytest.raises(QuotaExceeded):
            ask()
        days.set(today() + WINDOW - 1)
        with pytest.raises(QuotaExceeded):
            ask()
        days.set(today() + WINDOW)
        ask()
        assert trustee.pid == pid
