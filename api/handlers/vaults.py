"""Vaults: read by whoever knows the id, written with the vault's key (§V3)."""

from api.ports import Store
from escrow.errors import NotFound
from escrow.messages.codec import Digest, Signed
from escrow.messages.vault import Vault
from escrow.server.vaults import admit_write, check_write


async def read_vault(store: Store, vault_id: Digest) -> Vault:
    """The vault of this id.

    Raises:
        NotFound: It was never written.
    """
    async with store.read() as records:
        vault = await records.vaults.get(vault_id)
    if vault is None:
        raise NotFound("no vault of this id", culprit="client")
    return vault


async def write_vault(store: Store, signed: Signed) -> None:
    """Replace a vault by a newer one."""
    written = check_write(signed)
    async with store.begin() as records:
        if admit_write(await records.vaults.get(written.vault_id), written):
            await records.vaults.put(written)
