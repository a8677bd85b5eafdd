"""Files that their owner alone may read, complete before they have their name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

_OWNER_ONLY: Final = 0o600
_ZEROES: Final = bytes(1024 * 1024)


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that appears under its name once it is whole and on the disk.

    Raises:
        FileExistsError: There is one of this name.
    """
    if path.exists():
        raise FileExistsError(f"{path}: is there already")
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with os.fdopen(os.open(unfinished, flags, _OWNER_ONLY), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def wipe(path: Path) -> None:
    """Overwrite a file and remove it.

    A disk that writes elsewhere than it is told keeps the old bytes: only
    encrypting the disk helps against that.
    """
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            left = path.stat().st_size
            while left > 0:
                left -= file.write(_ZEROES[: min(left, len(_ZEROES))])
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
