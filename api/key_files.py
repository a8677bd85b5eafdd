"""The server's own keys: one file each, readable by their owner alone."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from blind_index.errors import InputError
from blind_index.group import Element, Scalar
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from escrow.messages.codec import EncodedElement, SealingKey
from escrow.sealing import sealing_key
from escrow.server.tag_index import TagKeys, tag_keys

ISSUING_KEY: Final = "token.key"
NOTICE_SEED: Final = "notice.key"
STORE_KEY: Final = "store.key"
OPERATOR: Final = "operator.token"
REGISTRAR_SEED: Final = "registrar.key"
DEDUPE_KEY: Final = "dedupe.key"
KEY_BYTES: Final = 32
_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077


@dataclass(frozen=True)
class Keys:
    """What the server holds outside its database.

    `store_key` seals answers and notices at rest; `tag_keys` the index of tags.
    """

    token_key: Scalar
    notice_seed: SecretBytes
    store_key: SecretBytes
    operator_token: SecretBytes

    @property
    def tag_keys(self) -> TagKeys:
        """Both keys of the index, derived from the store key."""
        return tag_keys(self.store_key)

    @property
    def token_public_key(self) -> EncodedElement:
        """What the manifest says of the token key."""
        return EncodedElement(Element.base_multiple(self.token_key).encode())

    @property
    def notice_key(self) -> SealingKey:
        """What the manifest says of the notice seed."""
        return sealing_key(self.notice_seed)


def make_keys(folder: Path, *, randomness: Randomness = SYSTEM) -> None:
    """Make every key file of a server; an existing one is left as it is."""
    make_folder(folder)
    write_once(folder / ISSUING_KEY, Scalar.random(randomness=randomness).encode())
    write_once(folder / NOTICE_SEED, randomness(KEY_BYTES))
    write_once(folder / STORE_KEY, randomness(KEY_BYTES))
    write_once(folder / OPERATOR, randomness(KEY_BYTES).hex().encode() + b"\n")


def make_registrar_keys(folder: Path, *, randomness: Randomness = SYSTEM) -> None:
    """Make a registrar's key files; an existing one is left as it is."""
    make_folder(folder)
    write_once(folder / REGISTRAR_SEED, randomness(KEY_BYTES))
    write_once(folder / DEDUPE_KEY, randomness(KEY_BYTES))


def read_keys(folder: Path) -> Keys:
    """Read a server's keys.

    Raises:
        InputError: A file is missing, damaged, or readable by others.
    """
    return Keys(
        token_key=Scalar.decode(read_key(folder / ISSUING_KEY).reveal()),
        notice_seed=read_key(folder / NOTICE_SEED),
        store_key=read_key(folder / STORE_KEY),
        operator_token=SecretBytes(_read(folder / OPERATOR).strip()),
    )


def read_key(path: Path) -> SecretBytes:
    """Read a key of 32 bytes.

    Raises:
        InputError: Missing, damaged, or readable by others.
    """
    data = _read(path)
    if len(data) != KEY_BYTES:
        raise InputError(path.name, "is not a key of 32 bytes")
    return SecretBytes(data)


def read_secret(path: Path) -> SecretBytes:
    """Read a password or the like: the file's text without white space around it.

    Raises:
        InputError: Missing, empty, or readable by others.
    """
    try:
        if path.stat().st_mode & _OTHERS:
            raise InputError(path.name, "may be read by others", "Set its mode to 600.")
        secret = path.read_bytes().strip()
    except OSError:
        raise InputError(path.name, "is missing or cannot be read") from None
    if not secret:
        raise InputError(path.name, "is empty")
    return SecretBytes(secret)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_mode & _OTHERS:
            raise InputError(path.name, "may be read by others", "Set its mode to 600.")
        return path.read_bytes()
    except OSError:
        raise InputError(
            path.name, "is missing or cannot be read", "Run `init` first."
        ) from None


def make_folder(folder: Path) -> None:
    """Make a folder that its owner alone may enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_once(path: Path, data: bytes) -> None:
    """Write a file that its owner alone may read, unless it is there.

    It appears under its name only when it is complete and on the disk.
    """
    if path.exists():
        return
    partial = path.with_suffix(path.suffix + ".new")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
