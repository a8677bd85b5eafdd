"""Submission tokens: blind issue, unlinkable redemption (§R7)."""

import hmac
from collections.abc import Mapping

from blind_index import oprf
from blind_index.errors import InvalidLength
from blind_index.group import Element, Scalar
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.transcript import digest, transcript
from escrow.credential import check_index_credential
from escrow.errors import InvalidToken, QuotaExceeded
from escrow.manifest import Deployment, check_digest
from escrow.messages.codec import Digest, EncodedElement, Proof, Signed
from escrow.messages.filing import Token
from escrow.messages.registration import IndexCredential, TokenGrant, TokenRequest
from escrow.signing import open_signed, peek

TOKENS_PER_PERIOD = 6
PERIOD_DAYS = 90


def check_token_request(
    deployment: Deployment, signed: Signed, *, day: int
) -> tuple[TokenRequest, IndexCredential]:
    """A request in order: whose it is, and for how many tokens.

    Raises:
        ProtocolError: The leaf says what does not hold.
    """
    claimed = peek(signed, TokenRequest, culprit="client")
    check_digest(deployment, claimed.manifest_digest)
    credential = check_index_credential(deployment, claimed.credential, day)
    request = open_signed(
        signed, TokenRequest, Label.TOKEN_REQUEST, credential.key, culprit="client"
    )
    if not 1 <= len(request.blinded_elements) <= TOKENS_PER_PERIOD:
        raise InvalidLength("1 to 6 tokens a request")
    return request, credential


def grant_tokens(
    deployment: Deployment,
    key: Scalar,
    request: TokenRequest,
    *,
    randomness: Randomness = SYSTEM,
) -> TokenGrant:
    """Evaluate the blinded tokens under the token key, with proof (RFC 9497)."""
    blinded = [Element.decode(e) for e in request.blinded_elements]
    evaluated, proof = oprf.blind_evaluate(
        key, deployment.token_key, blinded, randomness=randomness
    )
    return TokenGrant(
        evaluated_elements=tuple(EncodedElement(e.encode()) for e in evaluated),
        proof=Proof(proof),
    )


def token_input(deployment_id: bytes, private_input: bytes) -> bytes:
    """What the VOPRF is evaluated over: bound to the deployment."""
    return transcript(Label.TOKEN_INPUT, deployment_id, private_input)


def check_token(deployment: Deployment, key: Scalar, token: Token) -> Digest:
    """Refuse a token that was never issued.

    Returns:
        The name under which it is remembered as spent.

    Raises:
        InvalidToken: Not made under the token key.
    """
    message = token_input(deployment.deployment_id, token.private_input)
    expected = oprf.evaluate(key, message).reveal()
    if not hmac.compare_digest(expected, token.output):
        raise InvalidToken("a token that was never issued", culprit="client")
    return Digest(digest(Label.TOKEN_SPENT, token.private_input))


def request_digest(signed: Signed) -> Digest:
    """Tells an identical request, which is free, from another."""
    return Digest(digest(Label.TOKEN_REQUEST, signed.payload))


def admit_grant(granted: Mapping[Digest, int], name: Digest, tokens: int) -> bool:
    """Whether a request is new; an identical one costs nothing.

    Args:
        granted: Tokens by request digest, of this pseudonym in this period.
        name: The request's digest.
        tokens: How many it asks for.

    Raises:
        QuotaExceeded: More than `TOKENS_PER_PERIOD`.
    """
    if name in granted:
        return False
    if sum(granted.values()) + tokens > TOKENS_PER_PERIOD:
        raise QuotaExceeded("no more tokens in this period", culprit="client")
    return True


def admit_spending(paid_for: Digest | None, header_digest: Digest) -> None:
    """Refuse a token that paid for another submission.

    The same submission again is not a second spending.

    Raises:
        InvalidToken: Spent already.
    """
    if paid_for not in (None, header_digest):
        raise InvalidToken("a token that was spent", culprit="client")
