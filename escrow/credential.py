"""Credentials: what a registrar signs and what everybody else checks (§R)."""

from collections.abc import Sequence
from dataclasses import dataclass

from blind_index.group import Element
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.transcript import digest
from escrow.calendar import month_of
from escrow.encrypted_tag import check_encrypted_tags
from escrow.errors import InvalidCredential
from escrow.manifest import Deployment
from escrow.messages.codec import Blob, Digest, PublicKey, Signed, decode
from escrow.messages.filing import EncryptedTag
from escrow.messages.registration import (
    IdentityOpening,
    IndexCredential,
    SelfTags,
    StandingCredential,
)
from escrow.padding import SELF_TAG_COUNT
from escrow.signing import check_signature, open_signed, peek, sign_bytes

VALID_MONTHS = 24


def self_tags_digest(self_tags: bytes) -> Digest:
    """What a standing credential says of its self tags."""
    return Digest(digest(Label.TAG_DIGEST, self_tags))


def identity_commitment(opening: bytes) -> Digest:
    """Commits to an encoded `IdentityOpening`; its salt hides it."""
    return Digest(digest(Label.IDENTITY_COMMITMENT, opening))


def _check_common(
    deployment: Deployment,
    credential: IndexCredential | StandingCredential,
    day: int | None,
) -> None:
    if credential.deployment_id != deployment.deployment_id:
        raise InvalidCredential("a credential of another deployment")
    if day is None:
        return
    if credential.expiry_month < month_of(day):
        raise InvalidCredential("the credential has expired")
    if credential.expiry_month > month_of(day) + VALID_MONTHS:
        raise InvalidCredential("the credential lasts longer than any may")


def check_index_credential(
    deployment: Deployment, signed: Signed, day: int
) -> IndexCredential:
    """Accept an index credential.

    Raises:
        InvalidCredential: Unknown registrar, another deployment, or expired.
        InvalidSignature: The registrar did not sign it.
    """
    claimed = peek(signed, IndexCredential)
    if deployment.registrar(claimed.registrar) is None:
        raise InvalidCredential("a registrar that the manifest does not list")
    credential = open_signed(
        signed, IndexCredential, Label.INDEX_CREDENTIAL, claimed.registrar
    )
    _check_common(deployment, credential, day)
    return credential


def check_standing_credential(
    deployment: Deployment, signed: Signed, day: int | None
) -> StandingCredential:
    """Accept a standing credential at a level that counts as one per human.

    Args:
        deployment: The manifest.
        signed: As it travels.
        day: On which it must be valid; None where trustees have judged that
            already, for a report may wait longer than a credential lasts.

    Raises:
        InvalidCredential: Unknown registrar or level, another deployment,
            expired.
        InvalidSignature: The registrar did not sign it.
    """
    claimed = peek(signed, StandingCredential)
    registrar = deployment.registrar(claimed.registrar)
    if registrar is None:
        raise InvalidCredential("a registrar that the manifest does not list")
    credential = open_signed(
        signed, StandingCredential, Label.STANDING_CREDENTIAL, registrar.key
    )
    _check_common(deployment, credential, day)
    if credential.level not in registrar.counting_levels:
        raise InvalidCredential("an assurance level that does not count")
    return credential


def self_tag_binding(deployment: Deployment, key: PublicKey) -> tuple[bytes, bytes]:
    """To what the proofs of a person's self tags are bound: her credential key."""
    return deployment.deployment_id, key


def check_self_tags(
    deployment: Deployment, credential: StandingCredential, self_tags: bytes
) -> tuple[Sequence[EncryptedTag], list[Element]]:
    """The self tags that a credential is about, and the c2 of each.

    Raises:
        InvalidCredential: They are not the ones signed, or not as many.
        InvalidProof: One of them was made from somebody else's.
    """
    if self_tags_digest(self_tags) != credential.self_tags_digest:
        raise InvalidCredential("self tags other than the signed ones")
    tags = decode(self_tags, SelfTags).encrypted_tags
    if len(tags) != SELF_TAG_COUNT:
        raise InvalidCredential(f"{SELF_TAG_COUNT} self tags are required")
    points = check_encrypted_tags(
        tags,
        deployment.opening_keys.public_key,
        self_tag_binding(deployment, credential.key),
    )
    return tags, points


@dataclass(frozen=True)
class Standing:
    """What a verified person holds: credential, tags, opening, signing key.

    `seed` is the Ed25519 seed (32 bytes) of the credential's key.
    """

    credential: Signed
    self_tags: Blob
    opening: Blob
    seed: SecretBytes


def sign_core(standing: Standing, core: bytes) -> Signed:
    """The person's signature over H(core), in the form that travels."""
    payload = Blob(digest(Label.REPORT_CORE, core))
    return Signed(
        payload=payload,
        signature=sign_bytes(standing.seed, Label.STANDING_SIGNATURE, payload),
    )


def check_core_signature(
    credential: StandingCredential, signed: Signed, core: bytes
) -> None:
    """Refuse a standing that was given to another report.

    Raises:
        InvalidCredential: The signature is about another core.
        InvalidSignature: The credential's key did not make it.
    """
    if signed.payload != digest(Label.REPORT_CORE, core):
        raise InvalidCredential("a standing that was given to another report")
    check_signature(
        credential.key, Label.STANDING_SIGNATURE, signed.payload, signed.signature
    )


def check_opening(credential: StandingCredential, opening: bytes) -> IdentityOpening:
    """The verified name and e-mail that a credential commits to.

    Raises:
        InvalidCredential: The opening is another one.
    """
    if identity_commitment(opening) != credential.identity_commitment:
        raise InvalidCredential("an opening of another commitment")
    return decode(opening, IdentityOpening)
