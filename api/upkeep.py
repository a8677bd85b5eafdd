"""What the server does by itself, now and then, while it runs."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import structlog

from api.handlers import filing
from api.handlers.desk import Office
from api.registrar.bureau import Bureau
from escrow.manifest import open_manifest
from escrow.operation.database.outages import StoreAway

LOG: Final = structlog.stdlib.get_logger("api")
_HOUSEKEEPING_SECONDS: Final = 3600
_MANIFEST_SECONDS: Final = 1


async def keep_house(office: Office) -> None:
    """Erase every hour what has expired, from the database's log too."""
    while True:
        await asyncio.sleep(_HOUSEKEEPING_SECONDS)
        try:
            if office.deployment is not None:
                await filing.erase_expired(office.desk())
            await office.store.scrub()
        except Exception as error:  # noqa: BLE001 - the next hour tries again
            LOG.warning("housekeeping failed", error=type(error).__name__)


async def find_manifest(office: Office) -> None:
    """Take up the manifest once any process has published it."""
    while office.deployment is None:
        await asyncio.sleep(_MANIFEST_SECONDS)
        with suppress(StoreAway):
            async with office.store.read() as records:
                manifest = await records.beginnings.manifest()
            if manifest is not None:
                office.deployment = open_manifest(manifest)


async def write_anew(
    office: Office, bureau: Bureau | None, seconds_now: Callable[[], int]
) -> None:
    """Once a day have the databases' files written anew.

    Raises:
        StoreAway: It failed; another attempt is due later on the same day.
    """
    day, now = office.clock(), seconds_now()
    await office.store.rewriting.rewrite_if_due(day, now)
    if bureau is not None:
        await bureau.store.rewriting.rewrite_if_due(day, now)
