"""Tries by network address at a real server, behind a proxy that names visitors."""

import base64
import ipaddress
import json
import re
from contextlib import closing

import httpx
import pytest

from escrow.client.words import vault_keys
from escrow.command.clock import today
from escrow.command.layout import free_ports
from escrow.command.main import _explain
from escrow.command.net import Busy, Http
from escrow.command.place import Place, find_deployment
from escrow.command.progress import Silent
from escrow.command.survivor import Survivor
from escrow.operation.answer_headers import HEADERS
from tests.forwarding_proxy import forwarding_proxy
from tests.operation.api_process import api_process

TRIES = 40
#: The most that chance adds to an allowance.
MOST = TRIES * 5 // 4
LIMITS = f"[limits]\ntries = {TRIES}\nproxies = 1\n[metrics]\nport = "
#: A vault that nobody has.
NOBODYS = f"/v1/vaults/{'A' * 43}"
WORDS = ["zoom", "abacus", "abdomen", "abdominal", "abide", "abiding", "ability"]


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    (port,) = free_ports(1)
    folder = tmp_path_factory.mktemp("limits")
    with (
        api_process(folder, f"{LIMITS}{port}\n") as found,
        httpx.Client(trust_env=False, timeout=60) as found.visitors,
    ):
        found.figures = f"http://127.0.0.1:{port}/metrics"
        yield found


def asks(api, headers, path=NOBODYS):
    return api.visitors.get(api.url + path, headers=headers)


def consume(work):
    for _ in work:
        pass


def used_up(api, headers_of, most=MOST + 1):
    """How many requests were answered before one had to wait."""
    for count in range(most):
        if asks(api, headers_of(count)).status_code == 429:
            return count
    return most


def at(visitor):
    return {"x-forwarded-for": visitor}


def test_who_asked_too_often_is_told_when_to_come_back(api):
    visitor = "203.0.113.1"
    assert TRIES <= used_up(api, lambda _: at(visitor)) <= MOST
    answer = asks(api, at(visitor))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 600
    assert answer.headers["content-type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert problem["type"] == "urn:alongside:problem:too-many-tries"
    assert visitor not in answer.text
    assert {name: answer.headers.get(name) for name, _ in HEADERS} == dict(HEADERS)
    assert asks(api, at("203.0.113.2")).status_code == 404
    health = httpx.get(f"{api.url}/v1/health", headers=at(visitor))
    assert health.status_code == 200


WAYS = {
    "invented entries": lambda n: at(f"198.51.100.{n}, 203.0.113.10"),
    "another header": lambda n: {
        "X-FORWARDED-FOR": "203.0.113.11",
        "forwarded": f"for=198.51.0.{n}",
        "x-real-ip": f"198.51.0.{n}",
    },
    "two lines": lambda n: [
        ("x-forwarded-for", f"198.51.100.{n}"),
        ("x-forwarded-for", "203.0.113.13"),
    ],
    "one network": lambda n: at(f"2001:db8:7:7::{n:x}"),
    "other ports": lambda n: at(f"203.0.113.14:{4000 + n}"),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_header_of_a_visitor_gives_an_allowance_of_its_own(api, way):
    assert used_up(api, WAYS[way]) <= MOST


def test_a_machine_that_no_proxy_names_is_not_counted(api):
    assert used_up(api, lambda _: {}) == MOST + 1


def test_an_allowance_is_spent_alike_whether_there_is_a_vault_or_not(api):
    """A page that is there, one that is not: the same numbers, the same words."""
    with closing(Http()) as http:
        deployment = find_deployment(http, api.url, None)
        place = Place(api.url, http, deployment, today(), Silent())
        survivor = Survivor(place, vault_keys(WORDS))
        survivor.save(survivor.contents)
        name = base64.urlsafe_b64encode(survivor._keys.vault_id).rstrip(b"=").decode()
    visitor = at("203.0.113.20")
    for count in range(MOST + 1):
        path = f"/v1/vaults/{name}" if count % 2 else NOBODYS
        status = asks(api, visitor, path).status_code
        assert status in ({429, 200} if count % 2 else {429, 404})
    there, nowhere = asks(api, visitor, f"/v1/vaults/{name}"), asks(api, visitor)
    assert there.status_code == nowhere.status_code == 429
    assert there.content == nowhere.content
    shown = [
        {k: v for k, v in one.headers.items() if k not in {"date", "retry-after"}}
        for one in (there, nowhere)
    ]
    assert shown[0] == shown[1]


def test_the_command_line_says_when_to_try_again(api):
    with forwarding_proxy("203.0.113.30") as proxy, closing(Http()) as http:
        proxy.target = api.url
        deployment = find_deployment(http, proxy.url, None)
        place = Place(proxy.url, http, deployment, today(), Silent())
        keys = vault_keys(WORDS)
        with pytest.raises(Busy) as caught:
            consume(Survivor(place, keys).open() for _ in range(MOST + 1))
        # From elsewhere she goes on at once.
        proxy.visitor = "203.0.113.31"
        Survivor(place, keys).open()
    told = _explain(caught.value)
    assert re.fullmatch(
        r"To protect people's pages we pause after several tries\. "
        r"Try again at \d\d:\d\d\. Your entry is safe\.",
        told,
    )


def test_no_address_is_written_anywhere(api):
    visitor = "2001:db8:77:99::5"
    network = ipaddress.ip_address(visitor).packed[:8]
    used_up(api, lambda _: at(visitor))
    figures = httpx.get(api.figures, trust_env=False).text
    assert 'status="429"' in figures
    found = [figures.encode()]
    found += [p.read_bytes() for p in api.folder.rglob("*") if p.is_file()]
    for place in found:
        assert b"2001:db8" not in place
        assert b"203.0.113." not in place
        assert network not in place
        assert network.hex().encode() not in place
