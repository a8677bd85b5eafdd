"""Many rows at once, into an empty store: for measurements, never for real reports."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.ports import ReportContents, ReportEntry
from api.sql_store.reports import report_row
from api.sql_store.tables import REPORT, TAG_ROW

Row = dict[str, Any]


class SqlBulk:
    """Rows by the thousand on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_reports(
        self, reports: Sequence[tuple[ReportEntry, ReportContents]], day: int
    ) -> None:
        """Store reports, none of which is there."""
        rows = [report_row(entry, contents, day) for entry, contents in reports]
        await self._add(REPORT, rows)

    async def add_tags(self, rows: Sequence[tuple[bytes, int, bytes]]) -> None:
        """Store rows of the index of tags: name, bucket, sealed."""
        named = [{"name": n, "bucket": b, "sealed": s} for n, b, s in rows]
        await self._add(TAG_ROW, named)

    async def count(self) -> None:
        """Let PostgreSQL's planner know how much there is now."""
        if self._connection.dialect.name == "postgresql":
            for table in (REPORT, TAG_ROW):
                await self._connection.execute(text(f'ANALYZE "{table.name}"'))

    async def _add(self, table: Table, rows: Sequence[Row]) -> None:
        if self._connection.dialect.name != "postgresql":
            await self._connection.execute(insert(table), rows)
            return
        # COPY: ten times as fast as any insert.
        raw = await self._connection.get_raw_connection()
        driver: Any = raw.driver_connection
        columns = list(rows[0])
        await driver.copy_records_to_table(
            table.name,
            records=[tuple(row[name] for name in columns) for row in rows],
            columns=columns,
        )
