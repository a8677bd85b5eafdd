"""Match lock, trustee lock, encrypted tags and HPKE, step by step."""

from typing import Any

from blind_index.group import Scalar
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow import trustee_lock
from escrow.encrypted_tag import encrypt_tag
from escrow.match_lock import (
    Wrapped,
    level_point,
    level_polynomial,
    level_secrets,
    make_entry,
)
from escrow.messages.codec import Blob, PublicKey, encode
from escrow.sealing import seal_to, sealing_key
from escrow.trustee_lock import Part, Quorum
from tests.vectors_json.scene import COMMON, Recorder, dealt
from tests.world.stream import stream

LEVELS = (2, 3, 5)
KEY = PublicKey(bytes(range(32)))
LOW_ORDER = (bytes(32), b"\x01" + bytes(31))


def _match_lock() -> dict[str, Any]:
    secrets = level_secrets(SecretBytes(COMMON), LEVELS)
    recorder = Recorder("entry")
    wrapped = Wrapped(SecretBytes(bytes(32)), Scalar.from_int(7))
    entry = make_entry(secrets, KEY, 3, wrapped, randomness=recorder)
    return {
        "output": COMMON.hex(),
        "levels": LEVELS,
        "secrets": {str(m): s.encode().hex() for m, s in secrets.by_level.items()},
        "tag_point": secrets.tag_point.encode().hex(),
        "coefficients": [
            c.encode().hex()
            for c in level_polynomial(secrets.by_level[5], 5).coefficients
        ],
        "report_key": KEY.hex(),
        "point": level_point(KEY).encode().hex(),
        "match_threshold": 3,
        "contact_key": wrapped.contact_key.reveal().hex(),
        "r": wrapped.r.encode().hex(),
        "draws": recorder.draws,
        "entry": encode(entry).decode(),
    }


def _trustee_lock() -> dict[str, Any]:
    secret, quorum = Scalar.random(stream("vectors", "part")), Quorum(2, 3)
    recorder, part = Recorder("part"), Part.CONTACT
    shares = trustee_lock.make_shares(secret, KEY, part, quorum)
    sealed = trustee_lock.seal_part(
        secret, KEY, part, (b"part", 64), randomness=recorder
    )
    return {
        "secret": secret.encode().hex(),
        "report_key": KEY.hex(),
        "part": int(part),
        "trustee_threshold": quorum.trustee_threshold,
        "size": quorum.size,
        "shares": [share.encode().hex() for share in shares],
        "share_hashes": [
            trustee_lock.share_hash(KEY, part, index, share).hex()
            for index, share in enumerate(shares, 1)
        ],
        "key_digest": trustee_lock.key_digest(secret, KEY, part).hex(),
        "plaintext": b"part".hex(),
        "padded_size": 64,
        "draws": recorder.draws,
        "ciphertext": sealed.hex(),
        "ciphertext_digest": trustee_lock.ciphertext_digest(sealed).hex(),
    }


def _encrypted_tag() -> dict[str, Any]:
    recorder, deployment = Recorder("tag"), dealt().deployment
    point = level_secrets(SecretBytes(COMMON), LEVELS).tag_point
    base, binding = deployment.opening_keys.public_key, (deployment.digest, KEY)
    tag = encrypt_tag(point, Scalar.from_int(9), base, binding, 5, randomness=recorder)
    return {
        "tag_point": point.encode().hex(),
        "r": Scalar.from_int(9).encode().hex(),
        "base": base.encode().hex(),
        "binding": [field.hex() for field in binding],
        "position": 5,
        "draws": recorder.draws,
        "tag": encode(tag).decode(),
    }


def _sealing() -> dict[str, Any]:
    seed, context = SecretBytes(stream("vectors", "seed")(32)), (b"one", b"")
    key = sealing_key(seed)
    sealed = seal_to(key, b"plain", Label.TRUSTEE_BOX, *context)
    return {
        "seed": seed.reveal().hex(),
        "public_key": key.hex(),
        "label": Label.TRUSTEE_BOX.value,
        "context": [field.hex() for field in context],
        "plaintext": b"plain".hex(),
        "refused_keys": {
            "not reduced modulo 3329": Blob(b"\xff" * 3 + key[3:]).hex(),
            **{
                f"X25519 point of low order {number}": Blob(key[:1184] + point).hex()
                for number, point in enumerate(LOW_ORDER)
            },
        },
        "samples": {"ciphertext": sealed.hex()},
    }


def vectors() -> dict[str, Any]:
    return {
        "match_lock": _match_lock(),
        "trustee_lock": _trustee_lock(),
        "encrypted_tag": _encrypted_tag(),
        "sealing": _sealing(),
    }
