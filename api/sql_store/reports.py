"""Reports: what stands of them, and their ciphertext."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from api.ports import ReportContents, ReportEntry
from api.sql_store.tables import REPORT
from escrow.messages.codec import Blob, Digest, PublicKey, Signed, decode, encode
from escrow.server.filing import StoredReport

_ENTRY = (
    REPORT.c.report_key,
    REPORT.c.version,
    REPORT.c.header_digest,
    REPORT.c.withdrawn,
    REPORT.c.match_threshold,
    REPORT.c.witness,
    REPORT.c.expiry_month,
    REPORT.c.tag_rows,
)
_CONTENTS = ("header", "standing", "lock", "contact", "nudge")
# SQLite takes some thousand parameters at most.
_AT_ONCE = 500


def _entry(row: Any) -> ReportEntry:  # noqa: ANN401 - a row's columns are untyped
    return ReportEntry(
        stored=StoredReport(
            report_key=PublicKey(row.report_key),
            version=row.version,
            witness=row.witness,
            header_digest=Digest(row.header_digest),
            withdrawn=row.withdrawn,
        ),
        match_threshold=row.match_threshold,
        expiry_month=row.expiry_month,
        tag_rows=row.tag_rows,
    )


def report_row(
    entry: ReportEntry, contents: ReportContents, day: int
) -> dict[str, Any]:
    """A report as its table holds it, by column."""
    parts = (encode(contents.header), *contents.parts)
    return _entry_row(entry, day) | dict(zip(_CONTENTS, parts, strict=True))


def _entry_row(entry: ReportEntry, day: int) -> dict[str, Any]:
    stored = entry.stored
    return {
        "report_key": stored.report_key,
        "version": stored.version,
        "header_digest": stored.header_digest,
        "match_threshold": entry.match_threshold,
        "witness": stored.witness,
        "expiry_month": entry.expiry_month,
        "day": day,
        "withdrawn": stored.withdrawn,
        "tag_rows": entry.tag_rows,
        "overtaken_at": 0,
    }


class SqlReports:
    """`api.ports.Reports` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, report_key: PublicKey) -> ReportEntry | None:
        """What stands of the report under this key."""
        found = await self.several([report_key])
        return found.get(report_key)

    async def by_digest(self, header_digest: Digest) -> ReportEntry | None:
        """The report whose current version this is."""
        query = select(*_ENTRY).where(REPORT.c.header_digest == header_digest)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _entry(row)

    async def several(
        self, keys: Collection[PublicKey]
    ) -> Mapping[PublicKey, ReportEntry]:
        """What stands of these reports; unknown keys are left out."""
        wanted, found = list(keys), {}
        for first in range(0, len(wanted), _AT_ONCE):
            some = wanted[first : first + _AT_ONCE]
            query = select(*_ENTRY).where(REPORT.c.report_key.in_(some))
            for row in await self._connection.execute(query):
                found[PublicKey(row.report_key)] = _entry(row)
        return found

    async def contents(self, report_key: PublicKey) -> ReportContents | None:
        """Header and ciphertexts; None once withdrawn."""
        query = select(REPORT).where(REPORT.c.report_key == report_key)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None or row.withdrawn:
            return None
        return ReportContents(
            header=decode(row.header, Signed),
            parts=(
                Blob(row.standing),
                Blob(row.lock),
                Blob(row.contact),
                Blob(row.nudge),
            ),
        )

    async def header(self, report_key: PublicKey) -> Signed | None:
        """The header alone; None once withdrawn."""
        query = select(REPORT.c.header).where(REPORT.c.report_key == report_key)
        header = (await self._connection.execute(query)).scalar_one_or_none()
        return None if header is None else decode(header, Signed)

    async def put(self, entry: ReportEntry, contents: ReportContents, day: int) -> None:
        """Store a version; the one before it is gone."""
        await self._connection.execute(
            delete(REPORT).where(REPORT.c.report_key == entry.stored.report_key)
        )
        await self._connection.execute(
            insert(REPORT).values(report_row(entry, contents, day))
        )

    async def set_tag_rows(self, report_key: PublicKey, sealed: bytes | None) -> None:
        """Note which rows of the tag index are this report's, sealed."""
        await self._connection.execute(
            update(REPORT)
            .where(REPORT.c.report_key == report_key)
            .values(tag_rows=sealed)
        )

    async def erase(self, report_key: PublicKey, version: int) -> None:
        """Leave nothing but the key, the withdrawal's version and its fact."""
        await self._connection.execute(
            update(REPORT)
            .where(REPORT.c.report_key == report_key)
            .values(
                version=version,
                header=None,
                standing=None,
                lock=None,
                contact=None,
                nudge=None,
                tag_rows=None,
                withdrawn=True,
            )
        )

    async def overtake(self, report_key: PublicKey, trustee: int) -> int:
        """Note that a trustee holds a newer version; how many do."""
        query = select(REPORT.c.overtaken_at).where(REPORT.c.report_key == report_key)
        bits: int = (await self._connection.execute(query)).scalar_one() | 1 << trustee
        await self._connection.execute(
            update(REPORT)
            .where(REPORT.c.report_key == report_key)
            .values(overtaken_at=bits)
        )
        return bits.bit_count()

    async def forget(self, report_key: PublicKey) -> None:
        """Leave nothing at all: another version is in force, and not here."""
        await self._connection.execute(
            delete(REPORT).where(REPORT.c.report_key == report_key)
        )

    async def bury(self, report_key: PublicKey, version: int, day: int) -> None:
        """Note a withdrawal of what is not here, so that erasures have their place."""
        entry = ReportEntry(
            stored=StoredReport(
                report_key=report_key,
                version=version,
                witness=False,
                # Of which version nobody knows here: this is the digest of none.
                header_digest=Digest(report_key),
                withdrawn=True,
            ),
            match_threshold=0,
            expiry_month=0,
            tag_rows=None,
        )
        row = _entry_row(entry, day) | dict.fromkeys(_CONTENTS)
        await self._connection.execute(insert(REPORT).values(row))

    async def expired(self, month: int) -> list[PublicKey]:
        """Reports whose last month lies before this one."""
        query = select(REPORT.c.report_key).where(
            REPORT.c.expiry_month < month, REPORT.c.withdrawn.is_(False)
        )
        rows = await self._connection.execute(query)
        return [PublicKey(key) for key in rows.scalars()]
