"""Encryption without an authenticator, and encryption that binds no place."""

import hashlib

from blind_index.labels import Label
from blind_index.randomness import SYSTEM
from escrow import aead

_HONEST_SEAL, _HONEST_UNSEAL = aead.seal, aead.unseal
_FRONT, _BACK = aead.NONCE_BYTES + aead.COMMITMENT_BYTES, 16


def _stream(key, nonce, data):
    pad = hashlib.shake_256(key.reveal() + nonce).digest(len(data))
    return bytes(a ^ b for a, b in zip(data, pad, strict=True))


def seal_malleable(key, plaintext, _label, *_context, randomness=SYSTEM):
    """`aead.seal` that only adds a key stream; as long as the real one."""
    nonce = randomness(aead.NONCE_BYTES)
    body = _stream(key, nonce, plaintext)
    return nonce + bytes(aead.COMMITMENT_BYTES) + body + bytes(_BACK)


def unseal_malleable(key, ciphertext, _label, *_context):
    """`aead.unseal` that gives whatever comes out."""
    return _stream(key, ciphertext[: aead.NONCE_BYTES], ciphertext[_FRONT:-_BACK])


def seal_anywhere(key, plaintext, _label, *_context, randomness=SYSTEM):
    """`aead.seal` without label and context."""
    return _HONEST_SEAL(key, plaintext, Label.AEAD_KEY, randomness=randomness)


def unseal_anywhere(key, ciphertext, _label, *_context):
    """`aead.unseal` without label and context."""
    return _HONEST_UNSEAL(key, ciphertext, Label.AEAD_KEY)
