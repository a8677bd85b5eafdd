"""A world whose opening trustees have real stores."""

from contextlib import AsyncExitStack

import pytest

from tests.keyservice.keyed_world import KeyedWorld
from tests.keyservice.old_copies import file


@pytest.fixture
async def world(tmp_path, new_database):
    async with AsyncExitStack() as stack:
        keyed = KeyedWorld(tmp_path, stack, new_database=new_database)
        await keyed.start()
        yield keyed


@pytest.fixture
async def trustees(world):
    """Two trustees as their pure steps take them; the first one was restored."""
    await file(world, "ana")
    return world.pollers[0]._trustee, world.pollers[1]._trustee
