"""HPKE to one public key: MLKEM768-X25519, HKDF-SHA256, ChaCha20-Poly1305.

RFC 9180 base mode with the hybrid KEM 0x647a of draft-ietf-hpke-pq. All context
goes into `info`, since the library takes no other associated data
(PROTOCOL.md §P3). A private key is its 32-byte seed; SHAKE256 expands it to the
ML-KEM-768 seed (64 bytes) and the X25519 key (32 bytes).
"""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import (
    MLKEM768PrivateKey,
    MLKEM768PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.transcript import transcript
from escrow.errors import InvalidCiphertext, MalformedMessage
from escrow.messages.codec import Blob, SealingKey

SEED_BYTES = 32
SEALED_OVERHEAD_BYTES = 1120 + 16  # encapsulated key, AEAD tag
_MLKEM_PUBLIC_BYTES = 1184
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def new_seed(*, randomness: Randomness = SYSTEM) -> SecretBytes:
    """A fresh private key, as its seed. Draws 32 bytes."""
    return SecretBytes(randomness(SEED_BYTES))


def _parts(seed: SecretBytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    expanded = hashlib.shake_256(seed.reveal()).digest(96)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )


def sealing_key(seed: SecretBytes) -> SealingKey:
    """The public key of a seed: ML-KEM-768 key, then X25519 key."""
    mlkem, x25519 = _parts(seed)
    return SealingKey(
        mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
    )


def seal_to(key: SealingKey, plaintext: bytes, label: Label, *context: bytes) -> Blob:
    """Encrypt to a public key under a label and context.

    Returns the encapsulated key (1120 bytes), then the ciphertext.

    Raises:
        MalformedMessage: `key` is not a valid public key.
    """
    try:
        public = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(key[:_MLKEM_PUBLIC_BYTES]),
            X25519PublicKey.from_public_bytes(key[_MLKEM_PUBLIC_BYTES:]),
        )
        info = transcript(label, *context)
        return Blob(_SUITE.encrypt(plaintext, public, info=info))
    except ValueError:
        raise MalformedMessage("not an HPKE public key") from None


def check_sealing_key(key: SealingKey) -> None:
    """Refuse a public key to which nothing could be sealed.

    Raises:
        MalformedMessage: Its parts do not decode.
    """
    seal_to(key, b"", Label.SEALING_KEY_CHECK)


def open_sealed(
    seed: SecretBytes, ciphertext: bytes, label: Label, *context: bytes
) -> bytes:
    """Decrypt what `seal_to` made for this seed's key, label and context.

    Raises:
        InvalidCiphertext: Another key, label or context, or altered bytes.
    """
    private = MLKEM768X25519PrivateKey(*_parts(seed))
    info = transcript(label, *context)
    try:
        return _SUITE.decrypt(ciphertext, private, info=info)
    except (InvalidTag, ValueError):
        raise InvalidCiphertext(f"does not open: '{label.value}'") from None
