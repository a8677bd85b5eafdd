"""The steps of one trustee through a key ceremony.

A step takes a state and a message and gives the next state and a letter to
the coordinator. The caller saves the state before it sends the letter: to
begin twice in one context would publish two contributions.

Source: COCKTAIL-DKG v0.2.1, Protocol Definition.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from blind_index.errors import InconsistentShares, InvalidLength, ProtocolError
from blind_index.group import Element, Scalar
from blind_index.key_share import KeyShare, PublicKeySet
from blind_index.randomness import SYSTEM, Randomness
from blind_index.shamir import Polynomial, index_scalar
from escrow.cocktail_dkg.certificate import (
    certified_contributions,
    check_proofs,
    encode_transcript,
)
from escrow.cocktail_dkg.contribution import (
    check_share,
    make_contribution,
    public_key_set,
)
from escrow.cocktail_dkg.dealt_share import Route, open_share, seal_share
from escrow.cocktail_dkg.errors import COORDINATOR, AlteredMessage, blame
from escrow.cocktail_dkg.messages import Dealing, decode_round_one, decode_round_two
from escrow.cocktail_dkg.setup import CeremonySetup
from escrow.cocktail_dkg.suite import sign


@dataclass(frozen=True, slots=True)
class RoundOne:
    """A trustee that has dealt and waits for the others.

    The polynomial is not kept: our own share comes back as a ciphertext.

    Attributes:
        setup: What the trustees agreed on.
        static_secret: Ours; secret.
        message: What we sent; the same bytes are sent again if asked for.
    """

    setup: CeremonySetup
    static_secret: Scalar
    message: bytes


@dataclass(frozen=True, slots=True)
class RoundTwo:
    """A trustee that has its share and waits for everybody's signature.

    The share must not be used before `receive_signatures` accepts.

    Attributes:
        setup: What the trustees agreed on.
        key_share: Ours; secret.
        transcript: What we signed.
        signature: What we sent; the same bytes are sent again if asked for.
    """

    setup: CeremonySetup
    key_share: KeyShare
    transcript: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a certified ceremony yields.

    Attributes:
        key_share: Ours; secret.
        keys: The joint key and all verification shares.
        transcript: With the signatures, the public certificate.
        signatures: Of trustee i at position i - 1.
    """

    key_share: KeyShare
    keys: PublicKeySet
    transcript: bytes
    signatures: tuple[bytes, ...]


def begin(
    setup: CeremonySetup, static_secret: Scalar, *, randomness: Randomness = SYSTEM
) -> tuple[RoundOne, bytes]:
    """Deal shares of a fresh secret to all trustees.

    Args:
        setup: What the trustees agreed on.
        static_secret: Behind our own static key.
        randomness: Drawn from for the coefficients from the constant up, then
            for the ephemeral secret.

    Returns:
        The state to save and the message to send to the coordinator.

    Raises:
        InvalidIndex: The static key at our index is not ours.

    Source: Algorithm 4.
    """
    setup.check_static_secret(static_secret)
    degrees = range(setup.trustee_threshold)
    coefficients = tuple(Scalar.random(randomness) for _ in degrees)
    ephemeral_secret = Scalar.random(randomness)
    contribution = make_contribution(setup.context, coefficients, ephemeral_secret)
    polynomial = Polynomial(coefficients)
    ciphertexts = []
    for index, recipient_key in enumerate(setup.static_public_keys, start=1):
        route = Route(
            setup.context, contribution.ephemeral_key, setup.own_key, recipient_key
        )
        share = polynomial.evaluate(index_scalar(index)).encode()
        ciphertexts.append(seal_share(route, ephemeral_secret, static_secret, share))
    message = Dealing(contribution, tuple(ciphertexts)).encode()
    return RoundOne(setup, static_secret, message), message


def receive_round_one(state: RoundOne, message: bytes) -> tuple[RoundTwo, bytes]:
    """Check what all trustees dealt, add it up and sign the transcript.

    Args:
        state: Of `begin`.
        message: From the coordinator, as `aggregate` makes it.

    Returns:
        The state to save and our signature to send to the coordinator.

    Raises:
        InvalidLength: `culprit` dealt another number of commitments than t,
            or something that is no ciphertext of a share.
        InvalidElement: `culprit` sent a bad element or the identity.
        AlteredMessage: Our own dealing is not what we sent; `culprit` is the
            coordinator.
        InvalidProof: `culprit` does not prove the contribution to be its own
            and of this session.
        InvalidCiphertext: `culprit` sent a ciphertext that does not open.
        InvalidScalar: `culprit` encrypted something that is not a share.
        InconsistentShares: `culprit` dealt a share that contradicts its
            commitment.

    Source: Algorithm 5 and the signature of Algorithm 6. The checks go in the
    order of Round 2: all commitments, all proofs, all shares.
    """
    setup = state.setup
    dealings = _dealings(state, message)
    contributions = [dealing.contribution for dealing in dealings]
    check_proofs(setup.agreement, contributions)
    scalar = add_up_shares(setup, state.static_secret, dealings)
    key_share = KeyShare(setup.index, scalar)
    check_key_share(key_share, public_key_set(contributions))
    transcript = encode_transcript(setup.agreement, contributions)
    signature = sign(state.static_secret, transcript)
    return RoundTwo(setup, key_share, transcript, signature), signature


def receive_signatures(state: RoundTwo, signatures: Sequence[bytes]) -> Outcome:
    """Accept the key once every trustee has signed the same transcript.

    Args:
        state: Of `receive_round_one`.
        signatures: From the coordinator: of trustee i at position i - 1.

    Returns:
        The share, which may now be used, and the certificate.

    Raises:
        InvalidLength: Not one signature of each trustee.
        AlteredMessage: Our own signature is not what we sent; `culprit` is
            the coordinator.
        InvalidSignature: `culprit` did not sign our transcript. The trustee
            may be honest and have been shown another one: compare transcripts
            before blaming anyone.

    Source: Algorithm 6.
    """
    setup = state.setup
    if len(signatures) != setup.size:
        raise InvalidLength("Not every trustee has signed.", culprit=COORDINATOR)
    if signatures[setup.index - 1] != state.signature:
        raise AlteredMessage("Our signature came back changed.", culprit=COORDINATOR)
    keys = public_key_set(
        certified_contributions(setup.agreement, state.transcript, signatures)
    )
    check_key_share(state.key_share, keys)
    return Outcome(state.key_share, keys, state.transcript, tuple(signatures))


def add_up_shares(
    setup: CeremonySetup, static_secret: Scalar, dealings: Sequence[Dealing]
) -> Scalar:
    """Open, check and add the shares that all dealers sent to one trustee.

    Args:
        setup: The trustee's.
        static_secret: The trustee's.
        dealings: Of all n dealers, with the one ciphertext for the trustee.

    Returns:
        The trustee's share of the joint key.

    Raises:
        InvalidCiphertext: `culprit` sent a ciphertext that does not open.
        InvalidScalar: `culprit` encrypted something that is not a share.
        InconsistentShares: `culprit` dealt a share that contradicts its
            commitment.
    """
    total = Scalar.from_int(0)
    senders = zip(setup.static_public_keys, dealings, strict=True)
    for dealer, (sender_key, dealing) in enumerate(senders, start=1):
        ephemeral_key = dealing.contribution.ephemeral_key
        route = Route(setup.context, ephemeral_key, sender_key, setup.own_key)
        with blame(dealer):
            # A payload beside the share would be an application's; we send none.
            share, _ = open_share(route, static_secret, dealing.ciphertexts[0])
            check_share(share, setup.index, dealing.contribution.commitment)
        total += share
    return total


def check_key_share(key_share: KeyShare, keys: PublicKeySet) -> None:
    """Refuse a share of the joint key that does not fit the public keys.

    Args:
        key_share: A trustee's sum of all dealt shares.
        keys: What the commitments add up to.

    Raises:
        InconsistentShares: They cannot belong together; after the checks of
            each dealer this would be a fault of this program.
    """
    expected = keys.verification_share(key_share.index)
    if Element.base_multiple(key_share.scalar) != expected:
        raise InconsistentShares("The key share does not fit the joint key.")


def _dealings(state: RoundOne, message: bytes) -> tuple[Dealing, ...]:
    # Our own place is held against what we sent. The specification does not ask
    # for this, and would have us blame ourselves for the coordinator's forgery.
    setup = state.setup
    sent = decode_round_one(state.message, setup.trustee_threshold, setup.size)
    altered = AlteredMessage("Our dealing came back changed.", culprit=COORDINATOR)
    try:
        dealings = decode_round_two(message, setup.trustee_threshold, setup.size)
    except ProtocolError as error:
        if error.culprit == setup.index:
            raise altered from error
        raise
    if dealings[setup.index - 1] != sent.addressed_to(setup.index):
        raise altered
    return dealings
