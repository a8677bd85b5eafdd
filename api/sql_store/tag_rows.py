"""The index of tags: sealed rows in buckets, under random names."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import TAG_BUCKETS, TAG_ROW
from blind_index.randomness import Randomness
from escrow.messages.codec import Nonce
from escrow.server.tag_index import Buckets

_ONLY = 1


class SqlTagRows:
    """`api.ports.TagRows` on one transaction."""

    def __init__(self, connection: AsyncConnection, randomness: Randomness) -> None:
        self._connection = connection
        self._randomness = randomness

    async def buckets(self) -> Buckets:
        """How far splitting has come."""
        row = (await self._connection.execute(select(TAG_BUCKETS))).one_or_none()
        return Buckets() if row is None else Buckets(row.bits, row.split, row.rows)

    async def set_buckets(self, buckets: Buckets) -> None:
        """Note how far splitting has come."""
        values = {"bits": buckets.bits, "split": buckets.split, "rows": buckets.rows}
        changed = await self._connection.execute(update(TAG_BUCKETS).values(values))
        if not changed.rowcount:
            await self._connection.execute(
                insert(TAG_BUCKETS).values(one=_ONLY, **values)
            )

    async def add(self, rows: Sequence[tuple[int, bytes]]) -> list[Nonce]:
        """Store rows, each bucket and sealed; returns their random names in order."""
        names = [Nonce(self._randomness(16)) for _ in rows]
        if rows:
            await self._connection.execute(
                insert(TAG_ROW),
                [
                    {"name": name, "bucket": bucket, "sealed": sealed}
                    for name, (bucket, sealed) in zip(names, rows, strict=True)
                ],
            )
        return names

    async def in_bucket(self, bucket: int) -> Mapping[Nonce, bytes]:
        """Every row of a bucket, by name."""
        query = select(TAG_ROW.c.name, TAG_ROW.c.sealed).where(
            TAG_ROW.c.bucket == bucket
        )
        rows = await self._connection.execute(query)
        return {Nonce(name): sealed for name, sealed in rows}

    async def in_buckets(self, buckets: Collection[int]) -> Sequence[tuple[int, bytes]]:
        """Bucket and content of every row of these buckets."""
        query = select(TAG_ROW.c.bucket, TAG_ROW.c.sealed).where(
            TAG_ROW.c.bucket.in_(buckets)
        )
        # Thousands of rows at once: fetching one after the other takes twice as long.
        return [*(await self._connection.execute(query)).all()]

    async def named(self, names: Sequence[Nonce]) -> list[bytes]:
        """The rows of these names."""
        query = select(TAG_ROW.c.sealed).where(TAG_ROW.c.name.in_(names))
        return list((await self._connection.execute(query)).scalars())

    async def move(self, names: Sequence[Nonce], bucket: int) -> None:
        """Put rows in another bucket."""
        await self._connection.execute(
            update(TAG_ROW).where(TAG_ROW.c.name.in_(names)).values(bucket=bucket)
        )

    async def remove(self, names: Sequence[Nonce]) -> None:
        """Delete the rows of these names."""
        await self._connection.execute(delete(TAG_ROW).where(TAG_ROW.c.name.in_(names)))
