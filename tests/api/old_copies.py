"""Copies of a server's database, to be brought back as an old backup is."""

import shutil
from pathlib import Path

from api.backup import declare_database
from escrow.messages.codec import Nonce, decode
from escrow.messages.mailbox import Work
from escrow.messages.recovery import RecordsWanted
from escrow.operation.database.look import look
from tests.databases import name_of


class Copies:
    """Copies of a closed database, whichever it is."""

    def __init__(self, server):
        self._server = server

    def keep(self, world):
        """The database as it is now."""
        world.close()
        if isinstance(world.config.database, Path):
            path = world.config.database
            shutil.copy(path, path.with_suffix(".kept"))
        else:
            name = name_of(world.config.database_url)
            self._server().sql(f"CREATE DATABASE {name}_kept TEMPLATE {name}")
        world.open()

    def bring_back(self, world, *, declared=True):
        """The copy takes the database's place; by default it is declared."""
        world.close()
        if isinstance(world.config.database, Path):
            path = world.config.database
            for old in path.parent.glob("api.sqlite3*"):
                old.unlink()
            shutil.copy(path.with_suffix(".kept"), path)
        else:
            name = name_of(world.config.database_url)
            self._server().sql(f"DROP DATABASE {name} WITH (FORCE)")
            self._server().sql(f"ALTER DATABASE {name}_kept RENAME TO {name}")
        if declared:
            declare_database(world.config.database)
        world.open()


def state(world):
    return world.client.get("/v1/health").json()["state"]


def stored(world, submission):
    piece = bytes(submission.parts[0][200:232])
    if world.config.database_url:
        # What PostgreSQL's files keep of erased rows: see test_rewriting.
        rows = look(world.config.database, "SELECT standing FROM report")
        return any(piece in (standing or b"") for (standing,) in rows)
    return piece in world.stored_bytes()


def a_question(world, recipient):
    return RecordsWanted(
        deployment_id=Nonce(world.deployment.deployment_id),
        recipient=recipient,
        nonce=Nonce(bytes(range(16))),
    )


def decoded(item):
    return decode(item.body, Work)
