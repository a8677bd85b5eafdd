"""How often one network address may ask; kept in memory, under a passing key.

The framework's own limiter was looked at first (Litestar 2.25, `RateLimitMiddleware`),
and counts well enough. But its windows begin with an address's first request and its
headers tell how much is left: whoever shares an address, a flat or a shelter, could
read from one request of his own that, and when, somebody there was here before him. It
also keeps the second of every request, and forgets an address only when it comes again.
Here everybody's windows begin together, each address's allowance differs by chance,
and with each window the key of the marks and every count are gone.
"""

import hashlib
import ipaddress
import math
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from blind_index.errors import InputError
from blind_index.randomness import SYSTEM, Randomness

#: The option of a route that says under which kind it is counted.
KIND: Final = "tries"
FORWARDED_FOR: Final = "x-forwarded-for"
_OTHERS: Final = ("forwarded", "x-real-ip")
_KEY_BYTES, _MARK_BYTES = 32, 16
_IPV4_BYTES, _NETWORK_BYTES, _SITE_BYTES = 4, 8, 6
_MOST_MINUTES, _MOST_PROXIES = 24 * 60, 8
#: So many networks are counted each by itself; who comes later in a window is counted
#: by a coarser prefix, of which there are so many more, and then with all others.
MOST_MARKS: Final = 200_000
MOST_COARSE: Final = 20_000


class _Prefix(NamedTuple):
    """So many bytes of an address, and how many times one address's allowance."""

    length: int
    times: int


# By what a request is counted; and one by one instead, where there is no room. A home
# or a hosted machine has up to 65,536 networks of 64 bits, and so has a company.
_USUAL_4: Final = (_Prefix(_IPV4_BYTES, 1),)
_USUAL_6: Final = (_Prefix(_SITE_BYTES, 16), _Prefix(_NETWORK_BYTES, 1))
_COARSER_4: Final = (_Prefix(2, 16), _Prefix(0, 1024))
_COARSER_6: Final = (_Prefix(4, 64), _Prefix(0, 1024))

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class LimitsSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often one address may ask, and who is believed about addresses."""

    tries: int = 1200
    minutes: int = 10
    proxies: int = 0


class TooManyTries(Exception):
    """This address has to wait; `seconds` for how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__("asked too often from this network")
        self.seconds = seconds


def check_limits(section: LimitsSection) -> None:
    """Refuse numbers that mean nothing.

    Raises:
        InputError: Naming the setting.
    """
    for name, least, most in (
        ("tries", 0, math.inf),
        ("minutes", 1, _MOST_MINUTES),
        ("proxies", 0, _MOST_PROXIES),
    ):
        if not least <= getattr(section, name) <= most:
            raise InputError(f"limits.{name}", f"must be from {least} to {most}")


class Tries:
    """What each address asked for in this window, by the kind of request.

    Args:
        limits: The configuration's.
        clock: Seconds that only rise.
    """

    def __init__(
        self,
        limits: LimitsSection,
        clock: Callable[[], float] = time.monotonic,
        *,
        randomness: Randomness = SYSTEM,
    ) -> None:
        self.limits = limits
        self._clock = clock
        self._draw = randomness
        self._ends = -math.inf
        self._key = b""
        self._counts: dict[bytes, int] = {}

    def admit(self, kind: str, peer: str, forwarded: Sequence[str]) -> None:
        """Count a request before anything is known of it.

        Args:
            kind: Of request; each has an allowance of its own.
            peer: The address at the other end of the connection.
            forwarded: The values of its X-Forwarded-For headers, in order.

        Raises:
            TooManyTries: It is one too many in this window.
        """
        network = visitor_network(peer, forwarded, self.limits.proxies)
        if not self.limits.tries or network is None:
            return
        now = self._clock()
        if now >= self._ends:
            self._begin_window(now)
        counted = self._counted(kind, network)
        if any(self._used_up(mark, times) for mark, times in counted):
            raise TooManyTries(math.ceil(self._ends - now))
        for mark, _ in counted:
            self._counts[mark] = self._counts.get(mark, 0) + 1

    def _begin_window(self, now: float) -> None:
        # One moment for all addresses: when an address may ask again says nothing
        # of when somebody there began.
        seconds = self.limits.minutes * 60
        late = 0.0 if math.isinf(self._ends) else (now - self._ends) % seconds
        self._ends = now - late + seconds
        self._key = self._draw(_KEY_BYTES)
        self._counts = {}

    def _counted(self, kind: str, network: bytes) -> list[tuple[bytes, int]]:
        """The marks by which a request is counted, and times how many allowances.

        Where the usual ones have no room, a coarser one has: a flood from many
        addresses must not be a way to be counted no more.
        """
        old = len(network) == _IPV4_BYTES
        usual = self._marks(kind, network, _USUAL_4 if old else _USUAL_6)
        coarser = self._marks(kind, network, _COARSER_4 if old else _COARSER_6)
        held = [one for one in usual if self._has_room(one[0], MOST_MARKS)]
        most = MOST_MARKS + MOST_COARSE
        near = [one for one in coarser if self._has_room(one[0], most)]
        return held or near[:1] or coarser[-1:]

    def _has_room(self, mark: bytes, most: int) -> bool:
        return mark in self._counts or len(self._counts) < most

    def _used_up(self, mark: bytes, times: int) -> bool:
        # Up to a quarter more, by chance: who uses an allowance up cannot count what
        # others at his address have asked for.
        tries = self.limits.tries * times
        return self._counts.get(mark, 0) >= tries + (tries * mark[0]) // 1024

    def _marks(
        self, kind: str, network: bytes, prefixes: Sequence[_Prefix]
    ) -> list[tuple[bytes, int]]:
        return [(self._mark(kind, network, one.length), one.times) for one in prefixes]

    def _mark(self, kind: str, network: bytes, length: int) -> bytes:
        which = bytes([len(network), length]) + network[:length]
        data = kind.encode() + b"\0" + which
        return hashlib.blake2b(data, key=self._key, digest_size=_MARK_BYTES).digest()


def visitor_network(peer: str, forwarded: Sequence[str], proxies: int) -> bytes | None:
    """The network that asks: an IPv4 address, or the /64 of an IPv6 address.

    Each of the operator's own proxies adds the address that it sees to the end of
    X-Forwarded-For; whatever stands before those is a visitor's invention.

    Returns:
        None for this machine itself: its operator, an onion service, or a proxy that
        nobody configured, behind which one stranger could shut out all.
    """
    named = _entries(forwarded)
    told = named[-proxies] if 0 < proxies <= len(named) else peer
    address = _address(told) or _address(peer)
    if address is None or address.is_loopback:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return address.packed
    return address.packed[:_NETWORK_BYTES]


def _entries(forwarded: Sequence[str]) -> list[str]:
    return [one.strip() for line in forwarded for one in line.split(",") if one.strip()]


def _address(text: str) -> _Address | None:
    """An address as proxies write it: some add brackets or a port."""
    bare = text.partition("]")[0].lstrip("[")
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return found if mapped is None else mapped


def limited(connection: Any, handler: Any) -> None:  # noqa: ANN401
    """A guard: count requests for routes that name their kind.

    It comes before a body is read, and knows nothing of what will be answered.

    Raises:
        TooManyTries: One too many.
    """
    kind = handler.opt.get(KIND)
    if kind is not None:
        connection.app.state.tries.admit(kind, *_whence(connection))


def site_of(connection: Any) -> bytes | None:  # noqa: ANN401
    """The site that asks: an IPv4 address, or the /48 of an IPv6 address.

    Returns:
        None where `visitor_network` gives none.
    """
    tries: Tries = connection.app.state.tries
    network = visitor_network(*_whence(connection), tries.limits.proxies)
    return None if network is None else network[:_SITE_BYTES]


def _whence(connection: Any) -> tuple[str, list[str]]:  # noqa: ANN401
    peer = "" if connection.client is None else connection.client.host
    return peer, connection.headers.getall(FORWARDED_FOR, [])


def told_of_proxies(headers: Any) -> dict[str, str]:  # noqa: ANN401
    """How many addresses proxies named in a request; what `doctor` compares.

    Returns:
        Nothing where no header of a proxy is; `forwarded` is 0 where one is that is
        not read.
    """
    named = _entries(headers.getall(FORWARDED_FOR, []))
    if named or any(name in headers for name in _OTHERS):
        return {"forwarded": str(len(named))}
    return {}
