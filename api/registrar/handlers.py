"""One function a use case of the registrar (§R1 to §R6)."""

import asyncio

from api.errors import NotErased
from api.registrar.bureau import Bureau
from api.registrar.ports import Offer, PendingDeletion, Persons
from api.registrar.verifications import Verification
from blind_index.errors import AlongsideError
from escrow.calendar import month_of
from escrow.messages.codec import Nonce, Signed
from escrow.messages.registration import (
    ProviderEntry,
    ProviderList,
    StandingCredentialGrant,
    VerificationAgain,
    VerificationFinish,
    VerificationProgress,
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


_NOBODY = Identity("", "", "", "")


async def providers(bureau: Bureau) -> ProviderList:
    """The ways to be verified here; the same for everybody who asks."""
    found = []
    for offer in bureau.offers:
        provider = offer.provider
        found.append(
            ProviderEntry(
                name=offer.name,
                kind=provider.kind,
                title=provider.title,
                asks=provider.asks,
                ready=await bureau.ready(offer),
            )
        )
    return ProviderList(providers=tuple(found))


async def start(
    bureau: Bureau, request: VerificationRequest, network: bytes | None = None
) -> VerificationStarted:
    """Begin a check; what has to be erased later is noted first.

    Args:
        bureau: The registrar.
        request: What she claims, and to which provider.
        network: That asks; None for this machine itself.

    Raises:
        InputError: An identity that could not be told apart from others.
        InvalidRegistration: A provider that is not offered here.
        QuotaExceeded: Too many checks, for everybody together.
    """
    offer = bureau.offer(request.provider)
    await bureau.registrar(offer)
    claimed = _claimed(offer, request)
    reference = Nonce(bureau.randomness(_NAME_BYTES))
    handle = Nonce(bureau.randomness(_NAME_BYTES))
    check = Verification(reference, claimed, offer.name)
    bureau.verifications.begin(handle, check, network)
    try:
        pending = PendingDeletion(reference, offer.name, bureau.clock())
        async with bureau.store.begin() as persons:
            await persons.add_pending(pending)
        started = await offer.provider.start(reference, claimed)
    except BaseException:
        bureau.verifications.abandon(handle)
        raise
    return VerificationStarted(
        verification=handle, awaits=started.awaits, link=started.link
    )


def _claimed(offer: Offer, request: VerificationRequest) -> Identity:
    """What the provider asks for; of anything else nothing is kept."""
    if not offer.provider.asks:
        return _NOBODY
    claimed = Identity(request.name, request.email, request.phone, request.country)
    check_identity(claimed)
    return claimed


async def finish(bureau: Bureau, request: VerificationFinish) -> VerificationProgress:
    """Take what the person brought back; find or make her pseudonyms.

    Raises:
        InvalidRegistration: Not verified; or e-mail and phone belong to two.
        NotFound: No such check, or its time is over.
    """
    handle = request.verification
    check = bureau.verifications.get(handle)
    if check.person is None:
        await _go_on(bureau, request)
        check = bureau.verifications.get(handle)
    done = check.person is not None
    shown = check.identity if done else _NOBODY
    return VerificationProgress(
        verified=done,
        known=check.known,
        notes=bureau.offer(check.offer).provider.notes(check.reference),
        name=shown.name,
        email=shown.email,
        phone=shown.phone,
        country=shown.country,
    )


async def _go_on(bureau: Bureau, request: VerificationFinish) -> None:
    handle = request.verification
    # To ask how far the provider is costs no attempt.
    if request.answers:
        check = bureau.verifications.attempt(handle)
    else:
        check = bureau.verifications.get(handle)
    offer = bureau.offer(check.offer)
    identity = await offer.provider.finish(
        check.reference, check.identity, request.answers
    )
    if identity is None:
        return
    check_identity(identity)
    async with bureau.store.begin() as persons:
        person, known = await _known_person(bureau, persons, identity, offer.level)
    bureau.verifications.verified(handle, identity, person, known=known)


async def _known_person(
    bureau: Bureau, persons: Persons, identity: Identity, level: str
) -> tuple[Person, bool]:
    """The person of this identity; the same one whenever she comes back.

    With it whether every mark was hers already: only then is she told so. One mark
    could be another's, whose mail somebody reads.
    """
    tags = dedupe_tags(bureau.seal.dedupe_key, identity)
    known = await persons.known(tags)
    name = same_person(frozenset(bytes(person.person) for person in known.values()))
    if name is None:
        draw = bureau.randomness
        person = Person(Nonce(draw(_NAME_BYTES)), Nonce(draw(_NAME_BYTES)), level)
    else:
        before = next(iter(known.values()))
        person = Person(before.person, before.pseudonym, level)
    await persons.add(person, month_of(bureau.clock()))
    for tag in tags:
        await persons.link(tag, person.person)
    return person, len(known) == len(tags)


async def again(bureau: Bureau, request: VerificationAgain) -> None:
    """Send a code once more.

    Raises:
        QuotaExceeded: Too soon, or too often.
        NotFound: No such check, or nothing of this kind was sent.
    """
    check = bureau.verifications.get(request.verification)
    provider = bureau.offer(check.offer).provider
    await provider.again(check.reference, request.awaited)


async def index_credential(bureau: Bureau, signed: Signed) -> Signed:
    """Sign an index credential for a verified person."""
    request = open_index_request(signed)
    check, person = bureau.verifications.verified_person(request.verification)
    registrar = await bureau.registrar(bureau.offer(check.offer))
    return issue_index_credential(registrar, person, request.key, day=bureau.clock())


async def standing_credential(
    bureau: Bureau, signed: Signed
) -> StandingCredentialGrant:
    """Check the evaluated self keys and sign a standing credential."""
    request = open_standing_request(signed)
    check, person = bureau.verifications.verified_person(request.verification)
    offer = bureau.offer(check.offer)
    registrar = await bureau.registrar(offer)
    # Argon2id for every self key: off the loop, where it lets go of the GIL.
    grant = await asyncio.to_thread(
        issue_standing_credential,
        registrar,
        person,
        check.identity,
        request,
        day=bureau.clock(),
        randomness=bureau.randomness,
    )
    await offer.provider.settle(check.reference)
    return grant


async def close(bureau: Bureau, request: VerificationFinish) -> Signed:
    """Forget the identity, have the provider forget it, and sign that it is gone.

    Closing again gives the same receipt.

    Raises:
        NotFound: No such check, or its time is over: then it is forgotten too.
        NotErased: The provider could not be reached; ask again, or leave it: the
            registrar goes on trying.
    """
    handle = request.verification
    if (known := bureau.verifications.receipt(handle)) is not None:
        return known
    check = bureau.verifications.get(handle)
    registrar = await bureau.registrar(bureau.offer(check.offer))
    bureau.verifications.forget_identity(handle)
    try:
        await bureau.redact(check.offer, check.reference)
    except AlongsideError:
        raise NotErased from None
    name = Nonce(bureau.randomness(_NAME_BYTES))
    receipt = deletion_receipt(registrar, name, day=bureau.clock())
    bureau.verifications.close(handle, receipt)
    return receipt
