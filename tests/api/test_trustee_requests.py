"""Only an opening trustee is served, for this run of the server, once."""

import threading
import time

import pytest

from blind_index.secret import SecretBytes
from escrow.messages.codec import Nonce, encode
from escrow.messages.mailbox import PullRequest
from escrow.trustee.requests import OutgoingRequest, authorise
from tests.api.running import ApiFault

PATH = "/v1/trustees/pull"
PULL = PullRequest(wait_seconds=0)


def header(world, **changes):
    """A good authorisation of trustee 1, but for the changes."""
    world.server.authorisation(1, OutgoingRequest("POST", PATH, b""))
    values = {
        "seed": world.dealt.identity_seeds["opening"][0],
        "index": 1,
        "counter": world.server.counter,
        "boot": world.server.boot,
        "method": "POST",
        "path": PATH,
        "body": encode(PULL),
        **changes,
    }
    request = OutgoingRequest(values["method"], values["path"], values["body"])
    return authorise(
        values["seed"], values["index"], values["counter"], values["boot"], request
    )


def pull(world, authorisation):
    world.server.call("POST", PATH, PULL, headers={"alongside-trustee": authorisation})


def refused(world, authorisation):
    with pytest.raises(ApiFault) as fault:
        pull(world, authorisation)
    return fault.value.status, fault.value.kind


STALE = (401, "stale-challenge")


def test_a_good_request_is_served_once(quiet_world):
    good = header(quiet_world)
    pull(quiet_world, good)
    assert refused(quiet_world, good) == STALE


def test_a_counter_that_does_not_rise_is_refused(quiet_world):
    pull(quiet_world, header(quiet_world))
    counter = quiet_world.server.counter - 1
    assert refused(quiet_world, header(quiet_world, counter=counter)) == STALE


@pytest.mark.parametrize(
    "changes",
    [
        {"boot": Nonce(bytes(16))},
        {"method": "PUT"},
        {"path": "/v1/trustees/post"},
        {"body": b"{}"},
        {"index": 2},
        {"index": 0},
        {"index": 99},
        {"seed": SecretBytes(bytes(32))},
    ],
    ids=str,
)
def test_a_signature_over_anything_else_is_refused(quiet_world, changes):
    assert refused(quiet_world, header(quiet_world, **changes)) == STALE


def test_an_index_trustee_has_no_queue(quiet_world):
    seed = quiet_world.dealt.identity_seeds["index"][0]
    assert refused(quiet_world, header(quiet_world, seed=seed)) == STALE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.2",
        "1.2.3.4",
        "x.1.AA",
        "1.-1.AA",
        "1.2.!!",
        "1.2." + "A" * 86 + "=",
        "9" * 40 + ".1." + "A" * 86,
        "1." + "9" * 40 + "." + "A" * 86,
    ],
)
def test_a_header_of_another_form_is_refused(quiet_world, text):
    assert refused(quiet_world, text) == STALE


def test_a_new_run_of_the_server_takes_no_old_request(world):
    good = header(world)
    world.restart()
    assert refused(world, good) == STALE


def test_a_waiting_trustee_is_woken_by_new_work(world):
    found = []

    def wait():
        found.extend(world.server.pull(1, 20).items)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.3)
    # Another trustee's counter must not disturb the one who waits.
    begun = time.monotonic()
    world.file("ana")
    thread.join(10)
    assert len(found) == 1
    assert time.monotonic() - begun < 8


def test_a_pull_without_work_ends_after_its_time(world):
    begun = time.monotonic()
    assert world.server.pull(1, 1).items == ()
    assert 0.9 < time.monotonic() - begun < 5
