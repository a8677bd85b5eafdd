"""A trustee's tables, and the steps that lead to them.

A change here needs a migration; as long as nothing is deployed the initial one is
written anew by `make migrations`.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from escrow.operation.database.daily_rewriting import rewriting_table
from escrow.operation.database.migrate import Schema

METADATA: Final = MetaData()
#: SQLite gives a position of its own to this type alone.
_POSITION: Final = BigInteger().with_variant(Integer, "sqlite")

RECORD: Final = Table(
    "record",
    METADATA,
    Column("name", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
LOG: Final = Table(
    "log_entry",
    METADATA,
    Column("position", _POSITION, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
TALLY: Final = Table(
    "tally",
    METADATA,
    Column("day", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String, primary_key=True),
    Column("count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
OUTBOX: Final = Table(
    "outbox",
    METADATA,
    Column("position", _POSITION, primary_key=True),
    Column("letter", LargeBinary),
    Column("acknowledged", LargeBinary),
)
REWRITING: Final = rewriting_table("trustee_rewriting", METADATA)
OWNER: Final = Table(
    "trustee_owner",
    METADATA,
    Column("one", BigInteger, primary_key=True, autoincrement=False),
    Column("mark", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

SCHEMA: Final = Schema(
    name="trustee",
    metadata=METADATA,
    owner=OWNER,
    migrations=Path(__file__).parent / "migrations",
    head="1",
)
