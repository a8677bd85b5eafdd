"""Each test takes an honest ceremony and changes one thing."""

from dataclasses import replace
from functools import cache

import pytest

from blind_index.errors import (
    IdentityElement,
    InconsistentShares,
    InvalidElement,
    InvalidLength,
    InvalidProof,
    InvalidScalar,
)
from blind_index.group import Element, Scalar
from blind_index.shamir import Polynomial, index_scalar
from escrow.cocktail_dkg import (
    COORDINATOR,
    AlteredMessage,
    aggregate,
    check_round_one,
    receive_round_one,
    receive_signatures,
)
from escrow.cocktail_dkg.fields import encode_framed
from escrow.cocktail_dkg.messages import Dealing
from escrow.cocktail_dkg.suite import MAX_CIPHERTEXT_SIZE, sign
from escrow.errors import InvalidCiphertext, InvalidSignature
from tests.blind_index.strategies import ORDER
from tests.escrow.cocktail_dkg_world import coefficients, deal, make_world

DEALERS = [1, 2, 3]
IDENTITY = bytes(32)
NOT_AN_ELEMENT = b"\xff" * 32

every_dealer = pytest.mark.parametrize("dealer", DEALERS)


@cache
def world():
    return make_world(2, 3)


@cache
def other_session():
    return make_world(2, 3, session=b"second")


def dealing(dealer):
    return world().dealing(dealer)


def changed(dealer, **changes):
    """A dealer's message with fields of its contribution replaced."""
    honest = dealing(dealer)
    contribution = replace(honest.contribution, **changes)
    return Dealing(contribution, honest.ciphertexts).encode()


def refuse_at_the_door(dealer, message, leaf):
    with pytest.raises(leaf) as refused:
        check_round_one(
            message,
            dealer,
            context=world().agreement.context,
            trustee_threshold=2,
            size=3,
        )
    assert refused.value.culprit == dealer


def pass_the_door(dealer, message):
    """A lie the coordinator cannot see, for it is encrypted."""
    check_round_one(
        message,
        dealer,
        context=world().agreement.context,
        trustee_threshold=2,
        size=3,
    )


def refuse_aggregating(dealer, message, leaf):
    messages = world().with_message(dealer, message).messages
    for recipient in DEALERS:
        with pytest.raises(leaf) as refused:
            aggregate(messages, 2, recipient)
        assert refused.value.culprit == dealer


def refuse_received(part, dealer, leaf, recipients=None):
    """Every other trustee names the dealer whose part is in the message."""
    for recipient in recipients or world().others(dealer):
        parts = [
            world().dealing(each).addressed_to(recipient).encode() for each in DEALERS
        ]
        parts[dealer - 1] = part(recipient) if callable(part) else part
        with pytest.raises(leaf) as refused:
            receive_round_one(world().states[recipient - 1], b"".join(parts))
        assert refused.value.culprit == dealer


def refuse_message(dealer, message, leaf, recipients=None):
    """The message passes the coordinator; the trustees refuse it."""
    crooked = world().with_message(dealer, message)
    for recipient in recipients or world().others(dealer):
        received = crooked.received(recipient)
        with pytest.raises(leaf) as refused:
            receive_round_one(world().states[recipient - 1], received)
        assert refused.value.culprit == dealer


# Commitments


@every_dealer
@pytest.mark.parametrize("count", [1, 3])
def test_commitment_of_another_length_is_refused(dealer, count):
    message = deal(world(), dealer, coefficients(count))
    public = 32 * count + 96
    refuse_at_the_door(dealer, message, (InvalidLength, InvalidElement))
    refuse_aggregating(dealer, message, (InvalidLength, InvalidElement))

    def carelessly_passed_on(recipient):
        size = 8 + 48
        start = public + size * (recipient - 1)
        return message[:public] + message[start : start + size]

    refuse_received(carelessly_passed_on, dealer, (InvalidLength, InvalidElement))


@every_dealer
@pytest.mark.parametrize("position", [0, 32, 128])
@pytest.mark.parametrize(
    ("value", "leaf"),
    [(IDENTITY, IdentityElement), (NOT_AN_ELEMENT, InvalidElement)],
)
def test_bad_commitment_or_ephemeral_key_is_refused(dealer, position, value, leaf):
    honest = world().messages[dealer - 1]
    message = honest[:position] + value + honest[position + 32 :]
    refuse_at_the_door(dealer, message, leaf)
    refuse_aggregating(dealer, message, leaf)

    def part(recipient):
        right = dealing(dealer).addressed_to(recipient).encode()
        return right[:position] + value + right[position + 32 :]

    refuse_received(part, dealer, leaf)


# Proofs of possession


def proofs(dealer):
    """Proofs that fail for one reason each."""
    honest = dealing(dealer).contribution.proof
    z = int.from_bytes(honest[32:], "little")
    neighbour = dealer % 3 + 1
    return {
        "altered response": honest[:32] + bytes([honest[32] ^ 1]) + honest[33:],
        "response not reduced": honest[:32] + (z + ORDER).to_bytes(32, "little"),
        "identity as nonce": IDENTITY + honest[32:],
        "nonce no element": NOT_AN_ELEMENT + honest[32:],
        "of another dealer": dealing(neighbour).contribution.proof,
        "of another session": other_session().dealing(dealer).contribution.proof,
        "by the static key": sign(world().secret(dealer), b"anything"),
    }


@every_dealer
@pytest.mark.parametrize("reason", list(proofs(1)))
def test_bad_proof_of_possession_is_refused(dealer, reason):
    message = changed(dealer, proof=proofs(dealer)[reason])
    refuse_at_the_door(dealer, message, InvalidProof)
    refuse_message(dealer, message, InvalidProof)


@every_dealer
def test_proof_covers_every_commitment(dealer):
    honest = dealing(dealer).contribution
    higher = (honest.commitment[0], Element.generator())
    message = changed(dealer, commitment=higher)
    refuse_at_the_door(dealer, message, InvalidProof)
    refuse_message(dealer, message, InvalidProof)


@every_dealer
def test_proof_covers_the_ephemeral_key(dealer):
    message = changed(dealer, ephemeral_key=Element.generator())
    refuse_at_the_door(dealer, message, InvalidProof)
    refuse_message(dealer, message, InvalidProof)


@every_dealer
def test_key_chosen_to_cancel_the_others_is_refused(dealer):
    mine = Element.base_multiple(Scalar.from_int(7))
    others = [
        dealing(each).contribution.commitment[0] for each in world().others(dealer)
    ]
    rogue = mine - sum(others, Element.identity())
    commitment = (rogue, dealing(dealer).contribution.commitment[1])
    message = changed(dealer, commitment=commitment)
    refuse_message(dealer, message, InvalidProof)


# Shares


@every_dealer
def test_share_off_the_polynomial_is_refused_by_its_recipient(dealer):
    chosen = coefficients(2)
    for victim in world().others(dealer):
        share = Polynomial(tuple(chosen)).evaluate(index_scalar(victim))
        wrong = (share + Scalar.from_int(1)).encode()
        message = deal(world(), dealer, chosen, plaintexts={victim: wrong})
        pass_the_door(dealer, message)
        refuse_message(dealer, message, InconsistentShares, [victim])


@every_dealer
def test_share_of_another_trustee_is_refused(dealer):
    chosen = coefficients(2)
    first, second = world().others(dealer)
    polynomial = Polynomial(tuple(chosen))
    swapped = {
        first: polynomial.evaluate(index_scalar(second)).encode(),
        second: polynomial.evaluate(index_scalar(first)).encode(),
    }
    message = deal(world(), dealer, chosen, plaintexts=swapped)
    refuse_message(dealer, message, InconsistentShares)


@every_dealer
def test_share_that_is_no_scalar_is_refused(dealer):
    unreduced = ORDER.to_bytes(32, "little")
    for victim in world().others(dealer):
        lies = {victim: unreduced}
        message = deal(world(), dealer, coefficients(2), plaintexts=lies)
        refuse_message(dealer, message, InvalidScalar, [victim])


@every_dealer
def test_payload_beside_a_share_is_taken(dealer):
    chosen = coefficients(2)
    polynomial = Polynomial(tuple(chosen))
    with_payload = {
        index: polynomial.evaluate(index_scalar(index)).encode() + b"payload"
        for index in DEALERS
    }
    message = deal(world(), dealer, chosen, plaintexts=with_payload)
    crooked = world().with_message(dealer, message)
    for recipient in DEALERS:
        received = crooked.received(recipient)
        receive_round_one(crooked.states[recipient - 1], received)


@every_dealer
def test_altered_ciphertext_is_refused(dealer):
    honest = dealing(dealer)
    altered = tuple(bytes([c[0] ^ 1]) + c[1:] for c in honest.ciphertexts)
    message = Dealing(honest.contribution, altered).encode()
    refuse_message(dealer, message, InvalidCiphertext)


@every_dealer
def test_ciphertexts_exchanged_between_recipients_are_refused(dealer):
    honest = dealing(dealer)
    turned = honest.ciphertexts[1:] + honest.ciphertexts[:1]
    message = Dealing(honest.contribution, turned).encode()
    refuse_message(dealer, message, InvalidCiphertext)


@every_dealer
def test_ciphertexts_of_another_session_are_refused(dealer):
    old = other_session().dealing(dealer).ciphertexts
    message = Dealing(dealing(dealer).contribution, old).encode()
    refuse_message(dealer, message, InvalidCiphertext)


@every_dealer
def test_message_of_another_session_is_refused(dealer):
    message = other_session().messages[dealer - 1]
    refuse_at_the_door(dealer, message, InvalidProof)
    refuse_message(dealer, message, InvalidProof)


@every_dealer
def test_copy_of_another_dealers_message_is_refused(dealer):
    neighbour = dealer % 3 + 1
    message = world().messages[neighbour - 1]
    refuse_message(dealer, message, InvalidCiphertext)


@every_dealer
def test_substituted_static_key_is_noticed(dealer):
    keys = list(world().agreement.static_public_keys)
    keys[dealer - 1] = Element.generator()
    for recipient in world().others(dealer):
        state = world().states[recipient - 1]
        deceived = replace(
            state, setup=replace(state.setup, static_public_keys=tuple(keys))
        )
        with pytest.raises(InvalidCiphertext) as refused:
            receive_round_one(deceived, world().received(recipient))
        assert refused.value.culprit == dealer


def test_all_proofs_are_checked_before_any_share():
    recipient = 2
    wrong = {recipient: Scalar.from_int(1).encode()}
    crooked = world().with_message(
        1, deal(world(), 1, coefficients(2), plaintexts=wrong)
    )
    crooked = crooked.with_message(3, changed(3, proof=bytes(64)))
    with pytest.raises(InvalidProof) as refused:
        receive_round_one(world().states[recipient - 1], crooked.received(recipient))
    assert refused.value.culprit == 3


# Framing


def frames(dealer):
    """Messages whose ciphertexts are badly framed."""
    contribution = dealing(dealer).contribution.encode()
    first, *rest = dealing(dealer).ciphertexts
    framed_rest = encode_framed(rest)
    oversize = bytes(MAX_CIPHERTEXT_SIZE + 1)
    return {
        "cut short": world().messages[dealer - 1][:-1],
        "a byte too much": world().messages[dealer - 1] + b"\0",
        "one ciphertext missing": contribution + framed_rest,
        "one ciphertext more": world().messages[dealer - 1] + encode_framed([first]),
        "below the least size": contribution
        + encode_framed([first[:47]])
        + framed_rest,
        "above the greatest size": contribution
        + encode_framed([oversize])
        + framed_rest,
        "a length without end": contribution + b"\xff" * 8 + first + framed_rest,
        "empty": b"",
    }


@every_dealer
@pytest.mark.parametrize("fault", list(frames(1)))
def test_bad_framing_is_refused_by_the_coordinator(dealer, fault):
    message = frames(dealer)[fault]
    refuse_at_the_door(dealer, message, InvalidLength)
    refuse_aggregating(dealer, message, InvalidLength)


@every_dealer
@pytest.mark.parametrize("size", [0, 47, MAX_CIPHERTEXT_SIZE + 1])
def test_ciphertext_of_a_size_no_share_has_is_refused_by_trustees(dealer, size):
    contribution = dealing(dealer).contribution.encode()
    refuse_received(contribution + encode_framed([bytes(size)]), dealer, InvalidLength)


@every_dealer
def test_ciphertext_of_the_greatest_size_is_read(dealer):
    contribution = dealing(dealer).contribution.encode()
    greatest = encode_framed([bytes(MAX_CIPHERTEXT_SIZE)])
    refuse_received(contribution + greatest, dealer, InvalidCiphertext)


# The coordinator


@pytest.mark.parametrize("recipient", DEALERS)
def test_own_dealing_that_comes_back_changed_is_the_coordinators_fault(recipient):
    state = world().states[recipient - 1]
    forgeries = [
        deal(world(), recipient, coefficients(2)),
        changed(recipient, proof=bytes(64)),
    ]
    for forgery in forgeries:
        received = world().with_message(recipient, forgery).received(recipient)
        with pytest.raises(AlteredMessage) as refused:
            receive_round_one(state, received)
        assert refused.value.culprit == COORDINATOR


@pytest.mark.parametrize("recipient", DEALERS)
def test_own_dealing_made_unreadable_is_the_coordinators_fault(recipient):
    received = bytearray(world().received(recipient))
    start = (recipient - 1) * (2 * 32 + 96 + 8 + 48)
    received[start : start + 32] = IDENTITY
    with pytest.raises(AlteredMessage) as refused:
        receive_round_one(world().states[recipient - 1], bytes(received))
    assert refused.value.culprit == COORDINATOR


@pytest.mark.parametrize("recipient", DEALERS)
def test_bytes_after_the_last_dealing_are_the_coordinators_fault(recipient):
    with pytest.raises(InvalidLength) as refused:
        receive_round_one(
            world().states[recipient - 1], world().received(recipient) + b"\0"
        )
    assert refused.value.culprit == COORDINATOR


@pytest.mark.parametrize("recipient", [1, 2])
def test_message_that_ends_early_names_the_first_dealer_missing(recipient):
    received = world().received(recipient)
    with pytest.raises(InvalidLength) as refused:
        receive_round_one(world().states[recipient - 1], received[:-1])
    assert refused.value.culprit == 3


# Certification


@cache
def signed():
    return [
        receive_round_one(state, world().received(state.setup.index))[0]
        for state in world().states
    ]


def honest_signatures():
    return [state.signature for state in signed()]


@every_dealer
@pytest.mark.parametrize("fault", ["altered", "of another", "cut short", "empty"])
def test_wrong_signature_names_its_signer(dealer, fault):
    right = honest_signatures()[dealer - 1]
    signatures = honest_signatures()
    signatures[dealer - 1] = {
        "altered": right[:32] + bytes([right[32] ^ 1]) + right[33:],
        "of another": honest_signatures()[dealer % 3],
        "cut short": right[:-1],
        "empty": b"",
    }[fault]
    for recipient in world().others(dealer):
        with pytest.raises(InvalidSignature) as refused:
            receive_signatures(signed()[recipient - 1], signatures)
        assert refused.value.culprit == dealer


@pytest.mark.parametrize("recipient", DEALERS)
def test_own_signature_that_comes_back_changed_is_the_coordinators_fault(recipient):
    signatures = honest_signatures()
    signatures[recipient - 1] = bytes(64)
    with pytest.raises(AlteredMessage) as refused:
        receive_signatures(signed()[recipient - 1], signatures)
    assert refused.value.culprit == COORDINATOR


@pytest.mark.parametrize("recipient", DEALERS)
@pytest.mark.parametrize("count", [0, 2, 4])
def test_missing_or_surplus_signature_is_refused(recipient, count):
    signatures = (honest_signatures() * 2)[:count]
    with pytest.raises(InvalidLength) as refused:
        receive_signatures(signed()[recipient - 1], signatures)
    assert refused.value.culprit == COORDINATOR


@every_dealer
def test_two_faced_dealer_is_never_certified(dealer):
    two_faced = world().with_message(dealer, deal(world(), dealer, coefficients(2)))
    first, second = world().others(dealer)
    sides = {first: world(), second: two_faced}
    states = {
        trustee: receive_round_one(world().states[trustee - 1], side.received(trustee))[
            0
        ]
        for trustee, side in sides.items()
    }
    for trustee, other in ((first, second), (second, first)):
        signatures = honest_signatures()
        signatures[trustee - 1] = states[trustee].signature
        signatures[other - 1] = states[other].signature
        # The dealer signs for each side what that side believes.
        signatures[dealer - 1] = sign(
            world().secret(dealer), states[trustee].transcript
        )
        with pytest.raises(InvalidSignature) as refused:
            receive_signatures(states[trustee], signatures)
        assert refused.value.culprit == other


@every_dealer
def test_trustee_that_was_told_another_extension_is_never_certified(dealer):
    elsewhere = make_world(2, 3, extension=b"epoch 2").states[dealer - 1]
    state, signature = receive_round_one(elsewhere, world().received(dealer))
    assert state.transcript != signed()[dealer - 1].transcript
    signatures = honest_signatures()
    signatures[dealer - 1] = signature
    for recipient in world().others(dealer):
        with pytest.raises(InvalidSignature) as refused:
            receive_signatures(signed()[recipient - 1], signatures)
        assert refused.value.culprit == dealer
