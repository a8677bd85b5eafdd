"""Registrars that know a person again before she has proven anything."""

import hashlib

from api.registrar import handlers
from escrow.errors import InvalidRegistration
from escrow.registrar.identity import Identity, dedupe_tags

_START = handlers.start


async def _known(bureau, request):
    """The persons whose marks a request's address has."""
    identity = Identity(request.name, request.email, request.phone, request.country)
    async with bureau.store.begin() as persons:
        known = await persons.known(dedupe_tags(bureau.seal.dedupe_key, identity))
    return list(known.items())


async def turn_away(bureau, request, network):
    """Nobody needs a second code, so none is sent, and she is told."""
    if await _known(bureau, request):
        raise InvalidRegistration("you are registered already", culprit="client")
    return await _START(bureau, request, network)


async def compare_slowly(bureau, request, network):
    """The same answer for everybody; whom it knows it compares with what it keeps.

    As a password is compared: stretched, and only where there is something.
    """
    for tag, _ in await _known(bureau, request):
        hashlib.scrypt(request.name.encode(), salt=bytes(tag), n=2**13, r=8, p=1)
    return await _START(bureau, request, network)
