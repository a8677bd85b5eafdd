"""Open a registrar for business: its keys, its store, its provider."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from api.key_files import DEDUPE_KEY, REGISTRAR_SEED, read_key
from api.registrar.bureau import Bureau, Seal
from api.registrar.demo_provider import DemoProvider
from api.registrar.ports import Provider
from api.registrar.sql_store import open_person_store
from blind_index.errors import InputError
from escrow.manifest import Deployment
from escrow.operation.database.address import Database
from escrow.signing import public_key


@dataclass(frozen=True)
class Premises:
    """Where a registrar keeps its things, and how it verifies."""

    keys: Path
    database: Database
    provider: str
    level: str


def read_seal(keys: Path) -> Seal:
    """The registrar's two keys.

    Raises:
        InputError: A file is missing, damaged, or readable by others.
    """
    return Seal(read_key(keys / REGISTRAR_SEED), read_key(keys / DEDUPE_KEY))


def provider_of(name: str) -> Provider:
    """The provider of a name.

    Raises:
        InputError: None is called so.
    """
    if name != DemoProvider.name:
        raise InputError("provider", "no provider of this name", "One of: demo.")
    return DemoProvider()


async def open_bureau(
    premises: Premises,
    clock: Callable[[], int],
    find_deployment: Callable[[], Awaitable[Deployment | None]],
) -> Bureau:
    """Open the store; erase what an earlier run left with the provider.

    Raises:
        InputError: A key file or the provider's name does not fit.
    """
    seal = read_seal(premises.keys)
    bureau = Bureau(
        seal=seal,
        store=await open_person_store(premises.database, public_key(seal.seed)),
        provider=provider_of(premises.provider),
        level=premises.level,
        clock=clock,
        find_deployment=find_deployment,
    )
    await bureau.redact_all()
    return bureau
