"""Which trustee asks: a signature over the request itself (§T1)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from blind_index.errors import InvalidIndex
from blind_index.labels import Label
from blind_index.transcript import transcript
from escrow.errors import InvalidSignature
from escrow.manifest import Deployment

_SIGNATURE_BYTES = 64
_FIELDS = 3
_MAX_DIGITS = 16


@dataclass(frozen=True)
class TrusteeRequest:
    """A request as the server sees it; `boot` names this run of the server."""

    boot: bytes
    method: str
    path: str
    body: bytes


@dataclass(frozen=True)
class Authorisation:
    """The header: which trustee, its rising counter, its signature."""

    index: int
    counter: int
    signature: bytes


def read_authorisation(header: str) -> Authorisation:
    """Read `index.counter.signature`, the signature in unpadded base64url.

    Raises:
        InvalidSignature: It has another form.
    """
    fields = header.split(".")
    if len(fields) != _FIELDS or not all(_is_number(f) for f in fields[:2]):
        raise InvalidSignature("not a trustee's authorisation")
    try:
        padded = fields[2] + "=" * (-len(fields[2]) % 4)
        signature = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidSignature("not a trustee's authorisation") from None
    if len(signature) != _SIGNATURE_BYTES:
        raise InvalidSignature("not a trustee's authorisation")
    return Authorisation(int(fields[0]), int(fields[1]), signature)


def _is_number(field: str) -> bool:
    return field.isascii() and field.isdigit() and len(field) <= _MAX_DIGITS


def check_authorisation(
    deployment: Deployment, request: TrusteeRequest, authorisation: Authorisation
) -> None:
    """Refuse a request that the opening trustee did not sign.

    Raises:
        InvalidSignature: Another trustee, run, method, path, counter or body.
    """
    signed = transcript(
        Label.REQUEST_SIGNATURE,
        request.boot,
        request.method.encode(),
        request.path.encode(),
        authorisation.counter.to_bytes(8, "big"),
        hashlib.sha512(request.body).digest(),
    )
    try:
        card = deployment.trustee("opening", authorisation.index)
        VerifyKey(card.identity_key).verify(signed, authorisation.signature)
    except (BadSignatureError, InvalidIndex, ValueError):
        raise InvalidSignature("not signed by that trustee") from None
