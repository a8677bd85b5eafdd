"""A trustee comes back with the database of an earlier day."""

from sqlalchemy import delete, insert, select

from blind_index.secret import SecretBytes
from escrow.messages.codec import Digest, PublicKey
from escrow.signing import public_key
from escrow.trustee.boxes import HeldReport
from keyservice.handlers.recovery import declare_restored
from keyservice.ports import HELD, RECOVERY
from keyservice.tables import METADATA
from tests.world.world import DAY


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


async def held_of(world, index, name):
    seed = world.survivors[name].reports["first"].report_seed
    key = public_key(SecretBytes(bytes(seed)))
    async with world.stores[index - 1].transaction() as ledger:
        return await ledger.load(HELD, key)


async def recovering(world, index):
    async with world.stores[index - 1].transaction() as ledger:
        return await ledger.load(RECOVERY)


async def file(world, *names):
    for name in names:
        world.file(name)
    await world.work()


def a_report(number):
    """What a trustee may hold of some report in its first version."""
    return HeldReport(
        report_key=PublicKey(bytes([number % 251]) * 32),
        version=1,
        witness=0,
        header_digest=Digest(bytes(32)),
        expiry_month=24_000,
        accepted_day=DAY,
        sequence=number,
        shares=(bytes(32),) * 4,
    )
