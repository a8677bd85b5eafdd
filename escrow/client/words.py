"""Seven words that bring a person back from any device (§V1).

The list is the EFF's long word list (7,776 words), handed in by the shell: seven
words are about 90 bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from blind_index.errors import InputError
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.stretch import StretchParameters, stretch_secret
from blind_index.transcript import derive_key, digest
from escrow.messages.codec import Digest, PublicKey
from escrow.signing import public_key

WORD_COUNT = 7
# Part of the vault's format: a change is a new format, tried beside the old.
VAULT_STRETCH = StretchParameters(memory_kib=64 * 1024, passes=3)


def generate_words(
    word_list: Sequence[str], *, randomness: Randomness = SYSTEM
) -> tuple[str, ...]:
    """Seven words, uniform and independent; draws 16 bytes for each.

    128 bits modulo the list's length leave a bias below 2^-114.
    """
    return tuple(
        word_list[int.from_bytes(randomness(16)) % len(word_list)]
        for _ in range(WORD_COUNT)
    )


def read_words(text: str, word_list: Sequence[str]) -> tuple[str, ...]:
    """The words as typed: capitals, commas and line breaks do not matter.

    Raises:
        InputError: Not seven, or one that is not on the list; the advice names
            its place and words that look like it.
    """
    words = tuple(text.lower().replace(",", " ").split())
    known = set(word_list)
    for place, word in enumerate(words, 1):
        if word not in known:
            close = get_close_matches(word, word_list, n=3)
            advice = f"Did you mean {', '.join(close)}?" if close else ""
            raise InputError("words", f"word {place} is not on the list", advice)
    if len(words) != WORD_COUNT:
        raise InputError("words", f"{WORD_COUNT} words are needed, in their order")
    return words


@dataclass(frozen=True)
class VaultKeys:
    """What follows from the words: where the vault is, and its two keys.

    `seed` (Ed25519, 32 bytes) signs writes; `cipher_key` (32 bytes) seals.
    """

    seed: SecretBytes
    cipher_key: SecretBytes

    @property
    def key(self) -> PublicKey:
        """The vault's public key."""
        return public_key(self.seed)

    @property
    def vault_id(self) -> Digest:
        """The name under which the API keeps the vault."""
        return vault_id(self.key)


def vault_id(key: PublicKey) -> Digest:
    """H(vault public key)."""
    return Digest(digest(Label.VAULT_ID, key))


def vault_keys(words: Sequence[str]) -> VaultKeys:
    """Stretch the words to a root and derive every key; takes a moment.

    There is no salt of the person's own, since she brings nothing but the
    words; 90 bits make a table useless.
    """
    secret = SecretBytes(" ".join(words).encode())
    salt = digest(Label.VAULT_ROOT)[:16]
    root = stretch_secret(secret, salt, VAULT_STRETCH)
    return VaultKeys(
        derive_key(root, Label.VAULT_KEY), derive_key(root, Label.VAULT_CIPHERTEXT)
    )
