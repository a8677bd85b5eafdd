"""Told to stop, a program finishes what is under way and leaves in order."""

import json
import signal
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest

from escrow.command.layout import Sizes
from escrow.command.processes import Processes
from tests.journeys.story import Story, everyone_met, named
from tests.operation.api_process import api_process

BODY = b'{"payload":"AA","signature":"AA"}'
SECONDS = 120


class HalfRequest:
    """A request of which the server has the head and half of the body."""

    def __init__(self, port, path="/v1/reports/withdrawals"):
        self.socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        head = (
            f"POST {path} HTTP/1.1\r\nhost: localhost\r\n"
            f"content-type: application/json\r\ncontent-length: {len(BODY)}\r\n\r\n"
        )
        self.socket.sendall(head.encode() + BODY[:10])

    def finish(self):
        self.socket.sendall(BODY[10:])
        return self.socket.recv(65536)

    def close(self):
        self.socket.close()


def refused(port):
    """Whether nobody listens any more; waits until that is so."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def api(tmp_path):
    with api_process(tmp_path) as running:
        yield running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_under_way_is_answered_and_new_ones_are_refused(api, number):
    with closing(HalfRequest(api.port)) as half:
        api.process.send_signal(number)
        assert refused(api.port)
        assert half.finish().startswith(b"HTTP/1.1 400")
    assert api.process.wait(SECONDS) == 0


def given_up(api):
    """Whether the server first waited for a request, in vain.

    Then it says so before the request breaks; otherwise the request breaks first.
    """
    first = json.loads(api.said().splitlines()[0])
    return first["logger"] == "uvicorn.error" and "error" not in first


def test_a_request_that_never_ends_is_given_up_after_the_grace(api):
    with closing(HalfRequest(api.port)):
        api.process.terminate()
        assert api.process.wait(SECONDS) == 0
    assert given_up(api)


def test_told_twice_it_does_not_wait(api):
    with closing(HalfRequest(api.port)):
        api.process.terminate()
        assert refused(api.port)
        api.process.terminate()
        assert api.process.wait(SECONDS) == 0
    assert not given_up(api)


def test_no_other_process_may_look_into_its_memory(api):
    limits = Path(f"/proc/{api.process.pid}/limits").read_text("ascii")
    line = next(x for x in limits.splitlines() if x.startswith("Max core file size"))
    assert line.split()[4:6] == ["0", "0"]
    # The kernel gives the files of a process that may not be dumped to root.
    owner = Path(f"/proc/{api.process.pid}/mem").stat().st_uid
    assert owner == 0


@pytest.fixture(scope="module")
def deployment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stopping") / "deployment"
    with Processes(folder, Sizes(memory_kib=64)) as running:
        yield running


def stop(service):
    """The exit code of a process that was told to stop."""
    process = service._process
    process.terminate()
    return process.wait(SECONDS)


def test_trustees_that_wait_for_work_do_not_hold_the_server_up(deployment):
    assert stop(deployment.api) == 0
    deployment.start([deployment.api])


def test_an_evaluation_under_way_is_answered(deployment):
    service = deployment.trustees["index", 1]
    port = int(service.url.rsplit(":", 1)[1])
    with closing(HalfRequest(port, "/v1/evaluations")) as half:
        service._process.terminate()
        assert refused(port)
        assert half.finish().startswith(b"HTTP/1.1 400")
    assert service._process.wait(SECONDS) == 0
    deployment.start([service])


def test_a_trustee_told_twice_does_not_wait(deployment):
    service = deployment.trustees["index", 2]
    port = int(service.url.rsplit(":", 1)[1])
    with closing(HalfRequest(port, "/v1/evaluations")):
        service._process.terminate()
        assert refused(port)
        service._process.terminate()
        assert service._process.wait(SECONDS) == 0
    deployment.start([service])


def test_everybody_stops_in_the_middle_of_an_opening_and_nothing_is_lost(deployment):
    with closing(Story(deployment, "stopped-midway")) as story:
        target = named("Midway Example", "(415) 555-0161")
        for who in ("ana", "bea", "cleo"):
            story.file(who, target)
        services = deployment.services()
        for service in services:
            service._process.terminate()
        assert [service._process.wait(SECONDS) for service in services] == [0] * 7
        deployment.start(services)
        assert everyone_met(story, ("ana", "bea", "cleo"))
