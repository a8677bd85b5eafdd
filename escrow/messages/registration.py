"""Credentials and how they are obtained (§R)."""

from typing import Literal

from escrow.messages.codec import (
    Blob,
    Day,
    Digest,
    EncodedElement,
    EncodedScalar,
    Message,
    Month,
    Nonce,
    Place,
    Proof,
    PublicKey,
    Signed,
    TrusteeIndex,
)
from escrow.messages.filing import EncryptedTag

#: What a person brings back: a code by mail or phone, the number that she is shown at
#: the end of a visit elsewhere, or a voucher.
Awaited = Literal["email", "phone", "number", "voucher"]
Note = Literal["email-failed", "phone-failed", "returned", "refused"]


class IndexCredential(Message, frozen=True, tag="index-credential/1"):
    """Buys evaluations from the index committee, under a pseudonym (§R3).

    `expiry_month` counts months: 12 * year + month - 1.
    """

    deployment_id: Nonce
    registrar: PublicKey
    pseudonym: Nonce
    key: PublicKey
    expiry_month: Month


class StandingCredential(Message, frozen=True, tag="standing-credential/1"):
    """Says that its holder is one verified person (§R4).

    `person` is one per human; `identity_commitment` hides the verified name and
    e-mail until the holder opens it; `self_tags_digest` binds the encrypted
    tags of the match keys that would name the holder herself.
    """

    deployment_id: Nonce
    registrar: PublicKey
    person: Nonce
    key: PublicKey
    level: str
    expiry_month: Month
    identity_commitment: Digest
    self_tags_digest: Digest


class SelfTags(Message, frozen=True, tag="self-tags/1"):
    """The encrypted tags of a person's own verified identifiers (§R5)."""

    encrypted_tags: tuple[EncryptedTag, ...]


class IdentityOpening(Message, frozen=True, tag="identity-opening/1"):
    """Opens an identity commitment: what the registrar verified."""

    name: str
    email: str
    salt: Nonce


class ProviderEntry(Message, frozen=True):
    """One way to be verified that a registrar offers (§R1).

    `asks` says what the person types before, `title` in the operator's words whom
    she turns to; `ready` is false while nobody can be verified this way.
    """

    name: str
    kind: Literal["demo", "codes", "openid", "voucher"]
    title: str
    asks: tuple[Literal["name", "email", "phone"], ...]
    ready: bool


class ProviderList(Message, frozen=True, tag="provider-list/1"):
    """Registrar to anyone: the ways to be verified, the first one preferred."""

    providers: tuple[ProviderEntry, ...]


class VerificationRequest(Message, frozen=True, tag="verification-request/1"):
    """Survivor to registrar: begin a check with this provider (§R1)."""

    provider: str
    name: str
    email: str
    phone: str
    country: str


class VerificationStarted(Message, frozen=True, tag="verification-started/1"):
    """The secret handle of a verification, and what the person must do next.

    She opens `link` in another tab if it is not empty, and brings one answer for
    each of `awaits`, in this order; none if it is empty.
    """

    verification: Nonce
    awaits: tuple[Awaited, ...]
    link: str


class VerificationFinish(Message, frozen=True, tag="verification-finish/1"):
    """What the person brought back from the provider; no answers only ask."""

    verification: Nonce
    answers: tuple[str, ...]


class VerificationAgain(Message, frozen=True, tag="verification-again/1"):
    """Survivor to registrar: send that code once more."""

    verification: Nonce
    awaited: Awaited


class VerificationProgress(Message, frozen=True, tag="verification-progress/1"):
    """How far a check is; with `verified`, the identity from which self keys follow.

    `known` only where every mark of the identity already belongs to this person:
    somebody who reads another's mail must not learn that she is registered. `notes`
    tell what became of what was sent, or that the provider answered.
    """

    verified: bool
    known: bool
    notes: tuple[Note, ...]
    name: str
    email: str
    phone: str
    country: str


class IndexCredentialRequest(Message, frozen=True, tag="index-credential-request/1"):
    """Verified person to registrar: sign this key; signed with that key (§R3)."""

    verification: Nonce
    key: PublicKey


class SelfEvaluation(Message, frozen=True):
    """One index trustee's answer over the whole padded list."""

    index: TrusteeIndex
    evaluated_elements: tuple[EncodedElement, ...]
    proof: Proof


class StandingCredentialRequest(
    Message, frozen=True, tag="standing-credential-request/1"
):
    """Verified person to registrar: her self keys, evaluated (§R4).

    The keys themselves are not sent: the registrar derives them from what it
    verified. `places[i]` says which blinded element is the i-th self key under
    `blinds[i]`; the other elements are padding.
    """

    verification: Nonce
    key: PublicKey
    blinded_elements: tuple[EncodedElement, ...]
    places: tuple[Place, ...]
    blinds: tuple[EncodedScalar, ...]
    evaluations: tuple[SelfEvaluation, ...]


class StandingCredentialGrant(Message, frozen=True, tag="standing-credential-grant/1"):
    """The signed standing credential, its self tags and what opens it."""

    credential: Signed
    self_tags: Blob
    opening: Blob


class DeletionReceipt(Message, frozen=True, tag="deletion-receipt/1"):
    """Dated word of the registrar that the verified identity is gone (§R6)."""

    deployment_id: Nonce
    receipt: Nonce
    day: Day


class TokenRequest(Message, frozen=True, tag="token-request/1"):
    """Registered client to API: blinded submission tokens (§R7)."""

    manifest_digest: Digest
    credential: Signed
    request_id: Nonce
    blinded_elements: tuple[EncodedElement, ...]


class TokenGrant(Message, frozen=True, tag="token-grant/1"):
    """The blinded tokens, evaluated under the manifest's token key."""

    evaluated_elements: tuple[EncodedElement, ...]
    proof: Proof
