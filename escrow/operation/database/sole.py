"""One process for a piece of work on a folder: a second one is refused."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blind_index.errors import InputError


@contextmanager
def sole_process(
    folder: Path,
    advice: str,
    *,
    lock: str = "lock",
    taken: tuple[str, str] = ("data_dir", "is in use by another process"),
) -> Iterator[None]:
    """Hold a folder until the end; the system lets go of it when a process dies.

    Args:
        folder: Of the data; it exists.
        advice: What to do instead of starting a second one.
        lock: The file that stands for the work; it stays, and says nothing.
        taken: The setting, and what is wrong with it, where another process is there.

    Raises:
        InputError: Another process does this work.
    """
    with (folder / lock).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(*taken, advice) from None
        yield
