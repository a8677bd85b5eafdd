"""Ceremony posts, the manifest, the trustees' box keys."""

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import BOX_KEY, CEREMONY, CEREMONY_POST, MANIFEST
from escrow.messages.codec import Signed, decode, encode
from escrow.messages.deployment import SignedManifest

_ONLY = 1


class SqlBeginnings:
    """`api.ports.Beginnings` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def attempt(self) -> int:
        """Which attempt at the ceremony is under way; 1 for the first."""
        found = await self._connection.execute(select(CEREMONY.c.attempt))
        return found.scalar_one_or_none() or 1

    async def raise_attempt(self) -> int:
        """Begin the next attempt."""
        attempt = await self.attempt() + 1
        await self._connection.execute(delete(CEREMONY))
        await self._connection.execute(
            insert(CEREMONY).values(one=_ONLY, attempt=attempt)
        )
        return attempt

    async def posts(self) -> list[Signed]:
        """Everything posted in the attempt under way, in order."""
        query = (
            select(CEREMONY_POST.c.body)
            .where(CEREMONY_POST.c.attempt == await self.attempt())
            .order_by(CEREMONY_POST.c.sequence)
        )
        rows = await self._connection.execute(query)
        return [decode(body, Signed) for body in rows.scalars()]

    async def add_post(self, signed: Signed) -> None:
        """Put a post on the board of the attempt under way."""
        attempt = await self.attempt()
        last = await self._connection.execute(
            select(func.max(CEREMONY_POST.c.sequence)).where(
                CEREMONY_POST.c.attempt == attempt
            )
        )
        await self._connection.execute(
            insert(CEREMONY_POST).values(
                attempt=attempt,
                sequence=(last.scalar_one() or 0) + 1,
                body=encode(signed),
            )
        )

    async def manifest(self) -> SignedManifest | None:
        """The manifest, once the ceremony is over."""
        found = await self._connection.execute(select(MANIFEST.c.body))
        body = found.scalar_one_or_none()
        return None if body is None else decode(body, SignedManifest)

    async def set_manifest(self, manifest: SignedManifest) -> None:
        """Publish the manifest."""
        await self._connection.execute(delete(MANIFEST))
        await self._connection.execute(
            insert(MANIFEST).values(one=_ONLY, body=encode(manifest))
        )

    async def box_keys(self, day: int) -> list[Signed]:
        """The trustees' box keys that may be used on this day, by trustee."""
        query = (
            select(BOX_KEY.c.body)
            .where(BOX_KEY.c.last_day >= day)
            .order_by(BOX_KEY.c.trustee)
        )
        rows = await self._connection.execute(query)
        return [decode(body, Signed) for body in rows.scalars()]

    async def put_box_key(self, index: int, signed: Signed, last_day: int) -> None:
        """Replace a trustee's box key."""
        await self._connection.execute(
            delete(BOX_KEY).where(BOX_KEY.c.trustee == index)
        )
        await self._connection.execute(
            insert(BOX_KEY).values(
                trustee=index, body=encode(signed), last_day=last_day
            )
        )
