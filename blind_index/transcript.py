"""Labelled, length-prefixed transcripts: what is hashed means one thing only."""

import hashlib
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from blind_index.labels import Label
from blind_index.secret import SecretBytes

_DIGEST_BYTES: Final = 32
_LENGTH_BYTES: Final = 4


def transcript(label: Label, *fields: bytes) -> bytes:
    """Join a label and fields so that no other list gives the same bytes.

    Args:
        label: What the transcript is for.
        fields: Any bytes; each is preceded by its length, four bytes, big-endian.
    """
    parts = [label.encoded]
    for field in fields:
        parts += (len(field).to_bytes(_LENGTH_BYTES, "big"), field)
    return b"".join(parts)


def digest(label: Label, *fields: bytes) -> bytes:
    """Hash a transcript: the first 32 bytes of its SHA-512.

    Truncated, so that a digest of secret fields cannot be extended.
    """
    return hashlib.sha512(transcript(label, *fields)).digest()[:_DIGEST_BYTES]


def derive_key(
    secret: SecretBytes, label: Label, *context: bytes, length: int = 32
) -> SecretBytes:
    """Derive a key for one purpose: HKDF-SHA512, empty salt.

    Args:
        secret: Keying material of full entropy; a guessable secret needs `stretch`.
        label: What the key is for.
        context: What the key is bound to.
        length: Bytes of the key, at most 16320.

    Source: RFC 5869, `info` being the transcript of label and context.
    """
    info = transcript(label, *context)
    hkdf = HKDF(algorithm=SHA512(), length=length, salt=None, info=info)
    return SecretBytes(hkdf.derive(secret.reveal()))
