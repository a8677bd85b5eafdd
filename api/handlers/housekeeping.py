"""What has to be done now and then, by whichever process comes first."""

from api.handlers import filing
from api.handlers.desk import Office

_REWRITING = "rewriting"


async def keep_house(office: Office) -> None:
    """Erase what has expired; once a day have the database's files written anew.

    Raises:
        StoreAway: The database cannot be reached; the next hour tries again.
    """
    if office.deployment is not None:
        await filing.erase_expired(office.desk())
    async with office.store.begin() as records:
        mine = await records.upkeep.take(_REWRITING, office.clock())
    if mine:
        await office.store.rewrite()
