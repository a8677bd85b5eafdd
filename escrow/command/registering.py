"""Be verified, and receive credentials and submission tokens (§R)."""

from collections.abc import Callable
from contextlib import suppress

from msgspec.structs import replace

from blind_index.errors import InputError
from blind_index.labels import Label
from blind_index.match_keys import self_match_keys
from blind_index.randomness import SYSTEM
from blind_index.secret import SecretBytes
from escrow.client.evaluation import begin_evaluation
from escrow.client.registration import (
    Seeds,
    ask_index_credential,
    ask_standing_credential,
    begin_tokens,
    complete_registration,
    finish_tokens,
)
from escrow.client.vault import Registration
from escrow.command.net import Unreachable, check_url
from escrow.command.place import Place, evaluate
from escrow.command.survivor import Survivor
from escrow.errors import InvalidRegistration, NotFound, QuotaExceeded
from escrow.messages.codec import Nonce, Signed
from escrow.messages.deployment import RegistrarEntry
from escrow.messages.filing import Token
from escrow.messages.registration import (
    DeletionReceipt,
    StandingCredentialGrant,
    TokenGrant,
    VerificationFinish,
    VerificationRequest,
    VerificationStarted,
)
from escrow.padding import SELF_TAG_COUNT
from escrow.signing import open_signed

#: From what the provider asks for to what the person brings back.
Ask = Callable[[str], tuple[str, ...]]

# A small stock is taken well before it is needed: a token that is asked for and
# spent within a minute would tell the server whose report it is.
FIRST_TOKENS = 2


def verify(survivor: Survivor, request: VerificationRequest, ask: Ask) -> int | None:
    """Be verified by the first registrar of the manifest; store the credentials.

    An interrupted verification begins anew: the registrar knows the person again.

    Args:
        survivor: Whose vault receives the credentials.
        request: What is to be verified, and by which provider.
        ask: Shows the provider's next step, returns what the person brings.

    Returns:
        The day on which the registrar says that it forgot the identity; None if
        it was started anew meanwhile, and remembers nothing anyway.

    Raises:
        InputError: The identity cannot be read.
        InvalidRegistration: It belongs to two persons.
        Unreachable: Too few servers answered in time; call again.
    """
    place = survivor.place
    registrar = place.deployment.roster.registrars[0]
    url = f"{check_url(registrar.url)}/v1/registrar/verifications"
    started = place.http.post(url, request, VerificationStarted, who="registrar")
    finish = VerificationFinish(
        verification=started.verification, answers=ask(started.next_step)
    )
    try:
        place.http.tell(f"{url}/finish", finish, who="registrar")
        registration = _credentials(place, registrar, started.verification, request)
    except NotFound:
        # It keeps checks in memory only, and was started anew meanwhile.
        raise Unreachable("the registrar lost this check; begin again") from None
    survivor.save(replace(survivor.contents, registration=registration))
    day = _close(place, registrar, started.verification)
    with suppress(QuotaExceeded):
        withdraw_tokens(survivor, FIRST_TOKENS)
    return day


def _credentials(
    place: Place,
    registrar: RegistrarEntry,
    verification: Nonce,
    request: VerificationRequest,
) -> Registration:
    url = f"{check_url(registrar.url)}/v1/registrar"
    seeds = Seeds(SecretBytes(SYSTEM(32)), SecretBytes(SYSTEM(32)))
    credential = place.http.post(
        f"{url}/index-credentials",
        ask_index_credential(verification, seeds.index),
        Signed,
        who="registrar",
    )
    keys = self_keys(request)
    pending = begin_evaluation(place.deployment, credential, seeds.index, keys)
    answers = {i: one.response for i, one in evaluate(place, pending).items()}
    wish = ask_standing_credential(verification, seeds.standing, pending, keys, answers)
    grant = place.http.post(
        f"{url}/standing-credentials", wish, StandingCredentialGrant, who="registrar"
    )
    return complete_registration(
        place.deployment, seeds, credential, grant, day=place.day
    )


def self_keys(request: VerificationRequest) -> list[str]:
    """The match keys of her own identity, as the registrar derives them.

    Raises:
        InputError: Something of the identity cannot be read, or too little.
    """
    if not (request.email or request.phone):
        raise InputError("verified", "an e-mail address or a phone number is needed")
    keys = self_match_keys(
        request.name,
        request.email or None,
        request.phone or None,
        request.country or None,
    )
    return keys[:SELF_TAG_COUNT]


def _close(place: Place, registrar: RegistrarEntry, verification: Nonce) -> int | None:
    """Have the identity erased; the registrar signs and dates its word.

    Raises:
        InvalidRegistration: A receipt for another deployment.
    """
    url = f"{check_url(registrar.url)}/v1/registrar/verifications/close"
    wish = VerificationFinish(verification=verification, answers=())
    try:
        signed = place.http.post(url, wish, Signed, who="registrar")
    except NotFound:
        return None
    receipt = open_signed(
        signed,
        DeletionReceipt,
        Label.DELETION_RECEIPT,
        registrar.key,
        culprit="registrar",
    )
    if receipt.deployment_id != place.deployment.deployment_id:
        raise InvalidRegistration("a receipt for another deployment")
    return receipt.day


def withdraw_tokens(survivor: Survivor, count: int) -> None:
    """Take submission tokens, and store them in the vault (§R7).

    Raises:
        QuotaExceeded: None are left in this period.
    """
    place = survivor.place
    pending = begin_tokens(place.deployment, survivor.registration, count)
    grant = place.http.post(place.url("tokens"), pending.request, TokenGrant)
    tokens = finish_tokens(place.deployment, pending, grant)
    kept = (*survivor.contents.tokens, *tokens)
    survivor.save(replace(survivor.contents, tokens=kept))


def next_token(survivor: Survivor) -> Token:
    """The token that pays for the next first version; stays in the vault."""
    if not survivor.contents.tokens:
        withdraw_tokens(survivor, 1)
    return survivor.contents.tokens[0]
