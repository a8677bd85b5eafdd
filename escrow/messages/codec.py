"""The one canonical encoding: compact JSON in field order, base64url unpadded.

PROTOCOL.md §W1. `decode` refuses bytes that do not re-encode to themselves, so
a message has exactly one encoding and signatures cover what travels.
"""

import base64
import binascii
import re
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import msgspec

from escrow.errors import MalformedMessage


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen wire value; its version stands in its tag."""


class Blob(bytes):
    """Bytes on the wire: unpadded base64url text in JSON.

    A subclass with `size` accepts that many bytes only.
    """

    size: ClassVar[int | None] = None


class Nonce(Blob):
    """16 random bytes: an identifier nobody can guess or link."""

    size = 16


class Digest(Blob):
    """32 bytes: a truncated SHA-512 digest (`blind_index.transcript.digest`)."""

    size = 32


class PublicKey(Blob):
    """32 bytes: an Ed25519 verification key."""

    size = 32


class EncodedElement(Blob):
    """32 bytes: a ristretto255 element; checked where it is decoded."""

    size = 32


class EncodedScalar(Blob):
    """32 bytes: a reduced ristretto255 scalar, little-endian."""

    size = 32


class Signature(Blob):
    """64 bytes: an Ed25519 signature."""

    size = 64


class Proof(Blob):
    """64 bytes: a DLEQ or Schnorr proof, challenge then response."""

    size = 64


class TokenOutput(Blob):
    """64 bytes: the VOPRF output of a submission token."""

    size = 64


class SealingKey(Blob):
    """1216 bytes: an HPKE public key of KEM MLKEM768-X25519."""

    size = 1216


# Numbers on the wire are bounded where they are decoded, so that no later step
# meets one that does not fit its byte.
TrusteeIndex = Annotated[int, msgspec.Meta(ge=1, le=32)]
Place = Annotated[int, msgspec.Meta(ge=0, le=1023)]
Level = Annotated[int, msgspec.Meta(ge=0, le=32)]
Counter = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Attempt = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Day = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Month = Annotated[int, msgspec.Meta(ge=0, le=60_000)]
# Not a boolean: "true" and "false" differ in length, and lengths show on the wire.
Flag = Literal[0, 1]


class Signed(Message, frozen=True):
    """A payload as it was signed; decoded only after verification (§W2)."""

    payload: Blob
    signature: Signature


M = TypeVar("M")


def _encode_blob(value: object) -> str:
    if isinstance(value, Blob):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
    raise NotImplementedError


def _decode_blob(kind: type, value: object) -> Any:  # noqa: ANN401
    if not issubclass(kind, Blob):
        raise NotImplementedError
    if not isinstance(value, str):
        raise TypeError("not text")
    if "=" in value:
        raise ValueError("padded")
    try:
        padded = value + "=" * (-len(value) % 4)
        data = base64.b64decode(padded, altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if kind.size is not None and len(data) != kind.size:
        raise ValueError(f"{kind.__name__} takes {kind.size} bytes")
    return kind(data)


_ENCODER = msgspec.json.Encoder(enc_hook=_encode_blob)
_PLACE = re.compile(r" - at `([$.\[\]A-Za-z0-9_]+)`$")


def encode(message: object) -> bytes:
    """The canonical encoding of a message."""
    return _ENCODER.encode(message)


def decode(data: bytes, kind: type[M], *, culprit: str | int | None = None) -> M:
    """Read a message, refusing anything but its canonical encoding.

    Args:
        data: What arrived.
        kind: The message class, or a union of tagged ones.
        culprit: Who sent it, for the error.

    Raises:
        MalformedMessage: With the place of the fault, never its value.
    """
    try:
        message = msgspec.json.decode(data, type=kind, dec_hook=_decode_blob)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        place = _PLACE.search(str(error))
        where = f" at {place.group(1)}" if place else ""
        name = getattr(kind, "__name__", "message")
        raise MalformedMessage(
            f"{name} does not decode{where}", culprit=culprit
        ) from None
    if encode(message) != data:
        raise MalformedMessage("not the canonical encoding", culprit=culprit)
    return message
