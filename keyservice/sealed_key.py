"""A trustee's secrets at rest: one file, sealed under a passphrase or key file.

What changes later (key share, box seeds, shares of reports) lies in the
database, sealed under the storage key that this file holds.
"""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from blind_index.errors import MisuseError
from blind_index.group import Element, Scalar
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.stretch import StretchParameters, stretch_secret
from escrow.aead import seal, unseal
from escrow.errors import InvalidCiphertext, MalformedMessage
from escrow.messages.codec import (
    Blob,
    EncodedElement,
    EncodedScalar,
    Message,
    Nonce,
    decode,
    encode,
)
from escrow.messages.deployment import TrusteeCard
from escrow.signing import public_key
from keyservice.config import Config, UnusableConfig

KEY_BYTES = 32
#: The name of the sealed secrets in the data directory.
SECRETS = "secrets.json"
#: Argon2id for the passphrase, written into the file: 64 MiB, 3 passes.
DEFAULT_STRETCH = StretchParameters(64 * 1024, 3)
_MOST_MEMORY_KIB = 4 * 1024 * 1024
_MOST_PASSES = 100
_OTHERS = stat.S_IRWXG | stat.S_IRWXO

#: Asks for the passphrase; called only when no key file is configured.
AskPassphrase = Callable[[], SecretBytes]


@dataclass(frozen=True)
class TrusteeSecrets:
    """What makes a trustee itself: never changes after `init`.

    `identity_seed` is an Ed25519 seed, `storage_key` seals the database; 32
    bytes each.
    """

    identity_seed: SecretBytes
    ceremony_secret: Scalar
    storage_key: SecretBytes

    def card(self, config: Config) -> TrusteeCard:
        """What the trustee enrols with (§K1)."""
        ceremony_key = Element.base_multiple(self.ceremony_secret)
        return TrusteeCard(
            role=config.role,
            name=config.name,
            url=config.url,
            identity_key=public_key(self.identity_seed),
            ceremony_key=EncodedElement(ceremony_key.encode()),
        )


class _Content(Message, frozen=True, tag="trustee-secrets/1"):
    """The plaintext of the file."""

    identity_seed: Blob
    ceremony_secret: EncodedScalar
    storage_key: Blob


class SealedFile(Message, frozen=True, tag="sealed-key/1"):
    """The file: how the key follows from a passphrase, and the ciphertext.

    `memory_kib` and `passes` are 0 when the key comes from a key file.
    """

    memory_kib: int
    passes: int
    salt: Nonce
    ciphertext: Blob


def secrets_path(config: Config) -> Path:
    """Where the sealed secrets lie."""
    return config.data_dir / SECRETS


def make_secrets(
    config: Config,
    ask: AskPassphrase,
    stretch: StretchParameters = DEFAULT_STRETCH,
    *,
    randomness: Randomness = SYSTEM,
) -> TrusteeSecrets:
    """Draw a trustee's secrets and seal them; makes the key file if configured.

    Raises:
        UnusableConfig: There are secrets already, or the key file is open to
            others.
    """
    path = secrets_path(config)
    if path.exists():
        raise UnusableConfig(f"{path}: this trustee has its secrets already")
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = TrusteeSecrets(
        SecretBytes(randomness(32)),
        Scalar.random(randomness),
        SecretBytes(randomness(32)),
    )
    salt = Nonce(randomness(16))
    if config.key_file is not None:
        if not config.key_file.exists():
            _write_new(config.key_file, randomness(KEY_BYTES))
        key, cost = read_key_file(config.key_file), (0, 0)
    else:
        key = stretch_secret(ask(), salt, stretch)
        cost = (stretch.memory_kib, stretch.passes)
    _write_new(path, encode(_seal_secrets(made, key, cost, salt, randomness)))
    return made


def _seal_secrets(
    secrets: TrusteeSecrets,
    key: SecretBytes,
    cost: tuple[int, int],
    salt: Nonce,
    randomness: Randomness,
) -> SealedFile:
    content = _Content(
        identity_seed=Blob(secrets.identity_seed.reveal()),
        ceremony_secret=EncodedScalar(secrets.ceremony_secret.encode()),
        storage_key=Blob(secrets.storage_key.reveal()),
    )
    ciphertext = seal(
        key,
        encode(content),
        Label.SEALED_KEY,
        *_binding(cost, salt),
        randomness=randomness,
    )
    return SealedFile(
        memory_kib=cost[0], passes=cost[1], salt=salt, ciphertext=Blob(ciphertext)
    )


def _binding(cost: tuple[int, int], salt: bytes) -> tuple[bytes, ...]:
    return *(number.to_bytes(8, "big") for number in cost), salt


def open_secrets(config: Config, ask: AskPassphrase) -> TrusteeSecrets:
    """Unseal a trustee's secrets.

    Raises:
        UnusableConfig: No secrets yet, an open key file, a wrong passphrase, or
            an altered file.
    """
    path = secrets_path(config)
    try:
        sealed = decode(path.read_bytes(), SealedFile)
        key = _key(config, sealed, ask)
        cost = (sealed.memory_kib, sealed.passes)
        binding = _binding(cost, sealed.salt)
        plaintext = unseal(key, sealed.ciphertext, Label.SEALED_KEY, *binding)
        content = decode(plaintext, _Content)
    except FileNotFoundError:
        raise UnusableConfig(f"{path}: not there; run `init` first") from None
    except MalformedMessage:
        raise UnusableConfig(f"{path}: not a file of sealed secrets") from None
    except InvalidCiphertext:
        raise UnusableConfig(
            f"{path}: does not open: wrong passphrase or key file, or altered"
        ) from None
    return TrusteeSecrets(
        SecretBytes(content.identity_seed),
        Scalar.decode(content.ceremony_secret),
        SecretBytes(content.storage_key),
    )


def _key(config: Config, sealed: SealedFile, ask: AskPassphrase) -> SecretBytes:
    if sealed.passes == 0:
        if config.key_file is None:
            raise UnusableConfig("sealed under a key file, but none is configured")
        return read_key_file(config.key_file)
    if sealed.memory_kib > _MOST_MEMORY_KIB or sealed.passes > _MOST_PASSES:
        raise MalformedMessage("Argon2id parameters out of range")
    try:
        parameters = StretchParameters(sealed.memory_kib, sealed.passes)
    except MisuseError:
        raise MalformedMessage("Argon2id parameters out of range") from None
    return stretch_secret(ask(), sealed.salt, parameters)


def handed_over(path: Path) -> int:
    """The group's right to read, for a credential that systemd hands over.

    There the bit is the mask of an access list with one user in it, the service's.
    """
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    return stat.S_IRGRP if given and path.parent == Path(given) else 0


def read_key_file(path: Path) -> SecretBytes:
    """The key in a key file that only its owner can touch.

    Raises:
        UnusableConfig: Missing, of another length, or open to others.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            key = file.read(KEY_BYTES + 1)
    except OSError:
        raise UnusableConfig(f"{path}: the key file cannot be read") from None
    if mode & _OTHERS & ~handed_over(path):
        raise UnusableConfig(f"{path}: open to others; say chmod 600")
    if len(key) != KEY_BYTES:
        raise UnusableConfig(f"{path}: a key file is {KEY_BYTES} bytes")
    return SecretBytes(key)


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, durably; refuses to replace.

    The bytes are complete before the name exists, so that a crash leaves either
    the whole file or none.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(unfinished, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.link(unfinished, path)
    unfinished.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
