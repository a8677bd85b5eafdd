"""Who may write a vault, and in which order (§V3)."""

from blind_index.labels import Label
from blind_index.transcript import digest
from escrow import aead
from escrow.errors import ConflictingReport, MalformedMessage, NotFound
from escrow.messages.codec import Digest, PublicKey, Signed
from escrow.messages.vault import Vault, VaultWrite
from escrow.padding import VAULT_BYTES
from escrow.signing import open_signed, peek

MAX_COUNTER = 2**53 - 1


def vault_id_of(key: PublicKey) -> Digest:
    """The name of the vault that this key writes."""
    return Digest(digest(Label.VAULT_ID, key))


def check_write(signed: Signed) -> Vault:
    """Verify a write; returns the vault as it would stand.

    Raises:
        InvalidSignature: Not signed by the vault's key.
        MalformedMessage: A counter or a ciphertext out of range.
        NotFound: The key is not the one of this vault.
    """
    key = peek(signed, VaultWrite, culprit="client").key
    write = open_signed(signed, VaultWrite, Label.VAULT_WRITE, key, culprit="client")
    if write.vault_id != vault_id_of(key):
        raise NotFound("no vault of this key", culprit="client")
    if not 1 <= write.counter <= MAX_COUNTER:
        raise MalformedMessage("a counter out of range", culprit="client")
    if len(write.ciphertext) != VAULT_BYTES + aead.OVERHEAD_BYTES:
        raise MalformedMessage("a vault has one size", culprit="client")
    return Vault(
        vault_id=write.vault_id, counter=write.counter, ciphertext=write.ciphertext
    )


def admit_write(stored: Vault | None, written: Vault) -> bool:
    """Whether a write changes anything; the same again does not.

    Raises:
        ConflictingReport: An older write, or another one under this counter.
    """
    if stored is None or written.counter > stored.counter:
        return True
    if written == stored:
        return False
    raise ConflictingReport("the vault was written elsewhere", culprit="client")
