"""Open a registrar: in a process of its own, or inside the API's."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.key_files import DEDUPE_KEY, REGISTRAR_SEED, read_key
from api.registrar.bureau import Bureau, Seal
from api.registrar.demo_provider import DemoProvider
from api.registrar.ports import Offer, PersonStore
from api.registrar.sql_store import open_person_store
from api.registrar.verifications import LIFETIME_SECONDS
from blind_index.errors import InputError
from escrow.manifest import Deployment
from escrow.operation.database.address import Database
from escrow.signing import public_key


@dataclass(frozen=True)
class Premises:
    """Where a registrar keeps its things."""

    keys: Path
    database: Database


def read_seal(keys: Path) -> Seal:
    """The registrar's two keys.

    Raises:
        InputError: A file is missing, damaged, or readable by others.
    """
    return Seal(read_key(keys / REGISTRAR_SEED), read_key(keys / DEDUPE_KEY))


def demo_offer(name: str, level: str) -> Offer:
    """The only way to be verified inside the API's process.

    Raises:
        InputError: Another one was asked for.
    """
    if name != DemoProvider.kind:
        raise InputError(
            "registrar.provider",
            "only the demonstration's runs inside the API",
            "Run `alongside registrar` on a host of its own.",
        )
    return Offer(name, level, DemoProvider())


async def open_bureau(
    premises: Premises,
    offers_with: Callable[[PersonStore], Sequence[Offer]],
    clock: Callable[[], int],
    find_deployment: Callable[[], Awaitable[Deployment | None]],
    *,
    lifetime: float = LIFETIME_SECONDS,
) -> Bureau:
    """Open the store; erase what an earlier run left with the providers.

    Raises:
        InputError: A key file does not fit.
    """
    seal = read_seal(premises.keys)
    store = await open_person_store(premises.database, public_key(seal.seed))
    bureau = Bureau(
        seal=seal,
        store=store,
        offers=offers_with(store),
        clock=clock,
        find_deployment=find_deployment,
        lifetime=lifetime,
    )
    await bureau.redact_all()
    return bureau
