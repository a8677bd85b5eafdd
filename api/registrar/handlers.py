"""One function a use case of the registrar (§R1 to §R6)."""

import asyncio

from api.registrar.bureau import Bureau
from api.registrar.ports import PendingDeletion, Persons
from api.registrar.verifications import Verification
from escrow.calendar import month_of
from escrow.errors import InvalidRegistration
from escrow.messages.codec import Nonce, Signed
from escrow.messages.registration import (
    StandingCredentialGrant,
    VerificationFinish,
    VerificationRequest,
    VerificationStarted,
)
from escrow.registrar.identity import (
    Identity,
    check_identity,
    dedupe_tags,
    same_person,
)
from escrow.registrar.issue import (
    Person,
    deletion_receipt,
    issue_index_credential,
    issue_standing_credential,
    open_index_request,
    open_standing_request,
)

_NAME_BYTES = 16


async def start(bureau: Bureau, request: VerificationRequest) -> VerificationStarted:
    """Begin a check; what has to be erased later is noted first.

    Raises:
        InputError: An identity that could not be told apart from others.
        InvalidRegistration: A provider that is not offered here.
    """
    await bureau.registrar()
    if request.provider != bureau.provider.name:
        raise InvalidRegistration("no provider of this name", culprit="client")
    claimed = Identity(request.name, request.email, request.phone, request.country)
    check_identity(claimed)
    reference = Nonce(bureau.randomness(_NAME_BYTES))
    handle = Nonce(bureau.randomness(_NAME_BYTES))
    bureau.verifications.begin(handle, Verification(reference, claimed))
    pending = PendingDeletion(reference, bureau.provider.name, bureau.clock())
    async with bureau.store.begin() as persons:
        await persons.add_pending(pending)
    next_step = await bureau.provider.start(reference, claimed)
    return VerificationStarted(verification=handle, next_step=next_step)


async def finish(bureau: Bureau, request: VerificationFinish) -> None:
    """Take what the person brought back; find or make her pseudonyms.

    Raises:
        InvalidRegistration: Not verified; or e-mail and phone belong to two.
        NotFound: No such check, or its hour is over.
    """
    handle = request.verification
    if bureau.verifications.get(handle).person is not None:
        return
    check = bureau.verifications.attempt(handle)
    identity = await bureau.provider.finish(
        check.reference, check.identity, request.answers
    )
    check_identity(identity)
    async with bureau.store.begin() as persons:
        person = await _known_person(bureau, persons, identity)
    bureau.verifications.verified(handle, identity, person)


async def _known_person(bureau: Bureau, persons: Persons, identity: Identity) -> Person:
    """The person of this identity; the same one whenever she comes back."""
    tags = dedupe_tags(bureau.seal.dedupe_key, identity)
    known = await persons.known(tags)
    name = same_person(frozenset(bytes(person.person) for person in known.values()))
    if name is None:
        draw = bureau.randomness
        person = Person(
            Nonce(draw(_NAME_BYTES)), Nonce(draw(_NAME_BYTES)), bureau.level
        )
    else:
        before = next(iter(known.values()))
        person = Person(before.person, before.pseudonym, bureau.level)
    await persons.add(person, month_of(bureau.clock()))
    for tag in tags:
        await persons.link(tag, person.person)
    return person


async def index_credential(bureau: Bureau, signed: Signed) -> Signed:
    """Sign an index credential for a verified person."""
    registrar = await bureau.registrar()
    request = open_index_request(signed)
    _, person = bureau.verifications.verified_person(request.verification)
    return issue_index_credential(registrar, person, request.key, day=bureau.clock())


async def standing_credential(
    bureau: Bureau, signed: Signed
) -> StandingCredentialGrant:
    """Check the evaluated self keys and sign a standing credential."""
    registrar = await bureau.registrar()
    request = open_standing_request(signed)
    identity, person = bureau.verifications.verified_person(request.verification)
    # Argon2id for every self key: off the loop, where it lets go of the GIL.
    return await asyncio.to_thread(
        issue_standing_credential,
        registrar,
        person,
        identity,
        request,
        day=bureau.clock(),
        randomness=bureau.randomness,
    )


async def close(bureau: Bureau, request: VerificationFinish) -> Signed:
    """Forget the identity, have the provider forget it, and sign that it is gone.

    Closing again gives the same receipt.

    Raises:
        NotFound: No such check, or its hour is over: then it is forgotten too.
    """
    handle = request.verification
    if (known := bureau.verifications.receipt(handle)) is not None:
        return known
    registrar = await bureau.registrar()
    check = bureau.verifications.get(handle)
    await bureau.redact(check.reference)
    name = Nonce(bureau.randomness(_NAME_BYTES))
    receipt = deletion_receipt(registrar, name, day=bureau.clock())
    bureau.verifications.close(handle, receipt)
    return receipt
