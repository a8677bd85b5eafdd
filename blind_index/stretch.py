"""Argon2id: what makes each guess of an identifier or of words expensive."""

from dataclasses import dataclass
from typing import Final

from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw

from blind_index.errors import MisuseError
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.transcript import digest

_SALT_BYTES: Final = 16
_STRETCHED_BYTES: Final = 64
_LEAST_MEMORY_KIB: Final = 8


@dataclass(frozen=True)
class StretchParameters:
    """What one guess costs.

    Attributes:
        memory_kib: Memory in KiB, at least 8.
        passes: Passes over it, at least 1.
    """

    memory_kib: int
    passes: int

    def __post_init__(self) -> None:
        if self.memory_kib < _LEAST_MEMORY_KIB or self.passes < 1:
            raise MisuseError("Argon2id needs 8 KiB and one pass at least")


def stretch(
    output: SecretBytes, deployment_id: bytes, parameters: StretchParameters
) -> SecretBytes:
    """Stretch an OPRF output into what a report is locked with.

    The salt is the deployment's and not the report's: two survivors who name the
    same person must arrive at the same bytes.

    Args:
        output: 64 bytes from the OPRF.
        deployment_id: From the manifest.
        parameters: From the manifest.

    Returns:
        64 bytes.
    """
    salt = digest(Label.STRETCH_SALT, deployment_id)[:_SALT_BYTES]
    return stretch_secret(output, salt, parameters, length=_STRETCHED_BYTES)


def stretch_secret(
    secret: SecretBytes, salt: bytes, parameters: StretchParameters, length: int = 32
) -> SecretBytes:
    """Stretch a guessable secret: Argon2id version 1.3 with one lane.

    The interpreter's lock is released while it works.

    Args:
        secret: Any bytes.
        salt: 16 bytes.
        parameters: Memory and passes.
        length: Bytes of the result, at least 4.

    Raises:
        MisuseError: A salt of another length.

    Source: RFC 9106 §3.1.
    """
    if len(salt) != _SALT_BYTES:
        raise MisuseError("a salt is 16 bytes")
    stretched = hash_secret_raw(
        secret.reveal(),
        salt,
        time_cost=parameters.passes,
        memory_cost=parameters.memory_kib,
        parallelism=1,
        hash_len=length,
        type=Type.ID,
        version=ARGON2_VERSION,
    )
    return SecretBytes(stretched)
