"""What a backup holds: a manifest, then the files it lists, hashed one by one."""

import hashlib
import io
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Final

from blind_index.secret import SecretBytes
from escrow.errors import MalformedMessage
from escrow.messages.codec import Counter, Digest, Message, SealingKey, decode, encode
from escrow.operation.backup_file import ChunkReader, ChunkWriter, UnusableBackup
from escrow.operation.private_files import new_file, sync_folder

#: Told the name of a file and how many bytes of how many are done.
Tell = Callable[[str, int, int], None]
_MANIFEST: Final = "manifest.json"
_MOST_MANIFEST_BYTES: Final = 1024 * 1024
_BLOCK: Final = 1024 * 1024


class Entry(Message, frozen=True):
    """One file of a backup; `sha256` of its bytes."""

    name: str
    size: Counter
    sha256: Digest


class Manifest(Message, frozen=True, tag="backup-manifest/1"):
    """What a backup holds, of which day, and what its maker noted.

    `lacks` says in words what must be kept elsewhere.
    """

    kind: str
    version: str
    day: Counter
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]
    lacks: str


def write_archive(
    out: Path,
    recipient: SealingKey,
    manifest: Manifest,
    files: Mapping[str, Path],
    tell: Tell,
) -> None:
    """Write a backup; it appears under its name once it is whole.

    Raises:
        UnusableBackup: There is a file of that name, or it cannot be written.
    """
    try:
        with new_file(out) as file:
            writer = ChunkWriter(file, manifest.kind, recipient)
            with tarfile.open(fileobj=writer, mode="w|", bufsize=_BLOCK) as tar:
                _add(tar, _MANIFEST, io.BytesIO(body := encode(manifest)), len(body))
                for entry in manifest.entries:
                    with files[entry.name].open("rb") as source:
                        told = _Told(source, entry, tell)
                        _add(tar, entry.name, told, entry.size)
            writer.close()
    except OSError as error:
        raise UnusableBackup(f"{out}: {error.strerror or error}") from None


class _Told(io.RawIOBase):
    """A file that tells how far it was read."""

    def __init__(self, source: IO[bytes], entry: Entry, tell: Tell) -> None:
        super().__init__()
        self._source, self._entry, self._tell = source, entry, tell
        self._done = 0

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self._done += len(data)
        self._tell(self._entry.name, self._done, self._entry.size)
        return data


def _add(tar: tarfile.TarFile, name: str, source: io.IOBase, size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    tar.addfile(info, source)


def entry_of(name: str, path: Path) -> Entry:
    """A file as a manifest lists it."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").digest()
    return Entry(name=name, size=path.stat().st_size, sha256=Digest(found))


def unpack(
    path: Path, kind: str, seed: SecretBytes, folder: Path, tell: Tell
) -> Manifest:
    """Decrypt a backup into an empty folder, holding every hash.

    Raises:
        UnusableBackup: Anything about it does not fit.
    """
    try:
        with path.open("rb") as file:
            reader = ChunkReader(file, kind, seed)
            with tarfile.open(fileobj=reader, mode="r|", bufsize=_BLOCK) as tar:
                manifest = _read_manifest(tar)
                for entry in manifest.entries:
                    _unpack_one(tar, entry, folder, tell)
            while reader.read(_BLOCK):
                pass
    except (tarfile.TarError, MalformedMessage):
        raise UnusableBackup("the backup is cut or altered") from None
    except OSError as error:
        raise UnusableBackup(f"{path}: {error.strerror or error}") from None
    sync_folder(folder)
    return manifest


def _read_manifest(tar: tarfile.TarFile) -> Manifest:
    member = tar.next()
    source = tar.extractfile(member) if member else None
    if member is None or source is None or member.name != _MANIFEST:
        raise UnusableBackup("the backup has no manifest")
    manifest = decode(source.read(_MOST_MANIFEST_BYTES), Manifest)
    if any(Path(entry.name).name != entry.name for entry in manifest.entries):
        raise UnusableBackup("the backup names a file outside its folder")
    return manifest


def _unpack_one(tar: tarfile.TarFile, entry: Entry, folder: Path, tell: Tell) -> None:
    member = tar.next()
    source = tar.extractfile(member) if member else None
    if member is None or source is None or member.name != entry.name:
        raise UnusableBackup(f"{entry.name}: is missing in the backup")
    found, done = hashlib.sha256(), 0
    with new_file(folder / entry.name) as target:
        while data := source.read(_BLOCK):
            found.update(data)
            target.write(data)
            done += len(data)
            tell(entry.name, done, entry.size)
    if done != entry.size or found.digest() != entry.sha256:
        raise UnusableBackup(f"{entry.name}: is not what the manifest says")
