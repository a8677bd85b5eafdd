"""What both sides of a key ceremony hold of its bulletin board (§K).

The board is kept by the untrusted API: every post is signed by its trustee, so
all it can do is withhold.
"""

from collections.abc import Sequence

from blind_index.errors import InvalidIndex
from blind_index.group import Element
from blind_index.key_share import PublicKeySet
from blind_index.labels import Label
from blind_index.transcript import digest
from escrow.cocktail_dkg import ceremony_context, check_certificate
from escrow.errors import InvalidCeremony
from escrow.manifest import roster_digest
from escrow.messages.codec import Blob, Signed, decode
from escrow.messages.deployment import (
    CeremonyPost,
    CertificateShare,
    Committee,
    Role,
    Roster,
    TrusteeCard,
)
from escrow.signing import open_signed, peek

ROLES: tuple[Role, Role] = ("index", "opening")


def committee_of(roster: Roster, role: Role) -> Committee:
    """A roster's committee of a role."""
    return roster.index if role == "index" else roster.opening


def card_of(roster: Roster, role: Role, index: int) -> TrusteeCard:
    """A trustee's card.

    Raises:
        InvalidIndex: No such trustee.
    """
    trustees = committee_of(roster, role).trustees
    if not 1 <= index <= len(trustees):
        raise InvalidIndex(f"no {role} trustee of this index")
    return trustees[index - 1]


def static_keys(committee: Committee) -> tuple[Element, ...]:
    """The committee's ceremony keys, in index order."""
    return tuple(Element.decode(card.ceremony_key) for card in committee.trustees)


def context_of(roster: bytes, committee: Committee, role: Role, attempt: int) -> bytes:
    """The DKG context: unique to deployment, committee and attempt (§K3)."""
    session = digest(
        Label.CEREMONY_CONTEXT,
        roster_digest(roster),
        role.encode(),
        attempt.to_bytes(4, "big"),
    )
    return ceremony_context(session, static_keys(committee))


def open_post(roster_payload: bytes, roster: Roster, signed: Signed) -> CeremonyPost:
    """Verify a post's signature and that it is about this roster.

    Raises:
        InvalidCeremony: Another roster, or no such trustee.
        InvalidSignature: Its trustee did not sign it.
    """
    claimed = peek(signed, CeremonyPost, culprit="api")
    try:
        card = card_of(roster, claimed.role, claimed.index)
    except InvalidIndex:
        raise InvalidCeremony("a post of nobody on the roster", culprit="api") from None
    name = f"{claimed.role} trustee {claimed.index}"
    post = open_signed(
        signed, CeremonyPost, Label.CEREMONY_POST, card.identity_key, culprit=name
    )
    if post.roster_digest != roster_digest(roster_payload):
        raise InvalidCeremony("a post about another roster", culprit=name)
    return post


def posts_of(posts: Sequence[CeremonyPost], role: Role, step: str) -> dict[int, Blob]:
    """The bodies of one step of one committee, by trustee index."""
    return {p.index: p.body for p in posts if p.role == role and p.step == step}


def complete(roster: Roster, role: Role, bodies: dict[int, Blob]) -> bool:
    """Whether every trustee of a committee has posted."""
    return len(bodies) == len(committee_of(roster, role).trustees)


def certified_keys(
    roster_payload: bytes, roster: Roster, posts: Sequence[CeremonyPost], role: Role
) -> PublicKeySet:
    """A committee's public keys, from its certificates alone (§K7).

    Raises:
        ProtocolError: The certificate does not hold; names whom it can.
    """
    committee = committee_of(roster, role)
    bodies = posts_of(posts, role, "certificate")
    if not complete(roster, role, bodies):
        raise InvalidCeremony(f"the {role} committee's certificate is not complete")
    shares = [decode(bodies[i], CertificateShare, culprit=i) for i in sorted(bodies)]
    attempt = posts[0].attempt
    return check_certificate(
        shares[0].transcript,
        [share.signature for share in shares],
        static_keys(committee),
        context=context_of(roster_payload, committee, role, attempt),
        extension=b"",
        trustee_threshold=committee.trustee_threshold,
    )


def confirmed(roster: Roster, posts: Sequence[CeremonyPost]) -> bool:
    """Whether every trustee of both committees confirmed the roster."""
    return all(complete(roster, r, posts_of(posts, r, "confirm")) for r in ROLES)
