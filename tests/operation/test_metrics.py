"""Figures on a port of this machine: they count, and name nobody."""

import re
import subprocess
import sys
import time
from contextlib import AsyncExitStack, suppress

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.config import read_config
from api.metrics import new_metrics as new_server_metrics
from api.sender import Tally
from blind_index.errors import AlongsideError, InputError
from escrow.command.layout import free_ports
from escrow.operation.metrics_port import (
    Ages,
    MetricsSection,
    check_metrics,
    metrics_port,
    new_registry,
)
from keyservice.config import load_config
from keyservice.metrics import new_metrics
from keyservice.routes import Front
from tests.api.running import running
from tests.keyservice.keyed_world import KeyedWorld
from tests.operation.api_process import ROOT, api_process
from tests.world.world import DAY

#: What could be a key, a digest or an address.
NAMING = re.compile(r"[0-9a-f]{16,}|[A-Za-z0-9_-]{30,}|@|\d+\.\d+\.\d+\.\d+")


def read(port):
    """Every sample of a port, by name and labels."""
    answer = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False)
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def read_until(port, wanted):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            if wanted in (found := read(port)):
                return found
        time.sleep(0.1)
    raise AssertionError(wanted)


def test_a_server_counts_requests_by_route_and_class(tmp_path):
    (port,) = free_ports(1)
    with api_process(tmp_path, f"[metrics]\nport = {port}\n") as api:
        read_until(port, ("alongside_reports", "stored"))
        vault = "A" * 43
        for path in (f"/v1/vaults/{vault}", "/v1/health", f"/none/{vault}"):
            httpx.get(api.url + path)
        found = read(port)
        assert found["alongside_reports", "stored"] == 0
        assert found["alongside_queue_items", "1"] == 0
        assert found["alongside_ready",] == 1
        assert found["process_resident_memory_bytes",] > 0
        count = "alongside_request_seconds_count"
        assert found[count, "/v1/vaults/{vault_id}", "4xx"] == 1
        assert found[count, "/v1/health", "2xx"] >= 1
        assert not [key for key in found if NAMING.search(" ".join(key[1:]))]


def test_a_name_among_the_labels_would_be_found():
    for name in ("/v1/vaults/" + "A" * 43, "who@example.org", "10.0.0.1", "ab" * 8):
        assert NAMING.search(name)


def test_reports_cases_and_queues_are_counted(tmp_path):
    with running(tmp_path) as world:
        world.opening[2].up = False
        world.file_all("ana", "bea", "cleo")
        world.file("dora")
        world.settle()
        world.withdraw("dora")
        metrics, office = new_server_metrics(), world.app.state.office
        world.client.blocking_portal.call(
            metrics.refresh, office, None, Tally(handed_over=2)
        )
        found = {
            (s.name, *s.labels.values()): s.value
            for family in metrics.registry.collect()
            for s in family.samples
        }
    assert found["alongside_reports", "stored"] == 3
    assert found["alongside_reports", "withdrawn"] == 1
    assert found["alongside_cases", "judged"] >= 1
    assert found["alongside_verdicts", "1"] >= 1
    assert found["alongside_queue_items", "3"] > 3
    assert found["alongside_queue_oldest_seconds", "3"] >= 0
    assert found["alongside_notices", "handed_over"] == 2
    assert found["alongside_notices_waiting",] >= 0


@pytest.mark.anyio
async def test_a_trustee_shows_log_box_key_and_todays_counts(tmp_path):
    async with AsyncExitStack() as stack:
        world = KeyedWorld(tmp_path, stack)
        await world.start()
        for name in ("ana", "bea"):
            world.file(name)
        await world.work()
        metrics, front = new_metrics(), Front(world.stores[0], lambda: DAY)
        await metrics.refresh(world.stores[0], front, DAY)
        (port,) = free_ports(1)
        with metrics_port(MetricsSection(port=port), metrics.registry):
            found = read(port)
        assert found["alongside_log_entries",] == len(await world.log(1))
        assert found["alongside_box_key_days",] == 30
        assert found["alongside_today", "evaluations under s"] == 32
        assert found["alongside_open_cases",] == 0
        assert found["alongside_ready",] == 0
        with pytest.raises(httpx.ConnectError):
            read(port)


def test_a_registrar_shows_what_is_to_be_erased(tmp_path):
    (port, shown) = free_ports(2)
    file = tmp_path / "registrar.toml"
    file.write_text(
        f'data_dir = "r"\napi_url = "http://127.0.0.1:9"\nport = {port}\n'
        f"[metrics]\nport = {shown}\n"
    )
    program = [sys.executable, "-m", "api.registrar"]
    subprocess.run([*program, "init", "--config", file], check=True, cwd=ROOT)
    with subprocess.Popen([*program, "run", "--config", file], cwd=ROOT) as process:
        try:
            found = read_until(shown, ("alongside_deletions_overdue",))
        finally:
            process.terminate()
        assert process.wait(120) == 0
    assert found["alongside_deletions_overdue",] == 0
    assert found["alongside_deletions_pending",] == 0
    assert found["alongside_ready",] == 0


def test_figures_are_refused_to_other_machines(tmp_path):
    with pytest.raises(InputError, match="this machine only"):
        check_metrics(MetricsSection(host="0.0.0.0", port=9000))  # noqa: S104
    api = tmp_path / "api.toml"
    api.write_text(
        'data_dir = "d"\norigin = "https://x.example"\n[metrics]\nhost = "10.0.0.1"\n'
    )
    with pytest.raises(AlongsideError, match="this machine only"):
        read_config(api)
    trustee = tmp_path / "trustee.toml"
    trustee.write_text(
        'role = "index"\nname = "x"\nurl = "https://x.example"\ndata_dir = "d"\n'
        'api_url = "https://y.example"\n[metrics]\nhost = "::"\n'
    )
    with pytest.raises(AlongsideError, match="this machine only"):
        load_config(trustee)


def test_a_port_that_is_taken_is_named():
    (port,) = free_ports(1)
    section = MetricsSection(port=port)
    with (
        metrics_port(section, new_registry()),
        pytest.raises(InputError, match=f"127.0.0.1:{port}"),
        metrics_port(section, new_registry()),
    ):
        pass


def test_an_age_begins_when_a_thing_is_first_seen():
    now = 0.0
    ages = Ages(lambda: now)
    assert ages.age("queue", 1) == 0
    now = 5.0
    assert ages.age("queue", 1) == 5
    assert ages.age("queue", 2) == 0
    assert ages.age("queue", None) == 0
    now = 9.0
    assert ages.age("queue", 2) == 0
