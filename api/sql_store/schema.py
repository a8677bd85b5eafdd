"""The API's tables and the steps that lead to them."""

from pathlib import Path
from typing import Final

from api.sql_store.tables import METADATA, OWNER
from escrow.operation.database.migrate import Schema

SCHEMA: Final = Schema(
    name="api",
    metadata=METADATA,
    owner=OWNER,
    migrations=Path(__file__).parent / "migrations",
    head="1",
)
