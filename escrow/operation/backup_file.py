"""An encrypted file that only the holder of a backup's private key can read.

Layout: one line of JSON (`BackupHeader`), then chunks, each four bytes of length
and a ciphertext of at most 1 MiB. Chunks are sealed under a fresh key in order;
the last one is marked, so that a cut file does not pass for a whole one. The host
that makes backups holds the public key alone: who takes it cannot read them.
"""

import io
from pathlib import Path
from typing import IO, Final

from blind_index.errors import AlongsideError
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.transcript import digest
from escrow.aead import OVERHEAD_BYTES, seal, unseal
from escrow.errors import InvalidCiphertext, MalformedMessage
from escrow.messages.codec import Blob, Digest, Message, SealingKey, decode, encode
from escrow.sealing import open_sealed, seal_to, sealing_key

CHUNK_BYTES: Final = 1024 * 1024
_LENGTH_BYTES: Final = 4
_KEY_BYTES: Final = 32
_MOST_HEADER_BYTES: Final = 8192


class UnusableBackup(AlongsideError):
    """A backup that cannot be made, read or used; the text says why."""


class BackupHeader(Message, frozen=True, tag="backup/1"):
    """Whose backup it is, to which key it is sealed, and its own key in a box."""

    kind: str
    recipient: Digest
    sealed_key: Blob


def _recipient(key: SealingKey) -> Digest:
    return Digest(digest(Label.BACKUP_KEY, key))


class ChunkWriter(io.RawIOBase):
    """Encrypts what is written to it; `close` writes the last chunk."""

    def __init__(
        self,
        file: IO[bytes],
        kind: str,
        recipient: SealingKey,
        *,
        randomness: Randomness = SYSTEM,
    ) -> None:
        super().__init__()
        self._file = file
        self._key = SecretBytes(randomness(_KEY_BYTES))
        self._randomness = randomness
        self._place = 0
        self._waiting = bytearray()
        box = seal_to(recipient, self._key.reveal(), Label.BACKUP_KEY, kind.encode())
        header = BackupHeader(
            kind=kind, recipient=_recipient(recipient), sealed_key=box
        )
        file.write(encode(header) + b"\n")

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Take bytes; whole chunks leave at once."""
        self._waiting += data
        while len(self._waiting) > CHUNK_BYTES:
            chunk = bytes(self._waiting[:CHUNK_BYTES])
            del self._waiting[:CHUNK_BYTES]
            self._put(chunk, last=False)
        return len(data)

    def close(self) -> None:
        """Write what is left as the last chunk."""
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
        super().close()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        place = _place(self._place, last=last)
        self._place += 1
        sealed = seal(
            self._key, chunk, Label.BACKUP_CHUNK, *place, randomness=self._randomness
        )
        self._file.write(len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)


def _place(number: int, *, last: bool) -> tuple[bytes, bytes]:
    return number.to_bytes(8, "big"), bytes([last])


class ChunkReader(io.RawIOBase):
    """Decrypts a file that `ChunkWriter` wrote.

    Raises:
        UnusableBackup: Another program's backup, another key, altered, or cut.
    """

    def __init__(self, file: IO[bytes], kind: str, seed: SecretBytes) -> None:
        super().__init__()
        self._file = file
        self._place = 0
        self._ready = b""
        self._ended = False
        self._key = _content_key(file.readline(_MOST_HEADER_BYTES), kind, seed)

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Plaintext, up to a size; empty at the end."""
        while not self._ended and (size < 0 or len(self._ready) < size):
            self._ready += self._next()
        size = len(self._ready) if size < 0 else size
        found, self._ready = self._ready[:size], self._ready[size:]
        return found

    def _next(self) -> bytes:
        length = int.from_bytes(self._file.read(_LENGTH_BYTES), "big")
        if not OVERHEAD_BYTES <= length <= CHUNK_BYTES + OVERHEAD_BYTES:
            raise UnusableBackup("the backup is cut or altered")
        sealed = self._file.read(length)
        for last in (False, True):
            place = _place(self._place, last=last)
            try:
                chunk = unseal(self._key, sealed, Label.BACKUP_CHUNK, *place)
            except InvalidCiphertext:
                continue
            self._place += 1
            self._ended = last
            return chunk
        raise UnusableBackup("the backup is cut or altered")


def _content_key(line: bytes, kind: str, seed: SecretBytes) -> SecretBytes:
    try:
        header = decode(line.removesuffix(b"\n"), BackupHeader)
    except MalformedMessage:
        raise UnusableBackup("not a backup, or of another version") from None
    if header.kind != kind:
        raise UnusableBackup("a backup of another program")
    if header.recipient != _recipient(sealing_key(seed)):
        raise UnusableBackup("the backup was made for another key")
    try:
        key = open_sealed(seed, header.sealed_key, Label.BACKUP_KEY, kind.encode())
    except InvalidCiphertext:
        raise UnusableBackup("the backup is altered") from None
    return SecretBytes(key)


def read_header(path: Path) -> BackupHeader:
    """What a backup says of itself without any key.

    Raises:
        UnusableBackup: Not a backup.
    """
    try:
        with path.open("rb") as file:
            line = file.readline(_MOST_HEADER_BYTES)
        return decode(line.removesuffix(b"\n"), BackupHeader)
    except OSError as error:
        raise UnusableBackup(f"{path}: cannot be read: {error.strerror}") from None
    except MalformedMessage:
        raise UnusableBackup(f"{path}: not a backup") from None
