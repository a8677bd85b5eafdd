"""Credentials, as a registrar signs them (§R3 to §R6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from blind_index.errors import ProtocolError
from blind_index.group import Element, Scalar
from blind_index.labels import Label
from blind_index.oprf import finalize, input_element
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from blind_index.stretch import stretch
from blind_index.threshold_evaluation import (
    EvaluationShare,
    combine_evaluation_shares,
    verify_evaluation_share,
)
from escrow.calendar import month_of
from escrow.credential import (
    VALID_MONTHS,
    identity_commitment,
    self_tag_binding,
    self_tags_digest,
)
from escrow.encrypted_tag import encrypt_tag
from escrow.errors import InvalidRegistration
from escrow.manifest import Deployment
from escrow.match_lock import level_secrets
from escrow.messages.codec import Blob, Nonce, PublicKey, Signed, encode
from escrow.messages.filing import EncryptedTag
from escrow.messages.registration import (
    DeletionReceipt,
    IdentityOpening,
    IndexCredential,
    IndexCredentialRequest,
    SelfTags,
    StandingCredential,
    StandingCredentialGrant,
    StandingCredentialRequest,
)
from escrow.padding import SELF_TAG_COUNT, check_entry_count
from escrow.registrar.identity import Identity, self_keys
from escrow.signing import open_signed, peek, public_key, sign


@dataclass(frozen=True)
class Registrar:
    """A registrar's signing seed (Ed25519, 32 bytes) and its deployment."""

    deployment: Deployment
    seed: SecretBytes


@dataclass(frozen=True)
class Person:
    """Her two unrelated pseudonyms and the level at which she was verified."""

    person: Nonce
    pseudonym: Nonce
    level: str


def open_index_request(signed: Signed) -> IndexCredentialRequest:
    """A request signed with the key that it asks to have certified.

    Raises:
        InvalidSignature: Made without that key.
    """
    key = peek(signed, IndexCredentialRequest, culprit="client").key
    return open_signed(
        signed, IndexCredentialRequest, Label.INDEX_CREDENTIAL_REQUEST, key
    )


def open_standing_request(signed: Signed) -> StandingCredentialRequest:
    """A request signed with the key that it asks to have certified.

    Raises:
        InvalidSignature: Made without that key.
    """
    key = peek(signed, StandingCredentialRequest, culprit="client").key
    return open_signed(
        signed, StandingCredentialRequest, Label.STANDING_CREDENTIAL_REQUEST, key
    )


def issue_index_credential(
    registrar: Registrar, person: Person, key: PublicKey, *, day: int
) -> Signed:
    """Sign an index credential: pseudonym, key, expiry month."""
    credential = IndexCredential(
        deployment_id=Nonce(registrar.deployment.deployment_id),
        registrar=public_key(registrar.seed),
        pseudonym=person.pseudonym,
        key=key,
        expiry_month=month_of(day) + VALID_MONTHS,
    )
    return sign(registrar.seed, Label.INDEX_CREDENTIAL, credential)


def issue_standing_credential(
    registrar: Registrar,
    person: Person,
    identity: Identity,
    request: StandingCredentialRequest,
    *,
    day: int,
    randomness: Randomness = SYSTEM,
) -> StandingCredentialGrant:
    """Check the evaluated self keys, encrypt their tags, sign the credential.

    Args:
        registrar: Whose signature.
        person: Whose credential.
        identity: What was verified; erased by the caller afterwards.
        request: Verified by `open_standing_request`.
        day: Today.
        randomness: Draws the commitment's salt, then per tag one r and one
            proof nonce (a whole tag point for padding).

    Raises:
        InvalidRegistration: Not exactly the self keys of this identity.
        InvalidProof: An index trustee did not make its answer; names it.

    Source: PROTOCOL.md §R4, §R5.
    """
    points = _tag_points(registrar.deployment, identity, request)
    opening = encode(
        IdentityOpening(
            name=identity.name,
            email=identity.email,
            salt=Nonce(randomness(16)),
        )
    )
    tags = encode(
        SelfTags(
            encrypted_tags=_encrypt_all(
                registrar.deployment, points, request.key, randomness
            )
        )
    )
    credential = StandingCredential(
        deployment_id=Nonce(registrar.deployment.deployment_id),
        registrar=public_key(registrar.seed),
        person=person.person,
        key=request.key,
        level=person.level,
        expiry_month=month_of(day) + VALID_MONTHS,
        identity_commitment=identity_commitment(opening),
        self_tags_digest=self_tags_digest(tags),
    )
    return StandingCredentialGrant(
        credential=sign(registrar.seed, Label.STANDING_CREDENTIAL, credential),
        self_tags=Blob(tags),
        opening=Blob(opening),
    )


def _tag_points(
    deployment: Deployment, identity: Identity, request: StandingCredentialRequest
) -> list[Element]:
    """The tag point of every self key, from the trustees' verified answers."""
    keys = self_keys(identity)
    check_entry_count(request.blinded_elements, "blinded_elements")
    if len(request.places) != len(keys) or len(request.blinds) != len(keys):
        raise InvalidRegistration("not as many self keys as follow from the identity")
    blinded = [Element.decode(e) for e in request.blinded_elements]
    blinds = [Scalar.decode(b) for b in request.blinds]
    combined = _combine(deployment, blinded, request)
    points = []
    for key, place, blind in zip(keys, request.places, blinds, strict=True):
        if not 0 <= place < len(blinded) or blinded[place] != blind * input_element(
            key.encode()
        ):
            raise InvalidRegistration("a blinded element is not that self key")
        output = finalize(key.encode(), blind, combined[place])
        stretched = stretch(output, deployment.deployment_id, deployment.stretch)
        points.append(level_secrets(stretched, deployment.levels).tag_point)
    return points


def _combine(
    deployment: Deployment,
    blinded: Sequence[Element],
    request: StandingCredentialRequest,
) -> list[Element]:
    """Combine the answers that verify; one lying trustee must not stop her."""
    answers = {answer.index: answer for answer in request.evaluations}
    shares, faults = [], []
    for answer in answers.values():
        try:
            share = EvaluationShare(
                answer.index,
                tuple(Element.decode(e) for e in answer.evaluated_elements),
                bytes(answer.proof),
            )
            verify_evaluation_share(share, blinded, deployment.index_keys)
            shares.append(share)
        except ProtocolError as fault:
            faults.append(fault)
    if len(shares) < deployment.index_keys.trustee_threshold and faults:
        raise faults[0]
    return combine_evaluation_shares(shares, deployment.index_keys)


def _encrypt_all(
    deployment: Deployment,
    points: Sequence[Element],
    key: PublicKey,
    randomness: Randomness,
) -> tuple[EncryptedTag, ...]:
    padded = list(points)
    while len(padded) < SELF_TAG_COUNT:
        padded.append(Element.from_uniform(randomness(64)))
    base = deployment.opening_keys.public_key
    binding = self_tag_binding(deployment, key)
    return tuple(
        encrypt_tag(
            point,
            Scalar.random(randomness=randomness),
            base,
            binding,
            position,
            randomness=randomness,
        )
        for position, point in enumerate(padded)
    )


def deletion_receipt(registrar: Registrar, receipt: Nonce, *, day: int) -> Signed:
    """Dated, signed word that nothing of the verified identity is left."""
    message = DeletionReceipt(
        deployment_id=Nonce(registrar.deployment.deployment_id),
        receipt=receipt,
        day=day,
    )
    return sign(registrar.seed, Label.DELETION_RECEIPT, message)
