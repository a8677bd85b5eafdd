"""XChaCha20-Poly1305 with a label, a context and a commitment to the key.

The commitment lets a reader of the wrong key be refused, and makes it
impossible to craft a ciphertext that opens under two keys (PROTOCOL.md §P4).
Layout: nonce 24 bytes, commitment 32 bytes, ciphertext, tag 16 bytes.
"""

import hmac

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.transcript import derive_key, transcript
from escrow.errors import InvalidCiphertext

NONCE_BYTES = 24
COMMITMENT_BYTES = 32
OVERHEAD_BYTES = NONCE_BYTES + COMMITMENT_BYTES + 16


def _subkeys(key: SecretBytes, nonce: bytes) -> tuple[bytes, bytes]:
    derived = derive_key(key, Label.AEAD_KEY, nonce, length=64).reveal()
    return derived[:32], derived[32:]


def seal(
    key: SecretBytes,
    plaintext: bytes,
    label: Label,
    *context: bytes,
    randomness: Randomness = SYSTEM,
) -> bytes:
    """Encrypt and bind to label and context.

    Draws 24 bytes. Returns `OVERHEAD_BYTES` more than the plaintext.
    """
    nonce = randomness(NONCE_BYTES)
    encryption_key, commitment = _subkeys(key, nonce)
    aad = transcript(label, *context)
    body = crypto_aead_xchacha20poly1305_ietf_encrypt(
        plaintext, aad, nonce, encryption_key
    )
    return nonce + commitment + body


def unseal(key: SecretBytes, ciphertext: bytes, label: Label, *context: bytes) -> bytes:
    """Decrypt what `seal` made under the same key, label and context.

    Raises:
        InvalidCiphertext: Wrong key, label or context, or altered bytes.
    """
    if len(ciphertext) < OVERHEAD_BYTES:
        raise InvalidCiphertext(f"too short for '{label.value}'")
    nonce, rest = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
    commitment, body = rest[:COMMITMENT_BYTES], rest[COMMITMENT_BYTES:]
    encryption_key, expected = _subkeys(key, nonce)
    if not hmac.compare_digest(commitment, expected):
        raise InvalidCiphertext(f"another key than that of '{label.value}'")
    aad = transcript(label, *context)
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(
            body, aad, nonce, encryption_key
        )
    except CryptoError:
        raise InvalidCiphertext(f"altered or moved: '{label.value}'") from None
