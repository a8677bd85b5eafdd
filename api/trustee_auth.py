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

    Its counter must rise: no request is answered twice. The counters start
    anew with every run of the server, and so does `boot`, which is signed.

    Raises:
        NotReady: There is no manifest yet.
        StaleChallenge: Not signed for this run, or repeated.
    """
    deployment = office.desk().deployment
    try:
        authorisation = read_authorisation(request.headers.get(HEADER, ""))
        signed = TrusteeRequest(
            office.boot, request.method, request.url.path, await request.body()
        )
        check_authorisation(deployment, signed, authorisation)
    except InvalidSignature:
        raise StaleChallenge from None
    # Nothing is awaited from here on: two requests cannot both pass.
    if authorisation.counter <= office.counters.get(authorisation.index, -1):
        raise StaleChallenge
    office.counters[authorisation.index] = authorisation.counter
    return authorisation.index
