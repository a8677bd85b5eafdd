"""The server's side of a key ceremony: a bulletin board, nothing more (§K4)."""

from collections.abc import Sequence

from escrow.ceremony import ROLES, certified_keys, committee_of, complete, open_post
from escrow.ceremony import posts_of as bodies_of
from escrow.errors import InvalidCeremony
from escrow.manifest import build_manifest, open_manifest
from escrow.messages.codec import Blob, Signature, Signed, decode
from escrow.messages.deployment import (
    CeremonyAbort,
    CeremonyPost,
    Roster,
    SignedManifest,
    TrusteeSignature,
)


def admit_post(
    roster_payload: bytes, attempt: int, posts: Sequence[Signed], signed: Signed
) -> bool:
    """Whether a post is new on the board; the first of a step stays.

    Raises:
        InvalidCeremony: Another roster or attempt, or a second, different post.
        InvalidSignature: Its trustee did not sign it.
    """
    roster = decode(roster_payload, Roster)
    post = open_post(roster_payload, roster, signed)
    if post.step == "abort":
        decode(post.body, CeremonyAbort, culprit=post.index)
    if post.attempt != attempt:
        raise InvalidCeremony("a post about another attempt", culprit=post.index)
    for known in posts:
        other = open_post(roster_payload, roster, known)
        same = (other.role, other.index, other.step, other.attempt)
        if same == (post.role, post.index, post.step, post.attempt):
            if known != signed:
                raise InvalidCeremony("a second, different post", culprit=post.index)
            return False
    return True


def read_posts(
    roster_payload: bytes, attempt: int, posts: Sequence[Signed]
) -> list[CeremonyPost]:
    """The posts of an attempt, opened."""
    roster = decode(roster_payload, Roster)
    opened = [open_post(roster_payload, roster, signed) for signed in posts]
    return [post for post in opened if post.attempt == attempt]


def abort_reason(posts: Sequence[CeremonyPost]) -> CeremonyAbort | None:
    """Why the attempt was stopped, if it was."""
    stopped = [post for post in posts if post.step == "abort"]
    return decode(stopped[0].body, CeremonyAbort) if stopped else None


def assemble_manifest(
    roster_payload: bytes, posts: Sequence[CeremonyPost]
) -> SignedManifest | None:
    """The manifest, once every trustee has signed it.

    Raises:
        InvalidSignature: A trustee signed other bytes; `culprit` names it.
    """
    roster = decode(roster_payload, Roster)
    signatures = []
    for role in ROLES:
        bodies = bodies_of(posts, role, "manifest")
        if not complete(roster, role, bodies):
            return None
        for index in range(1, len(committee_of(roster, role).trustees) + 1):
            signature = Signature(bodies[index])
            signatures.append(
                TrusteeSignature(role=role, index=index, signature=signature)
            )
    payload = build_manifest(
        roster,
        certified_keys(roster_payload, roster, posts, "index"),
        certified_keys(roster_payload, roster, posts, "opening"),
    )
    signed = SignedManifest(payload=Blob(payload), signatures=tuple(signatures))
    open_manifest(signed)
    return signed
