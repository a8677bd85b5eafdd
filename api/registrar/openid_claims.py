"""What an ID token must say before anybody is believed (OpenID Connect Core §3.1.3.7).

The signature, its algorithm and the standard claims are the libraries' business, under
options that leave nothing out; which claims count as verified is decided here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from escrow.errors import InvalidRegistration
from escrow.registrar.identity import Identity, check_vouched

#: Signatures with a public key only: a shared secret never signs (RFC 8725 §3.1).
ALGORITHMS: Final = ("ES256", "ES384", "EdDSA", "PS256", "RS256")
LEEWAY_SECONDS: Final = 60
_OLDEST_SECONDS: Final = 600
_LONGEST_SUBJECT: Final = 255
_LONGEST_NAME: Final = 300
_TYPES: Final = frozenset({None, "JWT"})


@dataclass(frozen=True)
class Expected:
    """What the token must be for: provider, client, one visit, one access token."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str


@dataclass(frozen=True)
class Demands:
    """Which claims must be verified.

    With `trust_frameworks` the name must stand in `verified_claims` under one of them
    (OpenID Connect for Identity Assurance).
    """

    require: Sequence[Literal["email", "phone"]]
    trust_frameworks: Sequence[str]


def check_id_token(
    token: object, keys: KeySet, expected: Expected, now: float
) -> Mapping[str, Any]:
    """The claims of an ID token that holds.

    Raises:
        InvalidRegistration: In one text for every reason.
    """
    if not isinstance(token, str):
        raise _refused()
    try:
        found = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            found.claims,
            found.header,
            options={
                "iss": {"essential": True, "value": expected.issuer},
                "aud": {"essential": True, "value": expected.client_id},
            },
            params={
                "nonce": expected.nonce,
                "client_id": expected.client_id,
                "access_token": expected.access_token,
            },
        )
        claims.validate(now=int(now), leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise _refused() from None
    _check_form(found.header, found.claims, now)
    return found.claims


def _check_form(
    header: Mapping[str, Any], claims: Mapping[str, Any], now: float
) -> None:
    subject, issued = claims["sub"], claims["iat"]
    if (
        header.get("typ") not in _TYPES
        or not isinstance(subject, str)
        or not 0 < len(subject) <= _LONGEST_SUBJECT
        or not _is_number(claims["exp"])
        or not _is_number(issued)
        or now - issued > _OLDEST_SECONDS
    ):
        raise _refused()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refused() -> InvalidRegistration:
    return InvalidRegistration("the check did not work", culprit="provider")


def identity_of(
    claims: Mapping[str, Any], more: Mapping[str, Any], issuer: str, demands: Demands
) -> Identity:
    """The verified identity; nothing that is merely said.

    Args:
        claims: Of the ID token.
        more: Of the user info endpoint; the token's own win.
        issuer: Part of the subject's mark.
        demands: What must be there.

    Raises:
        InvalidRegistration: Something is missing or not verified.
        InputError: Something cannot be read.
    """
    if more and more.get("sub") != claims["sub"]:
        raise _refused()
    told = {**more, **claims}
    vouched = _vouched(told.get("verified_claims"), demands) or told
    email = told.get("email") if told.get("email_verified") is True else ""
    sure = told.get("phone_number_verified") is True
    phone = told.get("phone_number") if sure else ""
    found = {"email": _text(email), "phone": _text(phone)}
    name = _name(vouched)
    if not name or not all(found[field] for field in demands.require):
        raise _refused()
    subject = f"{issuer}|{claims['sub']}"
    return check_vouched(Identity(name, found["email"], found["phone"], "", subject))


def _vouched(given: object, demands: Demands) -> Mapping[str, Any] | None:
    """The verified claims under a framework that counts.

    Raises:
        InvalidRegistration: They are demanded and not there.
    """
    if not demands.trust_frameworks:
        return None
    for one in given if isinstance(given, list) else [given]:
        if not isinstance(one, Mapping):
            continue
        checked, claims = one.get("verification"), one.get("claims")
        if (
            isinstance(checked, Mapping)
            and isinstance(claims, Mapping)
            and checked.get("trust_framework") in demands.trust_frameworks
        ):
            return claims
    raise _refused()


def _name(claims: Mapping[str, Any]) -> str:
    whole = _text(claims.get("name"))
    parts = (_text(claims.get("given_name")), _text(claims.get("family_name")))
    return whole or (" ".join(parts) if all(parts) else "")


def _text(value: object) -> str:
    """A short text without control characters; anything else is nothing."""
    if not isinstance(value, str) or len(value) > _LONGEST_NAME:
        return ""
    return value.strip() if value.isprintable() else ""
