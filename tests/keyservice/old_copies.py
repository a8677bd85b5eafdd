"""A trustee comes back with the database of an earlier day."""

from sqlalchemy import delete, insert, select

from keyservice.handlers.recovery import declare_restored
from keyservice.tables import METADATA


class Copy:
    """Every row of a trustee's database as it was at one moment."""

    def __init__(self, world, index, rows):
        self.world, self.index, self.rows = world, index, rows

    async def bring_back(self, *, declared=True):
        """The trustee runs on the old rows; by default it is told so."""
        world, place = self.world, self.index - 1
        async with world.stores[place].transaction() as ledger:
            for table, rows in self.rows.items():
                await ledger._connection.execute(delete(table))
                if rows:
                    await ledger._connection.execute(insert(table), rows)
            if declared:
                await declare_restored(ledger)
        world.pollers[place] = world._poller(world.stores[place], world.queues[place])


async def copy_of(world, index):
    """What a trustee's database holds now."""
    rows = {}
    async with world.stores[index - 1].transaction() as ledger:
        for table in METADATA.sorted_tables:
            found = await ledger._connection.execute(select(table))
            rows[table] = [dict(row) for row in found.mappings()]
    return Copy(world, index, rows)
