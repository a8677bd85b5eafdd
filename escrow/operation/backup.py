"""Make, check and restore a backup of one program's data directory."""

import base64
import binascii
import importlib.metadata
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from blind_index.secret import SecretBytes
from escrow.messages.codec import SealingKey
from escrow.operation.archive import Manifest, entry_of, unpack, write_archive
from escrow.operation.backup_file import UnusableBackup, read_header
from escrow.operation.database.address import Database, Postgres
from escrow.operation.database.dump import dump
from escrow.operation.private_files import new_file, wipe
from escrow.operation.snapshot import snapshot
from escrow.sealing import SEED_BYTES, new_seed, sealing_key

_MARK: Final = "backup.done"
_SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a private folder is made in it
_OTHERS: Final = 0o077


@dataclass(frozen=True)
class Holdings:
    """What belongs into a program's backup.

    Attributes:
        kind: The program.
        folder: Its data directory; copies lie there for a moment.
        databases: By their names in the backup.
        files: Other files by their names in the backup.
        notes: Lines that a later check compares or shows.
        lacks: What must be kept elsewhere, in words.
    """

    kind: str
    folder: Path
    databases: Mapping[str, Database]
    files: Mapping[str, Path]
    notes: tuple[str, ...]
    lacks: str


class Ticker:
    """Shows how far slow work is, on a terminal; nothing elsewhere."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._shown = ""

    def __call__(self, name: str, done: int, total: int) -> None:
        """Say a percentage when it differs from the last one."""
        if not sys.stderr.isatty():
            return
        text = f"{self._word} {name}: {100 * done // max(total, 1)} %"
        if text != self._shown:
            sys.stderr.write(f"\r{text:<60}" + ("\n" if done >= total else ""))
            sys.stderr.flush()
        self._shown = text


def make_backup(holdings: Holdings, recipient: SealingKey, out: Path) -> Manifest:
    """Write an encrypted backup of a program that may be running.

    Raises:
        UnusableBackup: A database is damaged, or `out` cannot be written.
    """
    with _copies(holdings) as files:
        manifest = Manifest(
            kind=holdings.kind,
            version=importlib.metadata.version("alongside"),
            day=int(time.time()) // 86_400,  # noqa: TID251 - when it is made
            entries=tuple(entry_of(name, path) for name, path in files.items()),
            notes=holdings.notes,
            lacks=holdings.lacks,
        )
        write_archive(out, recipient, manifest, files, Ticker("Writing"))
    (holdings.folder / _MARK).touch()
    return manifest


def last_backup(folder: Path) -> float | None:
    """When the last backup of a data directory was finished; seconds since 1970."""
    mark = folder / _MARK
    return mark.stat().st_mtime if mark.exists() else None


@contextmanager
def _copies(holdings: Holdings) -> Iterator[dict[str, Path]]:
    """Every file of the backup; copies of databases are overwritten afterwards."""
    files = dict(holdings.files)
    made: list[Path] = []
    ticker = Ticker("Copying")
    try:
        for name, place in holdings.databases.items():
            copy = holdings.folder / f"{name}.snapshot"
            wipe(copy)
            made.append(copy)
            if isinstance(place, Postgres):
                dump(place, copy)
            else:
                snapshot(place, copy, partial(ticker, name))
            files[name] = copy
        yield files
    finally:
        for copy in made:
            wipe(copy)


#: Marks unpacked files as those of a restored backup.
Declare = Callable[[Path], None]


def restore(
    path: Path, kind: str, seed: SecretBytes, into: Path, declare: Declare
) -> Manifest:
    """Unpack a backup into a folder that is empty or not there, marked as restored.

    Raises:
        UnusableBackup: Something lies there, or the backup does not hold; then
            nothing is left in the folder.
    """
    if into.exists() and any(into.iterdir()):
        raise UnusableBackup(f"{into}: is not empty; name another folder")
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        manifest = unpack(path, kind, seed, into, Ticker("Restoring"))
        declare(into)
    except BaseException:
        for left in into.iterdir():
            wipe(left)
        raise
    return manifest


#: Looks at an unpacked backup; gives lines for the operator.
Look = Callable[[Path, Manifest], Sequence[str]]


def check(path: Path, kind: str, seed: SecretBytes, look: Look) -> list[str]:
    """Verify a backup without touching anything but a folder of its own.

    Returns:
        What was found, in lines.

    Raises:
        UnusableBackup: The first thing that does not hold.
    """
    memory = _SHARED_MEMORY if _fits_memory(path) else None
    with tempfile.TemporaryDirectory(dir=memory, prefix="alongside-check-") as name:
        manifest = unpack(path, kind, seed, Path(name), Ticker("Checking"))
        made = time.strftime("%Y-%m-%d", time.gmtime(manifest.day * 86_400))
        lines = [
            f"backup of {kind}, made on {made} by version {manifest.version}",
            *(f"{entry.name}: {entry.size} bytes, whole" for entry in manifest.entries),
            *look(Path(name), manifest),
            f"not in it: {manifest.lacks}",
        ]
        for left in Path(name).iterdir():
            wipe(left)
    return lines


def _fits_memory(path: Path) -> bool:
    # The file itself, what is in it, and the rows of a dump once more.
    needed = 3 * read_header_size(path)
    return _SHARED_MEMORY.is_dir() and shutil.disk_usage(_SHARED_MEMORY).free > needed


def read_header_size(path: Path) -> int:
    """The size of a file that is a backup.

    Raises:
        UnusableBackup: It is none.
    """
    read_header(path)
    return path.stat().st_size


def make_backup_key(out: Path) -> Path:
    """Make a private key to keep away from the servers, and its public half.

    Returns:
        The public key's file.

    Raises:
        UnusableBackup: A file is there already.
    """
    seed = new_seed()
    public = out.with_name(out.name + ".pub")
    try:
        with new_file(out) as file:
            file.write(seed.reveal().hex().encode() + b"\n")
        with new_file(public) as file:
            file.write(base64.b64encode(sealing_key(seed)) + b"\n")
    except OSError as error:
        raise UnusableBackup(str(error)) from None
    return public


def read_recipient(path: Path) -> SealingKey:
    """The public key for which backups are made.

    Raises:
        UnusableBackup: Not there, or not one.
    """
    try:
        key = SealingKey(base64.b64decode(path.read_bytes().strip(), validate=True))
    except OSError as error:
        raise UnusableBackup(f"{path}: cannot be read: {error.strerror}") from None
    except (binascii.Error, ValueError):
        key = SealingKey(b"")
    if len(key) != SealingKey.size:
        raise UnusableBackup(f"{path}: not a public backup key; see `backup-key`")
    return key


def read_backup_key(path: Path) -> SecretBytes:
    """The private key that opens backups.

    Raises:
        UnusableBackup: Not there, not one, or open to others.
    """
    try:
        if path.stat().st_mode & _OTHERS:
            raise UnusableBackup(f"{path}: open to others; say chmod 600")
        seed = bytes.fromhex(path.read_text("ascii"))
    except (OSError, ValueError):
        seed = b""
    if len(seed) != SEED_BYTES:
        raise UnusableBackup(f"{path}: not a private backup key")
    return SecretBytes(seed)
