"""Bring a database's tables up to this program: Alembic, in one transaction.

It happens when the program starts, and by `migrate` before that, if an operator
likes to see it happen. Whoever does it is alone: on both databases the transaction
begins with the writers' lock. SQLite and PostgreSQL both undo what was created when a
transaction does not end, so a kill at any statement leaves the schema that was there.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, inspect, text

from blind_index.errors import InputError


@dataclass(frozen=True)
class Schema:
    """One program's tables and the way to them.

    Attributes:
        name: Of the program; its version stands in the table `NAME_version`, so
            that two may share a database.
        metadata: The tables as this program wants them.
        owner: The table of the mark that tells deployments apart.
        migrations: The folder of its steps.
        head: The newest step.
    """

    name: str
    metadata: MetaData
    owner: Table
    migrations: Path
    head: str

    @property
    def version_table(self) -> str:
        """Where the version stands."""
        return f"{self.name}_version"


def version_of(connection: Connection, schema: Schema) -> str | None:
    """The version of the tables that are there; None if there are none."""
    if not inspect(connection).has_table(schema.version_table):
        return None
    query = text(f"SELECT version_num FROM {schema.version_table}")  # noqa: S608
    return connection.execute(query).scalar_one_or_none()


def migrate(connection: Connection, schema: Schema) -> bool:
    """Bring the tables up to date; whether there was anything to do.

    Raises:
        InputError: They are of a version that this program does not know.
    """
    found = version_of(connection, schema)
    if found == schema.head:
        return False
    # Alembic takes half a second to load; most starts do not need it.
    from alembic.config import Config  # noqa: PLC0415
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    script = ScriptDirectory(
        str(schema.migrations), version_locations=[str(schema.migrations)]
    )
    if found not in {None, *(step.revision for step in script.walk_revisions())}:
        raise InputError(
            "database",
            "was made by a newer version of this program",
            "Install that version again; the tables were not touched.",
        )
    steps = EnvironmentContext(
        Config(),
        script,
        fn=lambda at, _: script._upgrade_revs("head", at),  # noqa: SLF001
    )
    with steps:
        steps.configure(
            connection=connection,
            target_metadata=schema.metadata,
            version_table=schema.version_table,
            transactional_ddl=True,
        )
        steps.run_migrations()
    return True
