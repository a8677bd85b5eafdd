"""Whose database it is: one that belongs to another deployment is refused."""

from sqlalchemy import Column, Connection, Table, insert, select

from blind_index.errors import InputError

_ONLY = 1


def check_owner(connection: Connection, owner: Table, mark: bytes) -> None:
    """Mark a new database as one's own; refuse one with another mark.

    Args:
        connection: In the transaction that made the tables.
        owner: The table of the mark.
        mark: Tells deployments apart, and tells nothing else: it is not secret.

    Raises:
        InputError: The database is somebody else's.
    """
    column: Column[object] = owner.c.mark
    found = connection.execute(select(column)).scalar_one_or_none()
    if found is None:
        connection.execute(insert(owner).values(one=_ONLY, mark=mark))
    elif found != mark:
        raise InputError(
            "database",
            "belongs to another deployment, or was made with other keys",
            "Name the database that belongs to this configuration.",
        )
