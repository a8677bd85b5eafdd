"""Be verified, and receive credentials and submission tokens (§R)."""

from collections.abc import Callable
from contextlib import suppress

from msgspec.structs import replace

from blind_index.errors import AlongsideError, InputError
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
    ProviderEntry,
    ProviderList,
    StandingCredentialGrant,
    TokenGrant,
    VerificationFinish,
    VerificationProgress,
    VerificationRequest,
    VerificationStarted,
)
from escrow.padding import SELF_TAG_COUNT
from escrow.signing import open_signed

#: From what the provider awaits, and how often it was wrong, to what the person brings.
Ask = Callable[[VerificationStarted, int], tuple[str, ...] | None]

_MOST_ATTEMPTS = 5

# A small stock is taken well before it is needed: a token that is asked for and
# spent within a minute would tell the server whose report it is.
FIRST_TOKENS = 2


def providers(place: Place) -> tuple[ProviderEntry, ...]:
    """The ways to be verified that the manifest's first registrar offers.

    Raises:
        Unreachable: It does not answer.
    """
    url = f"{_registrar_url(place)}/providers"
    return place.http.get(url, ProviderList, who="registrar").providers


def verify(survivor: Survivor, request: VerificationRequest, ask: Ask) -> int | None:
    """Be verified by the first registrar of the manifest; store the credentials.

    An interrupted verification begins anew: the registrar knows the person again. One
    that failed is closed, so that nothing of it stays.

    Args:
        survivor: Whose vault receives the credentials.
        request: What is to be verified, and by which provider.
        ask: Told what the person has to do and how often it went wrong, returns what
            she brings; None to give up.

    Returns:
        The day on which the registrar says that it forgot the identity; None if
        it was started anew meanwhile, and remembers nothing anyway.

    Raises:
        InputError: The identity cannot be read.
        InvalidRegistration: It was not verified.
        Unreachable: Too few servers answered in time; call again.
    """
    place = survivor.place
    url = f"{_registrar_url(place)}/verifications"
    started = place.http.post(url, request, VerificationStarted, who="registrar")
    try:
        found = _finish(place, started, ask)
        registration = _credentials(place, started.verification, found)
    except NotFound:
        # It keeps checks in memory only, and was started anew meanwhile.
        raise Unreachable("the registrar lost this check; begin again") from None
    except BaseException:
        with suppress(AlongsideError):
            _close(place, started.verification)
        raise
    survivor.save(replace(survivor.contents, registration=registration))
    day = _close(place, started.verification)
    with suppress(QuotaExceeded):
        withdraw_tokens(survivor, FIRST_TOKENS)
    return day


def _finish(
    place: Place, started: VerificationStarted, ask: Ask
) -> VerificationProgress:
    """Bring what is awaited until it is right, or the person gives up."""
    url = f"{_registrar_url(place)}/verifications/finish"
    for failed in range(_MOST_ATTEMPTS):
        answers = ask(started, failed) if started.awaits else ()
        if answers is None:
            break
        finish = VerificationFinish(verification=started.verification, answers=answers)
        try:
            found = place.http.post(url, finish, VerificationProgress, who="registrar")
        except InvalidRegistration:
            if failed + 1 == _MOST_ATTEMPTS or not started.awaits:
                raise
            continue
        if found.verified:
            return found
    raise InvalidRegistration("you were not verified", culprit="registrar")


def _registrar(place: Place) -> RegistrarEntry:
    return place.deployment.roster.registrars[0]


def _registrar_url(place: Place) -> str:
    return f"{check_url(_registrar(place).url)}/v1/registrar"


def _credentials(
    place: Place, verification: Nonce, found: VerificationProgress
) -> Registration:
    url = _registrar_url(place)
    seeds = Seeds(SecretBytes(SYSTEM(32)), SecretBytes(SYSTEM(32)))
    credential = place.http.post(
        f"{url}/index-credentials",
        ask_index_credential(verification, seeds.index),
        Signed,
        who="registrar",
    )
    keys = self_keys(found)
    pending = begin_evaluation(place.deployment, credential, seeds.index, keys)
    answers = {i: one.response for i, one in evaluate(place, pending).items()}
    wish = ask_standing_credential(verification, seeds.standing, pending, keys, answers)
    grant = place.http.post(
        f"{url}/standing-credentials", wish, StandingCredentialGrant, who="registrar"
    )
    return complete_registration(
        place.deployment, seeds, credential, grant, day=place.day
    )


def self_keys(found: VerificationProgress) -> list[str]:
    """The match keys of what was verified, as the registrar derives them.

    Raises:
        InputError: Something of the identity cannot be read, or too little.
    """
    if not (found.email or found.phone):
        raise InputError("verified", "an e-mail address or a phone number is needed")
    keys = self_match_keys(
        found.name, found.email or None, found.phone or None, found.country or None
    )
    return keys[:SELF_TAG_COUNT]


def _close(place: Place, verification: Nonce) -> int | None:
    """Have the identity erased; the registrar signs and dates its word.

    Raises:
        InvalidRegistration: A receipt for another deployment.
    """
    url = f"{_registrar_url(place)}/verifications/close"
    wish = VerificationFinish(verification=verification, answers=())
    try:
        signed = place.http.post(url, wish, Signed, who="registrar")
    except (NotFound, Unreachable):
        # It remembers nothing, or goes on trying to have everything erased.
        return None
    receipt = open_signed(
        signed,
        DeletionReceipt,
        Label.DELETION_RECEIPT,
        _registrar(place).key,
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


def drop_token(survivor: Survivor) -> None:
    """Forget the token that paid, or that was spent before."""
    contents = survivor.contents
    survivor.save(replace(contents, tokens=contents.tokens[1:]))
