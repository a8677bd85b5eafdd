"""The vault: one fixed-size ciphertext only the words can open (§V)."""

from escrow.messages.codec import Blob, Counter, Digest, Message, PublicKey


class VaultWrite(Message, frozen=True, tag="vault-write/1"):
    """Replace the vault's ciphertext; signed by the vault key (§V3).

    `counter` rises with every write, so that an old write cannot be replayed.
    """

    vault_id: Digest
    key: PublicKey
    counter: Counter
    ciphertext: Blob


class Vault(Message, frozen=True, tag="vault/1"):
    """A vault as stored."""

    vault_id: Digest
    counter: Counter
    ciphertext: Blob
