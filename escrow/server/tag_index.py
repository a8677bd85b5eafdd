"""Tags at rest: randomised encryption in buckets that grow by splitting (§I3).

A row holds a bucket number and a ciphertext of tag, report and position. The
key lies outside the database and its backups, so equality is visible in memory
only. Before the ciphertext stand two bytes of a hash of the tag, keyed and salted
with the row's own nonce: with the key they spare a look-up the decryption of all
rows but one in 65,536, and without it they are noise. Buckets are those of linear
hashing (Litwin 1980): they split one at a time as rows come in, so that a bucket
holds 64 to 256 rows and its number tells little about a tag.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.transcript import derive_key
from escrow.errors import InvalidCiphertext
from escrow.messages.codec import EncodedElement, PublicKey

ROWS_PER_BUCKET = 128
_NONCE_BYTES = 24
_HINT_BYTES = 2
_BODY = _HINT_BYTES + _NONCE_BYTES


@dataclass(frozen=True)
class TagKeys:
    """The keys of the index (32 bytes each), from the one outside the database."""

    row_key: SecretBytes
    bucket_key: SecretBytes
    hint_key: SecretBytes


def tag_keys(secret: SecretBytes) -> TagKeys:
    """Derive every key of the index."""
    return TagKeys(
        derive_key(secret, Label.STORED_TAG),
        derive_key(secret, Label.TAG_BUCKET),
        derive_key(secret, Label.TAG_HINT),
    )


@dataclass(frozen=True)
class Buckets:
    """How far splitting has come: 2^bits + split buckets, for `rows` rows."""

    bits: int = 0
    split: int = 0
    rows: int = 0

    @property
    def count(self) -> int:
        """Number of buckets."""
        return (1 << self.bits) + self.split

    @property
    def full(self) -> bool:
        """Whether the next bucket is due to be split."""
        return self.rows > self.count * ROWS_PER_BUCKET

    def after_split(self) -> "Buckets":
        """The state once bucket `split` has been split in two."""
        if self.split + 1 == 1 << self.bits:
            return Buckets(self.bits + 1, 0, self.rows)
        return Buckets(self.bits, self.split + 1, self.rows)


def bucket_of(keys: TagKeys, tag: bytes, buckets: Buckets) -> int:
    """The bucket of a tag, by a keyed hash (BLAKE2b)."""
    key = keys.bucket_key.reveal()
    hashed = int.from_bytes(hashlib.blake2b(tag, key=key, digest_size=8).digest())
    place = hashed & ((1 << buckets.bits) - 1)
    if place < buckets.split:
        place = hashed & ((1 << (buckets.bits + 1)) - 1)
    return place


@dataclass(frozen=True)
class TagRow:
    """One entry of one report: its tag (32 bytes), and where it stands."""

    tag: EncodedElement
    report_key: PublicKey
    position: int


def _hint(hint_key: bytes, tag: bytes, nonce: bytes) -> bytes:
    return hashlib.blake2b(
        tag, key=hint_key, salt=nonce[:16], digest_size=_HINT_BYTES
    ).digest()


def seal_row(keys: TagKeys, row: TagRow, *, randomness: Randomness = SYSTEM) -> bytes:
    """Encrypt a row; equal tags give unrelated ciphertexts."""
    nonce = randomness(_NONCE_BYTES)
    hint = _hint(keys.hint_key.reveal(), row.tag, nonce)
    plaintext = row.tag + row.report_key + bytes([row.position])
    body = crypto_aead_xchacha20poly1305_ietf_encrypt(
        plaintext, Label.STORED_TAG.encoded + hint, nonce, keys.row_key.reveal()
    )
    return hint + nonce + body


def open_row(keys: TagKeys, sealed: bytes) -> TagRow:
    """Decrypt a row.

    Raises:
        InvalidCiphertext: Altered, or of another key.
    """
    try:
        plaintext = crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed[_BODY:],
            Label.STORED_TAG.encoded + sealed[:_HINT_BYTES],
            sealed[_HINT_BYTES:_BODY],
            keys.row_key.reveal(),
        )
    except (CryptoError, ValueError):
        raise InvalidCiphertext("a stored tag does not open") from None
    return TagRow(
        EncodedElement(plaintext[:32]), PublicKey(plaintext[32:64]), plaintext[64]
    )


def rows_with(
    keys: TagKeys,
    wanted: Mapping[int, Collection[bytes]],
    rows: Iterable[tuple[int, bytes]],
) -> Iterator[TagRow]:
    """The rows that hold one of the tags wanted from their bucket.

    Args:
        keys: Of the index.
        wanted: Tags by bucket.
        rows: Bucket and sealed row, of these buckets.
    """
    hint_key = keys.hint_key.reveal()
    for bucket, sealed in rows:
        hint, nonce = sealed[:_HINT_BYTES], sealed[_HINT_BYTES:_BODY]
        for tag in wanted[bucket]:
            if _hint(hint_key, tag, nonce) == hint:
                opened = open_row(keys, sealed)
                if opened.tag == tag:
                    yield opened
