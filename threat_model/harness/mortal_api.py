"""The API as a process of its own that kills itself at one of its steps.

    python -m threat_model.harness.mortal_api STEPS LAST GUARD ARGUMENT...

A step is a place around a transaction that may change something: before it, before
it is kept, after it was kept and before anybody hears of it. Each adds a byte to the
file STEPS, once that file is there; at the LAST nothing of the process goes on. What
follows is for `python -m api`; with a guard's name the API runs without it.
"""

import os
import runpy
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from api.sql_store.store import SqlRecords, SqlStore
from threat_model.harness.guards import removed
from threat_model.known_bad.hasty_api import HASTY

_begin = SqlStore.begin


class Life:
    """Counts steps in a file, which outlives the process; ends it at one of them."""

    def __init__(self, steps: str, last: int) -> None:
        self._steps, self._last = steps, last

    def step(self) -> None:
        """Go on; or not."""
        try:
            file = os.open(self._steps, os.O_WRONLY | os.O_APPEND)
        except FileNotFoundError:
            return
        os.write(file, b".")
        taken = os.fstat(file).st_size
        os.close(file)
        if taken == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def mortal(life: Life) -> object:
    """`SqlStore.begin` with a step before, inside and after each transaction."""

    @asynccontextmanager
    async def begin(store: SqlStore) -> AsyncIterator[SqlRecords]:
        life.step()
        async with _begin(store) as records:
            yield records
            life.step()
        life.step()

    return begin


def main(steps: str, last: str, guard: str, *arguments: str) -> None:
    """Be the API until then."""
    SqlStore.begin = mortal(Life(steps, int(last)))  # type: ignore[method-assign,assignment]
    with removed(guard, "O02", HASTY[guard]) if guard else nullcontext():
        sys.argv = ["api", *arguments]
        runpy.run_module("api", run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
