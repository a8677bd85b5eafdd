"""Which opening trustee asks: its signature over this very request (§T1)."""

from typing import Any, Final

from litestar import Request

from api.errors import StaleChallenge
from api.handlers.desk import Office
from escrow.errors import InvalidSignature
from escrow.server.trustee_requests import (
    TrusteeRequest,
    check_authorisation,
    read_authorisation,
)

HEADER: Final = "alongside-trustee"


async def authorised_trustee(office: Office, request: "Request[Any, Any, Any]") -> int:
    """The index of the opening trustee that signed a request.

    Its counter must rise: no request is answered twice, whichever process it comes
    to. The counters start anew whenever a process starts, and so does the random
    value that is signed: both stand in the database.

    Raises:
        NotReady: There is no manifest yet.
        StaleChallenge: Not signed for this run, or repeated.
    """
    deployment = office.desk().deployment
    boot = await current_run(office)
    try:
        authorisation = read_authorisation(request.headers.get(HEADER, ""))
        signed = TrusteeRequest(
            boot, request.method, request.url.path, await request.body()
        )
        check_authorisation(deployment, signed, authorisation)
    except InvalidSignature:
        raise StaleChallenge from None
    # Only a good signature gets as far as the writers' turn.
    async with office.store.begin() as records:
        index, counter = authorisation.index, authorisation.counter
        if not await records.runs.admit(boot, index, counter):
            raise StaleChallenge
    return index


async def current_run(office: Office) -> bytes:
    """The random value that trustees' requests are bound to."""
    async with office.store.read() as records:
        return await records.runs.boot()
