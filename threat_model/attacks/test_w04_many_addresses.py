"""W04: one machine that asks as if it were many, for an allowance each."""

from contextlib import contextmanager

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace

from api.app import create_app
from api.config import InlineRegistrar
from api.registrar import verifications
from escrow.messages.codec import encode
from escrow.messages.registration import VerificationRequest
from escrow.operation.tries import LimitsSection
from tests.api.running import JSON, lay_out
from tests.world.dealt import Plan
from tests.world.world import DAY
from threat_model.known_bad import addresses_as_told

TRIES, SENT = 20, 150
#: Chance adds a quarter to an allowance at most (PROTOCOL.md §T11).
ALLOWED = TRIES * 5 // 4
#: What a site has besides, and how often it is asked from one.
SITES, FROM_A_SITE = 16, 600
PAGE = f"/v1/vaults/{'A' * 43}"

# The last entry is the proxy's, which sees the machine's own address; only of IPv6 an
# attacker has many that the proxy cannot tell from one another's.
WAYS = {
    "invented entries": lambda n: [f"10.1.{n // 250}.{n % 250}, 203.0.113.1"],
    "a line before": lambda n: [f"10.2.{n // 250}.{n % 250}", "203.0.113.2"],
    "other ports": lambda n: [f"203.0.113.3:{1024 + n}"],
    "its own IPv6 network": lambda n: [f"2001:db8:7:7::{n + 1:x}"],
    "its site's IPv6 networks": lambda n: [f"2001:db8:8:{n:x}::1"],
    "many at once in a line": lambda n: [
        ",".join(f"10.3.{n // 250}.{i}" for i in range(n % 250, n % 250 + 3))
        + ", 203.0.113.4"
    ],
}
every_way = pytest.mark.parametrize("way", WAYS)

#: Checks that the registrar keeps at once (10,000, but for this), and newcomers.
OPEN, NEWCOMERS = 200, 40
CHECK = VerificationRequest(
    provider="demo", name="Ana Example", email="ana@example.org", phone="", country=""
)


@contextmanager
def server(folder, **limits):
    """The API behind one proxy, in one window of ten minutes."""
    config = replace(
        lay_out(folder, Plan(name="W04")),
        limits=LimitsSection(proxies=1, **limits),
        registrar=InlineRegistrar(),
    )
    with TestClient(create_app(config, clock=lambda: DAY)) as it:
        yield it


def answered(client, way, sent):
    """How many of the requests were not told to wait."""
    statuses = [
        client.get(
            PAGE, headers=[("x-forwarded-for", one) for one in WAYS[way](number)]
        ).status_code
        for number in range(sent)
    ]
    assert set(statuses) <= {404, 429}
    return statuses.count(404)


def try_it(trial, folder, way):
    site = way == "its site's IPv6 networks"
    sent, allowed = (FROM_A_SITE, SITES * ALLOWED) if site else (SENT, ALLOWED)
    with server(folder, tries=TRIES) as client:
        won = answered(client, way, sent)
    trial.tell(won, sent, {"requests": sent}, part=way, allowed=allowed)


@every_way
def test_attack(trial, tmp_path, way):
    try_it(trial, tmp_path, way)


@every_way
def test_control(trial, tmp_path, way):
    with trial.without("who is believed about addresses", addresses_as_told.as_told):
        try_it(trial, tmp_path, way)


# Who begins all the checks that a registrar keeps


def begin(client, address):
    """A check begun from there; the status of the answer."""
    headers = {**JSON, "x-forwarded-for": address}
    answer = client.post(
        "/v1/registrar/verifications", content=encode(CHECK), headers=headers
    )
    return answer.status_code


def try_checks(trial, folder, monkeypatch):
    monkeypatch.setattr(verifications, "MOST_AT_ONCE", OPEN)
    with server(folder) as client:
        two = ("203.0.113.5", "203.0.113.6")
        taken = {begin(client, two[number % 2]) for number in range(OPEN)}
        assert taken == {200}
        others = [begin(client, f"198.51.100.{n}") for n in range(NEWCOMERS)]
    assert set(others) <= {200, 429}
    won = others.count(429)
    injected = {"checks": OPEN}
    trial.tell(won, NEWCOMERS, injected, part="all checks", allowed=0)


def test_attack_all_checks(trial, tmp_path, monkeypatch):
    try_checks(trial, tmp_path, monkeypatch)


def test_control_all_checks(trial, tmp_path, monkeypatch):
    with trial.without("a crowd makes room"):
        try_checks(trial, tmp_path, monkeypatch)
