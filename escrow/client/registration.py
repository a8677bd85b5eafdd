"""The survivor's side of registration: two credentials, a few tokens (§R)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blind_index import oprf
from blind_index.errors import InputError
from blind_index.group import Element
from blind_index.labels import Label
from blind_index.oprf import Blinded
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.transcript import transcript
from escrow.client.evaluation import PendingEvaluation
from escrow.client.vault import Registration
from escrow.credential import (
    check_index_credential,
    check_opening,
    check_self_tags,
    check_standing_credential,
)
from escrow.errors import InvalidCredential
from escrow.manifest import Deployment
from escrow.messages.codec import (
    Blob,
    Digest,
    EncodedElement,
    EncodedScalar,
    Nonce,
    Signed,
    TokenOutput,
)
from escrow.messages.filing import EvaluationResponse, Token
from escrow.messages.registration import (
    IndexCredentialRequest,
    SelfEvaluation,
    StandingCredentialGrant,
    StandingCredentialRequest,
    TokenGrant,
    TokenRequest,
)
from escrow.signing import public_key, sign


def ask_index_credential(verification: Nonce, seed: SecretBytes) -> Signed:
    """Ask the registrar to certify a fresh key for evaluations."""
    request = IndexCredentialRequest(verification=verification, key=public_key(seed))
    return sign(seed, Label.INDEX_CREDENTIAL_REQUEST, request)


def ask_standing_credential(
    verification: Nonce,
    seed: SecretBytes,
    pending: PendingEvaluation,
    self_keys: Sequence[str],
    responses: Mapping[int, EvaluationResponse],
) -> Signed:
    """Show the registrar the evaluated self keys, and ask for the credential.

    Args:
        verification: The registrar's handle of the finished check.
        seed: Of a fresh key (Ed25519, 32 bytes).
        pending: The evaluation of exactly `self_keys`.
        self_keys: In the order in which the registrar derives them.
        responses: The index trustees' verified answers, by index; at least t.
    """
    at = {e.match_key: place for place, e in enumerate(pending.entries) if e.match_key}
    places = tuple(at[key] for key in self_keys)
    request = StandingCredentialRequest(
        verification=verification,
        key=public_key(seed),
        blinded_elements=tuple(EncodedElement(e.encode()) for e in pending.elements),
        places=places,
        blinds=tuple(
            EncodedScalar(pending.entries[place].blinded.blind.encode())
            for place in places
        ),
        evaluations=tuple(
            SelfEvaluation(
                index=index,
                evaluated_elements=response.evaluated_elements,
                proof=response.proof,
            )
            for index, response in sorted(responses.items())
        ),
    )
    return sign(seed, Label.STANDING_CREDENTIAL_REQUEST, request)


@dataclass(frozen=True)
class Seeds:
    """The seeds (Ed25519, 32 bytes) of the two credential keys."""

    index: SecretBytes
    standing: SecretBytes


def complete_registration(
    deployment: Deployment,
    seeds: Seeds,
    index_credential: Signed,
    grant: StandingCredentialGrant,
    *,
    day: int,
) -> Registration:
    """Check what the registrar signed, and put it in the form that is kept.

    Raises:
        InvalidCredential: Not for these keys, or the tags or the opening are
            others than the signed ones.
        InvalidSignature: No listed registrar signed it.
    """
    index = check_index_credential(deployment, index_credential, day)
    standing = check_standing_credential(deployment, grant.credential, day)
    keys = (public_key(seeds.index), public_key(seeds.standing))
    if (index.key, standing.key) != keys:
        raise InvalidCredential("a credential for another key", culprit="registrar")
    check_self_tags(deployment, standing, grant.self_tags)
    check_opening(standing, grant.opening)
    return Registration(
        index_credential=index_credential,
        index_seed=Blob(seeds.index.reveal()),
        standing_credential=grant.credential,
        standing_seed=Blob(seeds.standing.reveal()),
        self_tags=grant.self_tags,
        opening=grant.opening,
    )


def check_current(
    deployment: Deployment, registration: Registration, *, day: int
) -> None:
    """Refuse to go on with credentials whose time is over.

    A report under an expired credential would be stored, and set aside at every
    match.

    Raises:
        InputError: With the advice to be verified again.
    """
    try:
        check_index_credential(deployment, registration.index_credential, day)
        check_standing_credential(deployment, registration.standing_credential, day)
    except InvalidCredential:
        raise InputError(
            "verified",
            "your verification is too old",
            "Be verified again; your entries stay as they are.",
        ) from None


@dataclass(frozen=True)
class PendingTokens:
    """A token request and what unblinds its grant."""

    request: Signed
    inputs: tuple[Digest, ...]
    blinded: tuple[Blinded, ...]


def _message(deployment: Deployment, private_input: Digest) -> bytes:
    return transcript(Label.TOKEN_INPUT, deployment.deployment_id, private_input)


def begin_tokens(
    deployment: Deployment,
    registration: Registration,
    count: int,
    *,
    randomness: Randomness = SYSTEM,
) -> PendingTokens:
    """Blind fresh token inputs; draws 32 bytes and a scalar for each, then 16."""
    inputs = tuple(Digest(randomness(32)) for _ in range(count))
    blinded = tuple(
        oprf.blind(_message(deployment, one), randomness=randomness) for one in inputs
    )
    request = TokenRequest(
        manifest_digest=deployment.digest,
        credential=registration.index_credential,
        request_id=Nonce(randomness(16)),
        blinded_elements=tuple(EncodedElement(b.element.encode()) for b in blinded),
    )
    seed = SecretBytes(bytes(registration.index_seed))
    return PendingTokens(sign(seed, Label.TOKEN_REQUEST, request), inputs, blinded)


def finish_tokens(
    deployment: Deployment, pending: PendingTokens, grant: TokenGrant
) -> tuple[Token, ...]:
    """Verify the grant under the manifest's token key and unblind the tokens.

    Raises:
        InvalidProof: Evaluated under another key, which could mark a person.
    """
    outputs = oprf.finalize_verified(
        deployment.token_key,
        [_message(deployment, one) for one in pending.inputs],
        pending.blinded,
        [Element.decode(e) for e in grant.evaluated_elements],
        bytes(grant.proof),
    )
    return tuple(
        Token(private_input=one, output=TokenOutput(output.reveal()))
        for one, output in zip(pending.inputs, outputs, strict=True)
    )
