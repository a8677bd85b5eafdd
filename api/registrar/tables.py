"""The registrar's tables, and the steps that lead to them."""

from pathlib import Path
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from escrow.operation.database.daily_rewriting import rewriting_table
from escrow.operation.database.migrate import Schema

METADATA = MetaData()
PERSON = Table(
    "person",
    METADATA,
    Column("person", LargeBinary, primary_key=True),
    Column("pseudonym", LargeBinary, nullable=False),
    Column("month", BigInteger, nullable=False),
    Column("level", String(64), nullable=False),
    sqlite_with_rowid=False,
)
DEDUPE = Table(
    "dedupe_tag",
    METADATA,
    Column("tag", LargeBinary, primary_key=True),
    Column("person", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
PENDING = Table(
    "pending_deletion",
    METADATA,
    Column("reference", LargeBinary, primary_key=True),
    Column("provider", String(64), nullable=False),
    Column("day", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
VOUCHER = Table(
    "voucher",
    METADATA,
    Column("voucher", LargeBinary, primary_key=True),
    # Of a voucher that was used only its digest and the month stay.
    Column("month", BigInteger),
    Column("referee", LargeBinary),
    Column("last_day", BigInteger),
    Column("sealed", LargeBinary),
    # The check that uses it now.
    Column("reference", LargeBinary),
    sqlite_with_rowid=False,
)
VOUCHER_COUNT = Table(
    "voucher_count",
    METADATA,
    Column("referee", LargeBinary, primary_key=True),
    Column("year", BigInteger, primary_key=True, autoincrement=False),
    Column("made", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
REWRITING = rewriting_table("registrar_rewriting", METADATA)
OWNER = Table(
    "registrar_owner",
    METADATA,
    Column("one", BigInteger, primary_key=True, autoincrement=False),
    Column("mark", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

SCHEMA: Final = Schema(
    name="registrar",
    metadata=METADATA,
    owner=OWNER,
    migrations=Path(__file__).parent / "migrations",
    head="1",
)
