"""A trustee comes back with the files of an earlier day."""

import sqlite3
from contextlib import closing

from keyservice.handlers.recovery import declare_restored


class Copy:
    """A trustee's file as it was at one moment."""

    def __init__(self, world, index):
        self.world, self.index = world, index
        self.path = world.folder / f"opening-{index}.sqlite"
        self.kept = world.folder / f"copy-{index}.sqlite"
        with (
            closing(sqlite3.connect(self.path)) as source,
            closing(sqlite3.connect(self.kept)) as target,
        ):
            source.backup(target)

    async def bring_back(self, *, declared=True):
        """The trustee runs on the old file; by default it is told so."""
        world, place = self.world, self.index - 1
        with (
            closing(sqlite3.connect(self.kept)) as source,
            closing(sqlite3.connect(self.path)) as target,
        ):
            source.backup(target)
        if declared:
            async with world.stores[place].transaction() as ledger:
                await declare_restored(ledger)
        world.pollers[place] = world._poller(world.stores[place], world.queues[place])
