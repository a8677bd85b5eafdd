"""Ed25519 over labelled payloads: verify first, then decode (§W2)."""

from typing import TypeVar

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.transcript import transcript
from escrow.errors import InvalidSignature
from escrow.messages.codec import (
    Blob,
    Message,
    PublicKey,
    Signature,
    Signed,
    decode,
    encode,
)

M = TypeVar("M", bound=Message)


def public_key(seed: SecretBytes) -> PublicKey:
    """The verification key (32 bytes) of an Ed25519 seed (32 bytes)."""
    return PublicKey(SigningKey(seed.reveal()).verify_key.encode())


def sign_bytes(seed: SecretBytes, label: Label, payload: bytes) -> Signature:
    """Sign a payload under a label; 64 bytes.

    Source: RFC 8032; the message is `transcript(label, payload)`.
    """
    message = transcript(label, payload)
    return Signature(SigningKey(seed.reveal()).sign(message).signature)


def check_signature(
    key: bytes,
    label: Label,
    payload: bytes,
    signature: bytes,
    *,
    culprit: str | int | None = None,
) -> None:
    """Refuse a signature that `key` did not make over this label and payload.

    Raises:
        InvalidSignature: Naming `culprit`.
    """
    try:
        VerifyKey(key).verify(transcript(label, payload), signature)
    except (BadSignatureError, ValueError):
        raise InvalidSignature(
            f"not signed for '{label.value}'", culprit=culprit
        ) from None


def sign(seed: SecretBytes, label: Label, message: Message) -> Signed:
    """A message as it will travel, signed."""
    payload = encode(message)
    return Signed(payload=Blob(payload), signature=sign_bytes(seed, label, payload))


def open_signed(
    signed: Signed,
    kind: type[M],
    label: Label,
    key: bytes,
    *,
    culprit: str | int | None = None,
) -> M:
    """Verify, then decode.

    Raises:
        InvalidSignature: `key` did not sign these bytes under `label`.
        MalformedMessage: They are not a canonical `kind`.
    """
    check_signature(key, label, signed.payload, signed.signature, culprit=culprit)
    return decode(signed.payload, kind, culprit=culprit)


def peek(signed: Signed, kind: type[M], *, culprit: str | int | None = None) -> M:
    """Decode a payload only to learn which key it claims; verify before use."""
    return decode(signed.payload, kind, culprit=culprit)
