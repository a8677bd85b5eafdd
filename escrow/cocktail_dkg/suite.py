"""The ciphersuite COCKTAIL(Ristretto255, SHA-512).

The prefixes below are the specification's own, so hashes here do not take a
label from the project's register. All of them start with `COCKTAIL`, which no
label of the register does.

Source: COCKTAIL-DKG v0.2.1, Ciphersuites and Schnorr Signature Scheme.
"""

from hashlib import sha512
from typing import Final

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from blind_index.errors import InvalidLength, ProtocolError
from blind_index.group import Element, Scalar
from blind_index.secret import SecretBytes
from escrow.errors import InvalidCiphertext, InvalidSignature

CIPHERSUITE: Final = b"COCKTAIL(Ristretto255, SHA-512)"
ELEMENT_SIZE: Final = 32
SCALAR_SIZE: Final = 32
SIGNATURE_SIZE: Final = ELEMENT_SIZE + SCALAR_SIZE
MIN_CIPHERTEXT_SIZE: Final = SCALAR_SIZE + 16
MAX_CIPHERTEXT_SIZE: Final = 65_536

_PREFIX: Final = b"COCKTAIL-DKG-Ristretto255-SHA512-"
_KEY_SIZE: Final = 32
_NONCE_SIZE: Final = 24


def sign(secret: Scalar, message: bytes) -> bytes:
    """Sign with a key, deterministically.

    Args:
        secret: The private key; not zero.
        message: Any bytes.

    Returns:
        R and z, 64 bytes.

    Raises:
        ProtocolError: The nonce is zero. It would be so again: this session
            must be given up and another one with a fresh context begun.

    Source: Schnorr Sign Algorithm.
    """
    public_key = Element.base_multiple(secret)
    nonce = _hash_to_scalar(b"NONCE", secret.encode(), message)
    if nonce.is_zero():
        raise ProtocolError("This session cannot be signed; begin another.")
    nonce_commitment = Element.base_multiple(nonce).encode()
    challenge = _challenge(nonce_commitment, public_key, message)
    return nonce_commitment + (nonce + challenge * secret).encode()


def check_signature(public_key: Element, message: bytes, signature: bytes) -> None:
    """Refuse a signature that the holder of a key did not make.

    Args:
        public_key: Not the identity.
        message: The signed bytes.
        signature: R and z, 64 bytes.

    Raises:
        InvalidSignature: z is not canonical, R is not an element or is the
            identity, the size is wrong, or zB = R + cY does not hold.

    Source: Schnorr Verify Algorithm.
    """
    encoded = signature[:ELEMENT_SIZE]
    try:
        response = Scalar.decode(signature[ELEMENT_SIZE:])
        nonce_commitment = Element.decode(encoded)
    except ProtocolError as error:
        raise InvalidSignature("A signature does not verify.") from error
    challenge = _challenge(encoded, public_key, message)
    expected = nonce_commitment + challenge * public_key
    if Element.base_multiple(response) != expected:
        raise InvalidSignature("A signature does not verify.")


def derive_channel_key(
    shared_secrets: tuple[Element, Element],
    ephemeral_key: Element,
    sender_key: Element,
    recipient_key: Element,
    context: bytes,
) -> SecretBytes:
    """Derive the key and the nonce that protect one dealt share.

    Args:
        shared_secrets: Ephemeral-static and static-static Diffie-Hellman.
        ephemeral_key: The sender's key of this session.
        sender_key: The sender's static key.
        recipient_key: The recipient's static key.
        context: What makes the session unique.

    Returns:
        56 bytes: a key of 32 and a nonce of 24. The nonce is derived, so one
        key must never seal two plaintexts.

    Source: H6 for hashes of at least 56 bytes.
    """
    keys = (*shared_secrets, ephemeral_key, sender_key, recipient_key)
    hashed = sha512(_PREFIX + b"H6")
    hashed.update(b"".join(key.encode() for key in keys))
    hashed.update(len(context).to_bytes(8, "little") + context)
    return SecretBytes(hashed.digest()[: _KEY_SIZE + _NONCE_SIZE])


def seal(channel_key: SecretBytes, plaintext: bytes) -> bytes:
    """Encrypt with XChaCha20-Poly1305 under a channel key.

    Args:
        channel_key: 56 bytes of `derive_channel_key`, never used before.
        plaintext: Any bytes.

    Returns:
        The ciphertext, 16 bytes longer than the plaintext.
    """
    key, nonce = _split(channel_key)
    return crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, None, nonce, key)


def open_sealed(channel_key: SecretBytes, ciphertext: bytes) -> bytes:
    """Decrypt what `seal` made.

    Args:
        channel_key: 56 bytes of `derive_channel_key`.
        ciphertext: At least 48 bytes.

    Returns:
        The plaintext.

    Raises:
        InvalidLength: Shorter than a share can be.
        InvalidCiphertext: Made with another key, or altered.
    """
    if len(ciphertext) < MIN_CIPHERTEXT_SIZE:
        raise InvalidLength("A ciphertext is too short to hold a share.")
    key, nonce = _split(channel_key)
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, None, nonce, key)
    except CryptoError as error:
        raise InvalidCiphertext("A dealt share does not decrypt.") from error


def _split(channel_key: SecretBytes) -> tuple[bytes, bytes]:
    revealed = channel_key.reveal()
    return revealed[:_KEY_SIZE], revealed[_KEY_SIZE:]


def _challenge(nonce_commitment: bytes, public_key: Element, message: bytes) -> Scalar:
    return _hash_to_scalar(b"H7", nonce_commitment, public_key.encode(), message)


def _hash_to_scalar(prefix: bytes, *parts: bytes) -> Scalar:
    return Scalar.reduce(sha512(_PREFIX + prefix + b"".join(parts)).digest())
