"""W04: one machine that asks as if it were many, for an allowance each."""

from contextlib import contextmanager

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace

from api.app import create_app
from escrow.operation.tries import LimitsSection
from tests.api.running import lay_out
from tests.world.dealt import Plan
from tests.world.world import DAY
from threat_model.known_bad import addresses_as_told

TRIES, SENT = 40, 300
#: Chance adds a quarter to an allowance at most (PROTOCOL.md §T11).
ALLOWED = TRIES * 5 // 4
PAGE = f"/v1/vaults/{'A' * 43}"

# The last entry is the proxy's, which sees the machine's own address; only of IPv6 an
# attacker has many that the proxy cannot tell from one another's.
WAYS = {
    "invented entries": lambda n: [f"10.1.{n // 250}.{n % 250}, 203.0.113.1"],
    "a line before": lambda n: [f"10.2.{n // 250}.{n % 250}", "203.0.113.2"],
    "other ports": lambda n: [f"203.0.113.3:{1024 + n}"],
    "its own IPv6 network": lambda n: [f"2001:db8:7:7::{n + 1:x}"],
    "many at once in a line": lambda n: [
        ",".join(f"10.3.{n // 250}.{i}" for i in range(n % 250, n % 250 + 3))
        + ", 203.0.113.4"
    ],
}
every_way = pytest.mark.parametrize("way", WAYS)


@contextmanager
def server(folder):
    """The API behind one proxy, in one window of ten minutes."""
    config = lay_out(folder, Plan(name="W04"))
    limits = LimitsSection(tries=TRIES, proxies=1)
    with TestClient(
        create_app(replace(config, limits=limits), clock=lambda: DAY)
    ) as it:
        yield it


def answered(client, way):
    """How many of the requests were not told to wait."""
    statuses = [
        client.get(
            PAGE, headers=[("x-forwarded-for", one) for one in WAYS[way](number)]
        ).status_code
        for number in range(SENT)
    ]
    assert set(statuses) <= {404, 429}
    return statuses.count(404)


def try_it(trial, folder, way):
    with server(folder) as client:
        won = answered(client, way)
    trial.tell(won, SENT, {"requests": SENT}, part=way, allowed=ALLOWED)


@every_way
def test_attack(trial, tmp_path, way):
    try_it(trial, tmp_path, way)


@every_way
def test_control(trial, tmp_path, way):
    with trial.without("who is believed about addresses", addresses_as_told.as_told):
        try_it(trial, tmp_path, way)
