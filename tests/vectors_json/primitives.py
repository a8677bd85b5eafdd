"""Labels, transcripts, hashing, encryption, stretching: one value each."""

from typing import Any

from blind_index.group import Scalar
from blind_index.hash_to_group import label_to_element, label_to_scalar
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.shamir import Polynomial
from blind_index.stretch import StretchParameters, stretch, stretch_secret
from blind_index.transcript import derive_key, digest, transcript
from escrow import aead
from escrow.calendar import month_of
from escrow.client.words import VAULT_STRETCH, generate_words, vault_keys
from escrow.padding import pad
from tests.vectors_json.scene import Recorder
from tests.world.stream import stream

FIELDS = (b"", b"\x00", b"field", bytes(300))
LABEL = Label.PART_KEY
DAYS = (0, 58, 59, 789, 790, 11_016, 11_017, 20_000, 47_540, 47_541, 1_000_000)
WORDS = ("acorn", "bridge", "copper", "dune", "ember", "falcon", "granite")


def _hashing() -> dict[str, Any]:
    secret = SecretBytes(b"secret")
    return {
        "label": LABEL.value,
        "fields": [field.hex() for field in FIELDS],
        "secret": secret.reveal().hex(),
        "transcript": transcript(LABEL, *FIELDS).hex(),
        "digest": digest(LABEL, *FIELDS).hex(),
        "key": derive_key(secret, LABEL, *FIELDS).reveal().hex(),
        "long_key": derive_key(secret, LABEL, *FIELDS, length=200).reveal().hex(),
        "scalar": label_to_scalar(LABEL, *FIELDS).encode().hex(),
        "element": label_to_element(LABEL, *FIELDS).encode().hex(),
    }


def _polynomial() -> dict[str, Any]:
    coefficients = [Scalar.random(stream("vectors", "coefficient", i)) for i in (1, 2)]
    polynomial = Polynomial(tuple(coefficients))
    return {
        "coefficients": [c.encode().hex() for c in coefficients],
        "values": {
            str(x): polynomial.evaluate(Scalar.from_int(x)).encode().hex()
            for x in (0, 1, 2, 300)
        },
    }


def _aead() -> dict[str, Any]:
    recorder = Recorder("aead")
    key, context = SecretBytes(bytes(range(32))), (b"one", b"")
    sealed = aead.seal(key, b"plain", LABEL, *context, randomness=recorder)
    return {
        "key": key.reveal().hex(),
        "plaintext": b"plain".hex(),
        "label": LABEL.value,
        "context": [field.hex() for field in context],
        "draws": recorder.draws,
        "ciphertext": sealed.hex(),
    }


def _stretching() -> dict[str, Any]:
    secret, parameters = SecretBytes(bytes(64)), StretchParameters(8, 1)
    whole = stretch_secret(secret, bytes(16), VAULT_STRETCH)
    return {
        "output": secret.reveal().hex(),
        "deployment_id": b"deployment 00001".hex(),
        "memory_kib": parameters.memory_kib,
        "passes": parameters.passes,
        "stretched": stretch(secret, b"deployment 00001", parameters).reveal().hex(),
        "default": whole.reveal().hex(),
    }


def _words() -> dict[str, Any]:
    recorder, word_list = Recorder("words"), ("one", "two", "three", "four", "five")
    keys = vault_keys(WORDS)
    return {
        "word_list": word_list,
        "draws": recorder.draws,
        "generated": generate_words(word_list, randomness=recorder),
        "words": WORDS,
        "key": keys.key.hex(),
        "vault_id": keys.vault_id.hex(),
        "cipher_key": keys.cipher_key.reveal().hex(),
    }


def vectors() -> dict[str, Any]:
    return {
        "labels": {label.name: label.encoded.hex() for label in Label},
        "hashing": _hashing(),
        "polynomial": _polynomial(),
        "aead": _aead(),
        "padded": pad(b"\x80\x00", 8, "field").hex(),
        "months": {str(day): month_of(day) for day in DAYS},
        "stretching": _stretching(),
        "words": _words(),
    }
