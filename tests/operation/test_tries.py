"""Counting network addresses: who is believed, what is kept, what can be read off."""

import ipaddress
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.errors import InputError
from escrow.operation import tries
from escrow.operation.tries import (
    LimitsSection,
    TooManyTries,
    Tries,
    check_limits,
    site_of,
    visitor_network,
)

PEER = "127.0.0.1"
VISITOR = "203.0.113.7"


class Clock:
    """Seconds that a test moves."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def counted(limit=4, clock=None, minutes=10, draws=None):
    """A limiter whose keys are told to `draws`; without chance in its allowances."""
    draws = [] if draws is None else draws

    def draw(length):
        draws.append(bytes([len(draws)]) * length)
        return draws[-1]

    section = LimitsSection(tries=limit, minutes=minutes)
    return Tries(section, clock or Clock(), randomness=draw)


def asked(limiter, address, kind="vaults", most=10_000):
    """How often an address may ask, and how long it then has to wait."""
    for count in range(most):
        try:
            limiter.admit(kind, address, [])
        except TooManyTries as fault:
            return count, fault.seconds
    return most, 0


def test_an_address_waits_until_its_window_is_over():
    clock = Clock()
    limiter = counted(100, clock)
    count, seconds = asked(limiter, VISITOR)
    assert 100 <= count <= 125
    assert seconds == 600
    clock.now += 599
    with pytest.raises(TooManyTries) as caught:
        limiter.admit("vaults", VISITOR, [])
    assert caught.value.seconds == 1
    clock.now += 1
    limiter.admit("vaults", VISITOR, [])


def test_each_kind_and_each_address_has_its_own_allowance():
    limiter = counted(5)
    assert asked(limiter, VISITOR)[1]
    limiter.admit("filing", VISITOR, [])
    limiter.admit("vaults", "203.0.113.8", [])


def test_zero_tries_are_no_limit():
    assert asked(counted(0), VISITOR, most=500) == (500, 0)


@given(began=st.lists(st.floats(0, 599), min_size=2, max_size=6))
def test_the_wait_tells_nothing_of_when_an_address_began(began):
    clock = Clock()
    limiter = counted(1, clock)
    limiter.admit("vaults", "198.51.100.1", [])
    for number, late in enumerate(sorted(began)):
        clock.now = 1000.0 + late
        limiter.admit("vaults", f"203.0.113.{number}", [])
    clock.now = 1000.0 + 599.5
    waits = {asked(limiter, f"203.0.113.{n}")[1] for n in range(len(began))}
    assert waits == {1}


def test_allowances_differ_between_addresses_and_between_windows():
    clock = Clock()
    limiter = counted(1000, clock)
    addresses = [f"203.0.113.{n}" for n in range(20)]
    first = [asked(limiter, one)[0] for one in addresses]
    clock.now += 600
    second = [asked(limiter, one)[0] for one in addresses]
    assert len(set(first)) > 10
    assert first != second
    assert all(1000 <= count <= 1250 for count in (*first, *second))


def test_nothing_of_an_address_is_kept_and_the_key_goes_with_its_window():
    clock, draws = Clock(), []
    limiter = counted(5, clock, draws=draws)
    limiter.admit("vaults", VISITOR, [])
    held = repr(vars(limiter))
    assert VISITOR not in held
    assert repr(ipaddress.ip_address(VISITOR).packed)[2:-1] not in held
    (before,) = limiter._counts
    clock.now += 600
    limiter.admit("vaults", VISITOR, [])
    (after,) = limiter._counts
    assert before != after
    assert draws[0] != draws[1]
    assert limiter._key == draws[1]


def of_site(number, site="2001:db8:7"):
    """An address in one of a site's 65,536 networks."""
    return f"{site}:{number:x}::1"


def allowed(tries_each, times=1):
    """The most that chance adds is a quarter."""
    return range(tries_each * times, tries_each * times * 5 // 4 + 1)


def test_a_site_of_65536_networks_has_sixteen_allowances_not_so_many():
    limiter = counted(10)
    answered = sum(asked(limiter, of_site(n), most=5)[0] for n in range(400))
    assert answered in allowed(10, 16)
    assert asked(limiter, of_site(1, "2001:db8:8"))[0] in allowed(10)
    # Only networks that were answered are remembered, and the site.
    assert len(limiter._counts) <= answered // 5 + 4


def test_a_company_behind_one_site_is_not_asked_to_wait():
    limiter = counted(40)
    assert all(asked(limiter, of_site(n), most=40)[1] == 0 for n in range(15))


@pytest.mark.parametrize(
    ("address_of", "times"),
    [
        (lambda n: f"203.0.{n // 250}.{n % 250}", 16),
        (lambda n: f"2001:db8:{n:x}::1", 64),
    ],
)
def test_where_there_is_no_room_newcomers_are_counted_by_a_coarser_prefix(
    monkeypatch, address_of, times
):
    monkeypatch.setattr(tries, "MOST_MARKS", 3)
    limiter = counted(2)
    asked(limiter, "198.51.100.1", most=1)
    asked(limiter, "198.51.100.2", most=1)
    asked(limiter, "198.51.100.3", most=1)
    assert asked(limiter, "198.51.100.1")[1]  # Who was counted before still is.
    answered = sum(asked(limiter, address_of(n), most=1)[0] for n in range(500))
    assert answered in allowed(2, times)
    limiter.admit("vaults", "192.0.2.1", [])  # Others are not told to wait.


def test_no_flood_makes_anybody_uncounted_and_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(tries, "MOST_MARKS", 50)
    monkeypatch.setattr(tries, "MOST_COARSE", 50)
    limiter = counted(1)
    flood = [f"{a}.{b}.0.1" for a in range(1, 100) for b in range(60) if a != 10]
    answered = sum(asked(limiter, address, most=1)[0] for address in flood)
    assert len(limiter._counts) == 101
    assert answered - 100 in allowed(1, 1024)
    assert asked(limiter, flood[0])[1]
    assert asked(limiter, "203.0.113.7")[1]


@pytest.mark.parametrize(
    ("forwarded", "proxies", "found"),
    [
        ([], 0, None),
        (["203.0.113.7"], 0, None),
        ([], 1, None),
        (["203.0.113.7"], 1, "203.0.113.7"),
        (["6.6.6.6, 203.0.113.7"], 1, "203.0.113.7"),
        (["6.6.6.6", "203.0.113.7"], 1, "203.0.113.7"),
        (["6.6.6.6, 203.0.113.7, 10.0.0.2"], 2, "203.0.113.7"),
        (["203.0.113.7"], 2, None),
        (["203.0.113.7:4711"], 1, "203.0.113.7"),
        (["::ffff:203.0.113.7"], 1, "203.0.113.7"),
        (["127.0.0.1"], 1, None),
        (["unix:"], 1, None),
        ([", ,"], 1, None),
    ],
)
def test_only_configured_proxies_are_believed(forwarded, proxies, found):
    expected = None if found is None else ipaddress.ip_address(found).packed
    assert visitor_network(PEER, forwarded, proxies) == expected


@pytest.mark.parametrize("shape", ["{}", "[{}]", "[{}]:443"])
def test_all_of_a_64_is_one_network(shape):
    one, other, next_door = (
        visitor_network(PEER, [shape.format(address)], 1)
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:f::9", "2001:db8:1:3::1")
    )
    assert one == other != next_door


@pytest.mark.parametrize(
    ("peer", "site"),
    [
        ("198.51.100.9", "198.51.100.9"),
        ("2001:db8:1:2::1", "2001:db8:1::"),
        ("127.0.0.1", None),
    ],
)
def test_the_site_of_a_request_is_its_address_or_its_48(peer, site):
    state = SimpleNamespace(tries=counted())
    headers = SimpleNamespace(getall=lambda _name, default: default)
    connection = SimpleNamespace(
        app=SimpleNamespace(state=state),
        client=SimpleNamespace(host=peer),
        headers=headers,
    )
    expected = site and ipaddress.ip_address(site).packed[:6]
    assert site_of(connection) == expected


@pytest.mark.parametrize("peer", ["198.51.100.9", "2001:db8::1"])
def test_a_stranger_who_comes_directly_cannot_name_himself(peer):
    own = visitor_network(peer, [], 0)
    assert own is not None
    assert visitor_network(peer, ["203.0.113.7"], 0) == own


@given(st.text())
def test_no_header_breaks_it(text):
    visitor_network(PEER, [text], 1)
    visitor_network(text, [text], 2)


@pytest.mark.parametrize(
    ("section", "field"),
    [
        (LimitsSection(tries=-1), "limits.tries"),
        (LimitsSection(minutes=0), "limits.minutes"),
        (LimitsSection(proxies=-1), "limits.proxies"),
        (LimitsSection(proxies=99), "limits.proxies"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(section, field):
    with pytest.raises(InputError) as caught:
        check_limits(section)
    assert caught.value.field == field
