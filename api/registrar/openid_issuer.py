"""What an OpenID provider says of itself: its endpoints and its keys.

Only the provider's own host is asked, and hosts that the operator named (W06): what
the provider's answers name beyond them is refused before a connection is opened.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from blind_index.errors import InputError
from escrow.errors import InvalidRegistration
from escrow.operation.database.address import is_loopback

_DISCOVERY: Final = "/.well-known/openid-configuration"
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_MOST_BYTES: Final = 256 * 1024
_KEPT_SECONDS: Final = 3600.0
# An unknown key is looked for again, but not as often as somebody sends one.
_KEYS_APART: Final = 60.0


class ProviderAway(InvalidRegistration):
    """The provider does not answer, or not as the standard says."""


def check_endpoint(url: object, issuer: str, hosts: Sequence[str]) -> str:
    """An address that may be asked on behalf of this provider.

    Raises:
        ProviderAway: Not https (or this machine's, for a provider on this machine), or
            on a host that nobody named.
    """
    if not isinstance(url, str):
        raise ProviderAway("an endpoint is missing", culprit="provider")
    try:
        parts, own = urlsplit(url), urlsplit(issuer)
        host = parts.hostname or ""
        # Read, so that a port which is none is refused here.
        place = (host, parts.port)
    except ValueError:
        raise ProviderAway("an endpoint is no address", culprit="provider") from None
    near = own.scheme == "http" and place == (own.hostname, own.port)
    if (
        not (parts.scheme == "https" or (near and parts.scheme == "http"))
        or (host != own.hostname and host not in hosts)
        or parts.username is not None
        or parts.fragment
    ):
        raise ProviderAway("an endpoint is not the provider's", culprit="provider")
    return url


def check_issuer(issuer: str) -> None:
    """Refuse an address from which nothing may be discovered.

    Raises:
        InputError: Not https beyond this machine, or with more than a path.
    """
    parts = urlsplit(issuer)
    near = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not ((parts.scheme == "https" and parts.hostname) or near):
        raise InputError("providers.issuer", "must be https:// beyond this machine")
    if parts.query or parts.fragment or parts.username is not None:
        raise InputError("providers.issuer", "must be an address without parameters")


@dataclass
class Issuer:
    """One provider's metadata and keys, fetched when they are needed.

    Args:
        address: As the operator wrote it; its answers must say exactly this.
        hosts: Others that may be asked too.
        client: Follows no redirects and uses no proxy.
        now: Seconds since 1970.
    """

    address: str
    hosts: Sequence[str]
    client: httpx.AsyncClient
    now: Callable[[], float]
    _metadata: Mapping[str, Any] = field(default_factory=dict)
    _keys: KeySet | None = None
    _metadata_at: float = 0.0
    _keys_at: float = 0.0

    async def metadata(self) -> Mapping[str, Any]:
        """The provider's metadata, every endpoint in it checked.

        Raises:
            ProviderAway: It cannot be had, or is another provider's.
        """
        if not self._metadata or self.now() - self._metadata_at > _KEPT_SECONDS:
            found = await self.fetch(self.address.rstrip("/") + _DISCOVERY)
            if found.get("issuer") != self.address:
                raise ProviderAway("metadata of another provider", culprit="provider")
            for name in _ENDPOINTS:
                check_endpoint(found.get(name), self.address, self.hosts)
            if "userinfo_endpoint" in found:
                check_endpoint(found["userinfo_endpoint"], self.address, self.hosts)
            self._metadata, self._metadata_at = found, self.now()
        return self._metadata

    async def keys(self, *, fresh: bool = False) -> KeySet:
        """The provider's keys; `fresh` where a token names one that is not known.

        Raises:
            ProviderAway: They cannot be had.
        """
        age = self.now() - self._keys_at
        if self._keys is None or age > (_KEYS_APART if fresh else _KEPT_SECONDS):
            found = await self.fetch((await self.metadata())["jwks_uri"])
            try:
                self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
            except (JoseError, ValueError, TypeError, KeyError):
                raise ProviderAway("keys that are none", culprit="provider") from None
            self._keys_at = self.now()
        return self._keys

    async def fetch(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401
    ) -> dict[str, Any]:
        """A JSON object from one of the provider's endpoints.

        Raises:
            ProviderAway: No answer, a refusal, too much, or something else.
        """
        method = "GET" if form is None else "POST"
        body = b""
        try:
            async with self.client.stream(method, url, data=form, **more) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise ProviderAway("the provider refused", culprit="provider")
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > _MOST_BYTES:
                        raise ProviderAway("too long an answer", culprit="provider")
            return msgspec.json.decode(body, type=dict[str, Any])
        except (httpx.HTTPError, httpx.InvalidURL, msgspec.DecodeError, UnicodeError):
            raise ProviderAway("the provider is away", culprit="provider") from None
