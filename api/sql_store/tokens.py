"""Submission tokens: granted per pseudonym, spent per submission."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import GRANT, SPENT
from escrow.messages.codec import Digest, Nonce, PublicKey


class SqlTokens:
    """`api.ports.Tokens` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def granted(
        self, registrar: PublicKey, pseudonym: Nonce, first_day: int
    ) -> Mapping[Digest, int]:
        """Tokens granted since a day, by request."""
        query = select(GRANT.c.request, GRANT.c.tokens).where(
            GRANT.c.registrar == registrar,
            GRANT.c.pseudonym == pseudonym,
            GRANT.c.day >= first_day,
        )
        rows = await self._connection.execute(query)
        return {Digest(row.request): row.tokens for row in rows}

    async def add_grant(
        self, who: tuple[PublicKey, Nonce], request: Digest, tokens: int, day: int
    ) -> None:
        """Count a grant to a registrar's pseudonym."""
        await self._connection.execute(
            insert(GRANT).values(
                registrar=who[0],
                pseudonym=who[1],
                request=request,
                tokens=tokens,
                day=day,
            )
        )

    async def forget_before(self, day: int) -> None:
        """Forget grants that no longer count."""
        await self._connection.execute(delete(GRANT).where(GRANT.c.day < day))

    async def paid_for(self, name: Digest) -> Digest | None:
        """The submission for which a token was spent."""
        query = select(SPENT.c.header_digest).where(SPENT.c.name == name)
        found = (await self._connection.execute(query)).scalar_one_or_none()
        return None if found is None else Digest(found)

    async def spend(self, name: Digest, header_digest: Digest) -> None:
        """Remember a token as spent; the same spending again is nothing new."""
        if await self.paid_for(name) is None:
            await self._connection.execute(
                insert(SPENT).values(name=name, header_digest=header_digest)
            )
