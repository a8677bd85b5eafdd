"""A trustee's part in its committee's key ceremony (§K3 to §K8).

`advance` looks at the bulletin board and goes as far as it carries: confirm,
round one, certificate, manifest. The state is saved before its posts are sent,
so an interrupted ceremony resumes; a failed one leaves no half key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from blind_index.group import Scalar
from blind_index.key_share import KeyShare
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from escrow import cocktail_dkg
from escrow.ceremony import (
    ROLES,
    certified_keys,
    committee_of,
    complete,
    confirmed,
    context_of,
    open_post,
    posts_of,
    static_keys,
)
from escrow.errors import InvalidCeremony
from escrow.manifest import build_manifest, check_roster, roster_digest
from escrow.messages.codec import Blob, Message, Signature, Signed, decode, encode
from escrow.messages.deployment import (
    CeremonyAbort,
    CeremonyBoard,
    CeremonyPost,
    CertificateShare,
    Role,
    Roster,
    SignedManifest,
)
from escrow.signing import sign, sign_bytes

Phase = Literal["confirmed", "dealt", "verified", "certified", "signed", "aborted"]


@dataclass(frozen=True)
class Participant:
    """A trustee and the roster it confirmed (the bytes, by digest)."""

    roster_payload: bytes
    role: Role
    index: int
    identity_seed: SecretBytes
    ceremony_secret: Scalar

    @property
    def roster(self) -> Roster:
        """The confirmed roster, decoded."""
        return decode(self.roster_payload, Roster)


class CeremonyState(Message, frozen=True, tag="ceremony-state/1"):
    """How far this trustee is; sealed at rest, for it holds secrets.

    `dkg` is the DKG's own state, then, once certified, the key share's scalar.
    `manifest` is the manifest this trustee built and signed.
    """

    attempt: int
    phase: Phase
    dkg: Blob = Blob(b"")
    manifest: Blob = Blob(b"")
    posts: tuple[Signed, ...] = ()


@dataclass(frozen=True)
class CeremonyStep:
    """The state to save, then the posts the board still lacks."""

    state: CeremonyState
    posts: tuple[Signed, ...]


def confirm(me: Participant) -> CeremonyState:
    """Begin by confirming the roster.

    Raises:
        InvalidManifest: Its numbers could not protect anybody.
        InvalidCeremony: This trustee is not the one on it.
    """
    roster = me.roster
    check_roster(roster)
    state = CeremonyState(attempt=1, phase="confirmed")
    return _post(me, state, "confirm", b"")


def _post(
    me: Participant, state: CeremonyState, step: str, body: bytes
) -> CeremonyState:
    post = CeremonyPost(
        roster_digest=roster_digest(me.roster_payload),
        role=me.role,
        index=me.index,
        attempt=state.attempt,
        step=step,  # type: ignore[arg-type]
        body=Blob(body),
    )
    signed = sign(me.identity_seed, Label.CEREMONY_POST, post)
    return replace(state, posts=(*state.posts, signed))


def advance(
    me: Participant,
    state: CeremonyState,
    board: CeremonyBoard,
    *,
    randomness: Randomness = SYSTEM,
) -> CeremonyStep:
    """Go as far as the board carries.

    A fault of a peer ends the attempt: the step's state is `aborted`, holds no
    key material, and its post names the culprit. A higher attempt on the board
    begins afresh: until a manifest is published, no share is in use.

    Raises:
        InvalidCeremony: The board is about another roster.
    """
    if board.roster != me.roster_payload:
        raise InvalidCeremony("the board shows another roster", culprit="api")
    if board.attempt > state.attempt:
        fresh = CeremonyState(attempt=board.attempt, phase="confirmed")
        state = _post(me, fresh, "confirm", b"")
    posts = _read(me, board, state.attempt)
    try:
        state = _rounds(me, state, posts, randomness)
    except ProtocolError as error:
        state = _abort(me, state, error)
    missing = tuple(post for post in state.posts if post not in board.posts)
    return CeremonyStep(state, missing)


def _read(me: Participant, board: CeremonyBoard, attempt: int) -> list[CeremonyPost]:
    roster = me.roster
    opened = [open_post(me.roster_payload, roster, signed) for signed in board.posts]
    return [post for post in opened if post.attempt == attempt]


def _rounds(
    me: Participant,
    state: CeremonyState,
    posts: Sequence[CeremonyPost],
    randomness: Randomness,
) -> CeremonyState:
    over = state.phase in {"aborted", "signed"}
    if not over and any(post.step == "abort" for post in posts):
        # A fellow stopped this attempt; its post says why.
        return CeremonyState(
            attempt=state.attempt, phase="aborted", posts=state.posts[:1]
        )
    if state.phase == "confirmed" and confirmed(me.roster, posts):
        state = _deal(me, state, randomness)
    if state.phase == "dealt":
        state = _verify(me, state, posts)
    if state.phase == "verified":
        state = _certify(me, state, posts)
    if state.phase == "certified":
        state = _sign_manifest(me, state, posts)
    return state


def _deal(
    me: Participant, state: CeremonyState, randomness: Randomness
) -> CeremonyState:
    committee = committee_of(me.roster, me.role)
    setup = cocktail_dkg.CeremonySetup(
        context=context_of(me.roster_payload, committee, me.role, state.attempt),
        index=me.index,
        trustee_threshold=committee.trustee_threshold,
        static_public_keys=static_keys(committee),
        extension=b"",
    )
    dealt, message = cocktail_dkg.begin(
        setup, me.ceremony_secret, randomness=randomness
    )
    kept = Blob(cocktail_dkg.encode_state(dealt))
    return _post(me, replace(state, phase="dealt", dkg=kept), "round-one", message)


def _verify(
    me: Participant, state: CeremonyState, posts: Sequence[CeremonyPost]
) -> CeremonyState:
    bodies = posts_of(posts, me.role, "round-one")
    if not complete(me.roster, me.role, bodies):
        return state
    dealt = cocktail_dkg.decode_state(state.dkg)
    if not isinstance(dealt, cocktail_dkg.RoundOne):
        raise InvalidCeremony("the saved state is of another round")
    threshold = committee_of(me.roster, me.role).trustee_threshold
    messages = [bodies[i] for i in sorted(bodies)]
    message = cocktail_dkg.aggregate(messages, threshold, me.index)
    verified, signature = cocktail_dkg.receive_round_one(dealt, message)
    share = CertificateShare(
        transcript=Blob(verified.transcript), signature=Signature(signature)
    )
    kept = Blob(cocktail_dkg.encode_state(verified))
    state = replace(state, phase="verified", dkg=kept)
    return _post(me, state, "certificate", encode(share))


def _certify(
    me: Participant, state: CeremonyState, posts: Sequence[CeremonyPost]
) -> CeremonyState:
    bodies = posts_of(posts, me.role, "certificate")
    if not complete(me.roster, me.role, bodies):
        return state
    verified = cocktail_dkg.decode_state(state.dkg)
    if not isinstance(verified, cocktail_dkg.RoundTwo):
        raise InvalidCeremony("the saved state is of another round")
    signatures = []
    for index in sorted(bodies):
        share = decode(bodies[index], CertificateShare, culprit=index)
        # A differing transcript is a split view: the board, or this trustee,
        # showed different round-one messages. Compare before anyone is blamed.
        if share.transcript != verified.transcript:
            raise InvalidCeremony("two trustees saw different messages", culprit="api")
        signatures.append(share.signature)
    outcome = cocktail_dkg.receive_signatures(verified, signatures)
    scalar = Blob(outcome.key_share.scalar.encode())
    return replace(state, phase="certified", dkg=scalar)


def _sign_manifest(
    me: Participant, state: CeremonyState, posts: Sequence[CeremonyPost]
) -> CeremonyState:
    roster = me.roster
    for role in ROLES:
        if not complete(roster, role, posts_of(posts, role, "certificate")):
            return state
    index_keys = certified_keys(me.roster_payload, roster, posts, "index")
    opening_keys = certified_keys(me.roster_payload, roster, posts, "opening")
    payload = build_manifest(roster, index_keys, opening_keys)
    signature = sign_bytes(me.identity_seed, Label.MANIFEST, payload)
    state = replace(state, phase="signed", manifest=Blob(payload))
    return _post(me, state, "manifest", signature)


def _abort(
    me: Participant, state: CeremonyState, error: ProtocolError
) -> CeremonyState:
    """End the attempt: no key material stays, and the culprit is named."""
    reason = CeremonyAbort(
        culprit=str(error.culprit), reason=f"{type(error).__name__}: {error}"
    )
    bare = CeremonyState(attempt=state.attempt, phase="aborted", posts=state.posts[:1])
    return _post(me, bare, "abort", encode(reason))


def abort_reason(
    me: Participant, state: CeremonyState, board: CeremonyBoard
) -> CeremonyAbort | None:
    """Why an attempt was stopped: by this trustee, else by a fellow."""
    opened = [open_post(me.roster_payload, me.roster, signed) for signed in state.posts]
    for post in (*opened, *_read(me, board, state.attempt)):
        if post.step == "abort":
            return decode(post.body, CeremonyAbort, culprit=post.index)
    return None


def key_share(me: Participant, state: CeremonyState) -> KeyShare:
    """The trustee's share, once the ceremony is over.

    Raises:
        InvalidCeremony: It is not.
    """
    if state.phase != "signed":
        raise InvalidCeremony("the ceremony is not over")
    return KeyShare(me.index, Scalar.decode(state.dkg))


def check_published(state: CeremonyState, signed: SignedManifest) -> None:
    """Refuse a published manifest other than the one this trustee signed.

    Raises:
        InvalidCeremony: The API published another.
    """
    if signed.payload != state.manifest:
        raise InvalidCeremony("another manifest was published", culprit="api")
