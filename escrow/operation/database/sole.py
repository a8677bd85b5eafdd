"""One process on a folder: a second one is refused, whoever starts it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blind_index.errors import InputError


@contextmanager
def sole_process(folder: Path, advice: str) -> Iterator[None]:
    """Hold a folder until the end; the system lets go of it when a process dies.

    Args:
        folder: Of the data; it exists.
        advice: What to do instead of starting a second one.

    Raises:
        InputError: Another process holds it.
    """
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(
                "data_dir", "is in use by another process", advice
            ) from None
        yield
