"""An index trustee answers a blinded evaluation (§F3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from blind_index.group import Element
from blind_index.key_share import KeyShare
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.threshold_evaluation import make_evaluation_share
from blind_index.transcript import digest
from escrow.credential import check_index_credential
from escrow.manifest import Deployment, check_digest
from escrow.messages.codec import (
    Digest,
    EncodedElement,
    Nonce,
    Proof,
    PublicKey,
    Signed,
)
from escrow.messages.filing import EvaluationRequest, EvaluationResponse
from escrow.padding import check_entry_count
from escrow.signing import open_signed, peek


@dataclass(frozen=True)
class AdmissibleRequest:
    """A request that is in order; its cost is the number of its elements.

    `request_digest` tells an identical retry, which is free. `registrar` and
    `pseudonym` say whose quota pays.
    """

    request_digest: Digest
    registrar: PublicKey
    pseudonym: Nonce
    elements: tuple[Element, ...]


def check_request(
    deployment: Deployment, signed: Signed, *, day: int
) -> AdmissibleRequest:
    """Check credential, signature and every element.

    Raises:
        ProtocolError: The leaf says what does not hold; nothing is counted.
    """
    claimed = peek(signed, EvaluationRequest, culprit="client")
    check_digest(deployment, claimed.manifest_digest)
    credential = check_index_credential(deployment, claimed.credential, day)
    request = open_signed(
        signed,
        EvaluationRequest,
        Label.EVALUATION_REQUEST,
        credential.key,
        culprit="client",
    )
    check_entry_count(request.blinded_elements, "blinded_elements")
    return AdmissibleRequest(
        Digest(digest(Label.EVALUATION_REQUEST, signed.payload)),
        credential.registrar,
        credential.pseudonym,
        tuple(Element.decode(e) for e in request.blinded_elements),
    )


def evaluate(
    deployment: Deployment,
    key_share: KeyShare,
    elements: Sequence[Element],
    *,
    randomness: Randomness = SYSTEM,
) -> EvaluationResponse:
    """The trustee's evaluation share of every element, with one proof.

    Source: RFC 9497 §3.3.2 with the trustee's Shamir share as key.
    """
    share = make_evaluation_share(
        key_share, deployment.index_keys, elements, randomness=randomness
    )
    return EvaluationResponse(
        index=share.index,
        evaluated_elements=tuple(EncodedElement(e.encode()) for e in share.elements),
        proof=Proof(share.proof),
    )
