"""Vaults by id."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.sql_store.tables import VAULT
from escrow.messages.codec import Blob, Digest
from escrow.messages.vault import Vault


class SqlVaults:
    """`api.ports.Vaults` on one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, vault_id: Digest) -> Vault | None:
        """The vault of this id, if it was ever written."""
        query = select(VAULT).where(VAULT.c.vault_id == vault_id)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Vault(
            vault_id=Digest(row.vault_id),
            counter=row.counter,
            ciphertext=Blob(row.ciphertext),
        )

    async def put(self, vault: Vault) -> None:
        """Replace the vault of this id."""
        await self._connection.execute(
            delete(VAULT).where(VAULT.c.vault_id == vault.vault_id)
        )
        await self._connection.execute(
            insert(VAULT).values(
                vault_id=vault.vault_id,
                counter=vault.counter,
                ciphertext=vault.ciphertext,
            )
        )
