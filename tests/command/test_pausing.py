"""A client that asked too often says until when, not that nobody is there."""

import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest

from blind_index.secret import SecretBytes
from escrow.client.evaluation import begin_evaluation
from escrow.command.net import Busy, Http
from escrow.command.place import Place, evaluate
from escrow.command.progress import Silent
from tests.world.stream import stream
from tests.world.world import DAY, World

AWAY = "http://127.0.0.1:9"


@contextmanager
def pausing_trustee():
    """A server that tells everybody to come back in 75 seconds; what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            asked.append(self.path)
            self.send_response(429)
            self.send_header("retry-after", "75")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def at(deployment, urls):
    """The deployment with its index trustees at other addresses."""
    change = msgspec.structs.replace
    committee = deployment.roster.index
    cards = tuple(
        change(card, url=url)
        for card, url in zip(committee.trustees, urls, strict=True)
    )
    index = change(committee, trustees=cards)
    return replace(deployment, roster=change(deployment.roster, index=index))


@pytest.mark.parametrize("away", [0, 1, 2])
def test_trustees_that_pause_are_not_taken_for_trustees_that_are_away(away):
    world = World()
    held = world.person("ana").registration
    pending = begin_evaluation(
        world.deployment,
        held.index_credential,
        SecretBytes(bytes(held.index_seed)),
        ["email/1:x@company.example"],
        randomness=stream("pausing", away),
    )
    with pausing_trustee() as (url, asked), closing(Http()) as http:
        urls = [AWAY] * away + [url] * (3 - away)
        place = Place(AWAY, http, at(world.deployment, urls), DAY, Silent())
        with pytest.raises(Busy) as caught:
            evaluate(place, pending)
    assert caught.value.seconds == 75
    # Nobody is asked again and again meanwhile.
    assert len(asked) == 3 - away
