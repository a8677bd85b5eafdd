"""The libraries' primitives that other modules build on, against public suites.

Not our code: these fail when an upgraded library changes what it accepts.
"""

from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_scalarmult,
)
from nacl.exceptions import BadSignatureError, CryptoError
from nacl.exceptions import TypeError as NaclTypeError
from nacl.exceptions import ValueError as NaclValueError
from nacl.signing import VerifyKey

from tests.vectors import load_public


def cases(name: str):
    for group in load_public(name)["testGroups"]:
        for case in group["tests"]:
            yield group, case


def unhex(case, *names: str) -> list[bytes]:
    return [bytes.fromhex(case[name]) for name in names]


def test_ed25519_accepts_the_valid_signatures_and_no_others():
    counted = 0
    for group, case in cases("wycheproof_ed25519"):
        key = VerifyKey(bytes.fromhex(group["publicKey"]["pk"]))
        message, signature = unhex(case, "msg", "sig")
        accepted = True
        try:
            key.verify(message, signature)
        except (BadSignatureError, NaclValueError, NaclTypeError):
            accepted = False
        assert accepted is (case["result"] == "valid"), case["tcId"]
        counted += 1
    assert counted == 151


def test_xchacha20_poly1305_opens_the_valid_ciphertexts_and_no_others():
    counted = 0
    for _, case in cases("wycheproof_xchacha20_poly1305"):
        key, nonce, aad, message, sealed, tag = unhex(
            case, "key", "iv", "aad", "msg", "ct", "tag"
        )
        opened = None
        with suppress(CryptoError, NaclTypeError):
            opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
                sealed + tag, aad, nonce, key
            )
        valid = case["result"] == "valid"
        assert opened == (message if valid else None), case["tcId"]
        if valid:
            again = crypto_aead_xchacha20poly1305_ietf_encrypt(message, aad, nonce, key)
            assert again == sealed + tag
        counted += 1
    assert counted == 315


def test_x25519_agrees_except_that_all_zero_results_are_refused():
    counted = refused = 0
    for _, case in cases("wycheproof_x25519"):
        public, private, shared = unhex(case, "public", "private", "shared")
        counted += 1
        if shared == bytes(32):
            refused += 1
            with pytest.raises(ValueError, match="shared key"):
                exchange(private, public)
            with pytest.raises(RuntimeError):
                crypto_scalarmult(private, public)
        else:
            assert exchange(private, public) == shared, case["tcId"]
            assert crypto_scalarmult(private, public) == shared, case["tcId"]
    assert (counted, refused) == (518, 31)


def exchange(private: bytes, public: bytes) -> bytes:
    key = X25519PrivateKey.from_private_bytes(private)
    return key.exchange(X25519PublicKey.from_public_bytes(public))
