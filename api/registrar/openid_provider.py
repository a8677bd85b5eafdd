"""OpenID Connect: she signs in elsewhere, and brings back a number (§R1).

Authorization code flow with PKCE. The link could be sent to somebody else, who would
then prove who *she* is for a stranger's check; so the page at its end shows a number,
and only who types it into the form finishes the check.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import httpx
import msgspec
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from joserfc import jws
from joserfc.errors import JoseError

from api.registrar.openid_claims import (
    Demands,
    Expected,
    check_id_token,
    identity_of,
)
from api.registrar.openid_issuer import Issuer
from api.registrar.ports import Asked, Kind, Started
from blind_index.errors import AlongsideError
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from escrow.errors import InvalidRegistration, NotFound
from escrow.messages.codec import Nonce
from escrow.messages.registration import Awaited, Note
from escrow.registrar.code import code_mark, new_code, read_code, shown_code
from escrow.registrar.identity import Identity

LOG = structlog.stdlib.get_logger("api.registrar.openid")
MOST_ATTEMPTS: Final = 5
_SECRET_BYTES: Final = 32
AuthMethod = Literal["client_secret_basic", "client_secret_post", "none"]


@dataclass(frozen=True)
class Client:
    """Who this registrar is to the provider."""

    client_id: str
    secret: SecretBytes | None
    auth_method: AuthMethod
    redirect_uri: str
    scopes: Sequence[str]


@dataclass
class _Visit:
    state: str
    nonce: str
    verifier: str
    identity: Identity | None = None
    number: SecretBytes | None = None
    refused: bool = False
    attempts: int = 0


class OpenIdProvider:
    """`api.registrar.ports.Provider` that trusts an OpenID provider's word."""

    kind: Kind = "openid"
    asks: tuple[Asked, ...] = ()
    demo_only = False

    def __init__(
        self,
        title: str,
        issuer: Issuer,
        client: Client,
        demands: Demands,
        *,
        randomness: Randomness = SYSTEM,
    ) -> None:
        self.title = title
        self._issuer = issuer
        self._client = client
        self._demands = demands
        self._randomness = randomness
        self._key = SecretBytes(randomness(_SECRET_BYTES))
        self._visits: dict[Nonce, _Visit] = {}
        self._states: dict[str, Nonce] = {}

    def _secret(self) -> str:
        drawn = self._randomness(_SECRET_BYTES)
        return base64.urlsafe_b64encode(drawn).rstrip(b"=").decode()

    async def start(self, reference: Nonce, claimed: Identity) -> Started:  # noqa: ARG002
        """Make the link.

        Raises:
            ProviderAway: The provider does not say where it is.
        """
        metadata = await self._issuer.metadata()
        visit = _Visit(self._secret(), self._secret(), self._secret())
        self._visits[reference] = visit
        self._states[visit.state] = reference
        digest = hashlib.sha256(visit.verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        link = prepare_grant_uri(
            metadata["authorization_endpoint"],
            client_id=self._client.client_id,
            response_type="code",
            redirect_uri=self._client.redirect_uri,
            scope=" ".join(self._client.scopes),
            state=visit.state,
            nonce=visit.nonce,
            code_challenge=challenge,
            code_challenge_method="S256",
            **self._wanted(),
        )
        return Started(awaits=("number",), link=link)

    def _wanted(self) -> dict[str, str]:
        """Verified claims have to be asked for by name."""
        if not self._demands.trust_frameworks:
            return {}
        frameworks = {"values": list(self._demands.trust_frameworks)}
        wish = {
            "verification": {"trust_framework": frameworks},
            "claims": {"given_name": None, "family_name": None},
        }
        places = {"id_token": {"verified_claims": wish}}
        return {"claims": msgspec.json.encode(places).decode()}

    async def receive(self, answer: Mapping[str, str]) -> str:
        """Take what the provider sent the browser back with.

        Args:
            answer: The parameters: state, and code or error, perhaps iss.

        Returns:
            The number that the person is shown.

        Raises:
            InvalidRegistration: It belongs to no check, or does not hold; the same
                answer a second time is one of these.
        """
        reference = self._states.pop(answer.get("state", ""), None)
        visit = self._visits.get(reference) if reference is not None else None
        if reference is None or visit is None:
            raise InvalidRegistration("the check did not work", culprit="client")
        try:
            visit.identity = await self._believed(visit, answer)
        except AlongsideError as error:
            visit.refused = True
            LOG.warning("an answer was refused", error=type(error).__name__)
            raise InvalidRegistration(
                "the check did not work", culprit="provider"
            ) from None
        number = new_code(randomness=self._randomness)
        visit.number = code_mark(self._key, reference, "number", number)
        return shown_code(number)

    async def _believed(self, visit: _Visit, answer: Mapping[str, str]) -> Identity:
        metadata = await self._issuer.metadata()
        said = answer.get("iss")
        must = metadata.get("authorization_response_iss_parameter_supported") is True
        # Another provider's answer must not be taken here (RFC 9207).
        if (said is not None or must) and said != self._issuer.address:
            raise InvalidRegistration("an answer of another provider")
        code = answer.get("code", "")
        if "error" in answer or not code:
            raise InvalidRegistration("the provider did not agree")
        tokens = await self._exchange(metadata["token_endpoint"], code, visit)
        access = tokens.get("access_token")
        if not isinstance(access, str) or not access:
            raise InvalidRegistration("no access token")
        expected = Expected(
            self._issuer.address, self._client.client_id, visit.nonce, access
        )
        claims = await self._claims(tokens.get("id_token"), expected)
        more: Mapping[str, Any] = {}
        if "userinfo_endpoint" in metadata:
            headers = {"authorization": f"Bearer {access}"}
            url = metadata["userinfo_endpoint"]
            more = await self._issuer.fetch(url, headers=headers)
        return identity_of(claims, more, self._issuer.address, self._demands)

    async def _exchange(
        self, endpoint: str, code: str, visit: _Visit
    ) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.redirect_uri,
            "code_verifier": visit.verifier,
            "client_id": self._client.client_id,
        }
        more: dict[str, Any] = {}
        if self._client.secret is not None:
            secret = self._client.secret.reveal().decode()
            if self._client.auth_method == "client_secret_post":
                form["client_secret"] = secret
            else:
                more["auth"] = httpx.BasicAuth(self._client.client_id, secret)
        return await self._issuer.fetch(endpoint, form=form, **more)

    async def _claims(self, token: object, expected: Expected) -> Mapping[str, Any]:
        keys, now = await self._issuer.keys(), self._issuer.now()
        if isinstance(token, str) and _names_none_of(keys, token):
            # The provider may have changed its keys since they were fetched.
            keys = await self._issuer.keys(fresh=True)
        return check_id_token(token, keys, expected, now)

    async def finish(
        self,
        reference: Nonce,
        claimed: Identity,  # noqa: ARG002
        answers: Sequence[str],
    ) -> Identity | None:
        """The identity, if the number is right.

        Raises:
            InvalidRegistration: It is not, or one attempt too many.
            NotFound: No such check.
        """
        visit = self._visits.get(reference)
        if visit is None:
            raise NotFound("no verification in progress", culprit="client")
        if not answers:
            return None
        visit.attempts += 1
        given = code_mark(self._key, reference, "number", read_code(answers[0]))
        right = given == (visit.number or SecretBytes(bytes(32)))
        if visit.identity is None or not right or visit.attempts > MOST_ATTEMPTS:
            raise InvalidRegistration("the check did not work", culprit="client")
        return visit.identity

    def notes(self, reference: Nonce) -> tuple[Note, ...]:
        """Whether the provider has answered."""
        visit = self._visits.get(reference)
        if visit is None:
            return ()
        if visit.refused:
            return ("refused",)
        return ("returned",) if visit.identity is not None else ()

    async def again(
        self,
        reference: Nonce,  # noqa: ARG002
        awaited: Awaited,  # noqa: ARG002
    ) -> None:
        """Nothing was sent.

        Raises:
            NotFound: Always.
        """
        raise NotFound("nothing of this kind was sent", culprit="client")

    async def settle(self, reference: Nonce) -> None:
        """A visit ends with its check."""

    async def redact(self, reference: Nonce) -> None:
        """Forget the visit; tokens were never kept."""
        visit = self._visits.pop(reference, None)
        if visit is not None:
            self._states.pop(visit.state, None)

    async def health(self) -> bool:
        """Whether the provider says where it is."""
        try:
            await self._issuer.metadata()
        except InvalidRegistration:
            return False
        return True

    async def close(self) -> None:
        """Drop every connection."""
        await self._issuer.client.aclose()


def _names_none_of(keys: Any, token: str) -> bool:  # noqa: ANN401
    """Whether the token's key is not among these."""
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError, UnicodeError):
        return False
    return kid is not None and all(key.kid != kid for key in keys.keys)
