from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.errors import (
    IdentityElement,
    InconsistentShares,
    InvalidElement,
    InvalidIndex,
    InvalidLength,
    InvalidProof,
    MisuseError,
)
from blind_index.group import Element, Scalar
from blind_index.key_share import KeyShare
from blind_index.shamir import index_scalar, interpolate
from escrow.cocktail_dkg import (
    CeremonySetup,
    InvalidCertificate,
    InvalidSetup,
    aggregate,
    begin,
    ceremony_context,
    check_certificate,
    check_round_one,
    decode_state,
    encode_state,
    receive_round_one,
    receive_signatures,
    recover,
    share_bundle,
)
from escrow.cocktail_dkg.certificate import encode_transcript
from escrow.cocktail_dkg.contribution import public_key_set
from escrow.cocktail_dkg.dealt_share import Route, open_share
from escrow.cocktail_dkg.errors import blame
from escrow.cocktail_dkg.suite import check_signature, sign
from escrow.errors import InvalidCiphertext, InvalidSignature
from tests.escrow.cocktail_dkg_world import counted, finish, make_world

SIZES = [(t, n) for n in range(1, 6) for t in range(1, n + 1)]


@cache
def world():
    return make_world(2, 3)


@cache
def outcomes():
    return finish(world())


# What a ceremony yields


@pytest.mark.parametrize(("threshold", "size"), SIZES)
def test_enough_shares_make_the_key_and_fewer_do_not(threshold, size):
    results = finish(make_world(threshold, size))
    points = [
        (index_scalar(each.key_share.index), each.key_share.scalar) for each in results
    ]
    key = results[0].keys.public_key
    for count in range(1, size + 1):
        for subset in combinations(points, count):
            joined = Element.base_multiple(interpolate(subset))
            assert (joined == key) == (count >= threshold)


@pytest.mark.parametrize(("threshold", "size"), SIZES)
def test_key_is_the_sum_of_the_dealers_constants(threshold, size):
    held = make_world(threshold, size)
    constants = [
        held.dealing(index).contribution.commitment[0] for index in range(1, size + 1)
    ]
    keys = finish(held)[0].keys
    assert keys.public_key == sum(constants, Element.identity())


def test_all_trustees_end_with_the_same_public_result():
    first, *others = outcomes()
    for other in others:
        assert other.keys == first.keys
        assert other.transcript == first.transcript
        assert other.signatures == first.signatures


def test_verification_shares_belong_to_the_key_shares():
    for outcome in outcomes():
        expected = Element.base_multiple(outcome.key_share.scalar)
        assert outcome.keys.verification_share(outcome.key_share.index) == expected


def test_two_ceremonies_of_the_same_trustees_share_no_key():
    other = finish(make_world(2, 3, session=b"second"))
    assert other[0].keys.public_key != outcomes()[0].keys.public_key


def test_unseeded_ceremonies_differ():
    setup = world().setup(1)
    first, second = (begin(setup, world().secret(1))[1] for _ in range(2))
    assert first != second


def test_coefficients_are_drawn_before_the_ephemeral_secret():
    sizes = []
    stream = counted(b"recorded")
    drawn = []

    def recorded(size):
        sizes.append(size)
        drawn.append(stream(size))
        return drawn[-1]

    begin(world().setup(1), world().secret(1), randomness=recorded)
    replay = iter(drawn)
    state, _ = begin(
        world().setup(1), world().secret(1), randomness=lambda _: next(replay)
    )
    contribution = replace(world(), states=(state,)).dealing(1).contribution
    assert sizes == [64, 64, 64]
    secrets = [Element.base_multiple(Scalar.reduce(each)) for each in drawn]
    assert (*contribution.commitment, contribution.ephemeral_key) == tuple(secrets)


# Setup


@pytest.mark.parametrize("threshold", [-1, 0, 4])
def test_threshold_outside_the_committee_is_refused(threshold):
    with pytest.raises(InvalidSetup):
        replace(world().setup(1), trustee_threshold=threshold)


@pytest.mark.parametrize("threshold", [-1, 0, 4])
def test_coordinator_refuses_a_threshold_outside_the_committee(threshold):
    with pytest.raises(InvalidSetup):
        aggregate(world().messages, threshold, 1)
    with pytest.raises(InvalidSetup):
        check_round_one(
            world().messages[0],
            1,
            context=b"any",
            trustee_threshold=threshold,
            size=3,
        )


def test_ceremony_of_nobody_is_refused():
    with pytest.raises(InvalidSetup):
        CeremonySetup(b"context", 1, 1, ())


def test_empty_context_is_refused():
    with pytest.raises(InvalidSetup):
        replace(world().setup(1), context=b"")


@pytest.mark.parametrize(("first", "second"), [(1, 2), (1, 3), (2, 3)])
def test_static_key_that_occurs_twice_names_its_second_owner(first, second):
    keys = list(world().agreement.static_public_keys)
    keys[second - 1] = keys[first - 1]
    with pytest.raises(InvalidSetup) as refused:
        replace(world().setup(1), static_public_keys=tuple(keys))
    assert refused.value.culprit == second


@pytest.mark.parametrize("owner", [1, 2, 3])
def test_identity_as_static_key_is_refused(owner):
    keys = list(world().agreement.static_public_keys)
    keys[owner - 1] = Element.identity()
    with pytest.raises(InvalidSetup) as refused:
        replace(world().setup(1), static_public_keys=tuple(keys))
    assert refused.value.culprit == owner


@pytest.mark.parametrize("index", [-1, 0, 4, 2**252])
def test_index_outside_the_committee_is_refused(index):
    with pytest.raises(InvalidIndex):
        replace(world().setup(1), index=index)
    with pytest.raises(InvalidIndex):
        aggregate(world().messages, 2, index)
    with pytest.raises(InvalidIndex):
        check_round_one(
            world().messages[0], index, context=b"any", trustee_threshold=2, size=3
        )


@pytest.mark.parametrize("index", [2, 3])
def test_index_of_another_trustee_is_refused(index):
    setup = replace(world().setup(1), index=index)
    with pytest.raises(InvalidIndex):
        begin(setup, world().secret(1))


def test_context_binds_session_and_ordered_trustees():
    keys = world().agreement.static_public_keys
    contexts = {
        ceremony_context(b"one", keys),
        ceremony_context(b"two", keys),
        ceremony_context(b"one", keys[::-1]),
        ceremony_context(b"one", keys[:2]),
        ceremony_context(b"", keys),
    }
    assert len(contexts) == 5


# States


@pytest.mark.parametrize("index", [1, 2, 3])
def test_states_come_back_from_bytes_as_they_were(index):
    dealt = world().states[index - 1]
    assert decode_state(encode_state(dealt)) == dealt
    signed, _ = receive_round_one(dealt, world().received(index))
    assert decode_state(encode_state(signed)) == signed


def test_resumed_trustee_gives_the_same_answer_again():
    dealt = world().states[0]
    first = receive_round_one(dealt, world().received(1))
    again = receive_round_one(decode_state(encode_state(dealt)), world().received(1))
    assert again == first


def test_bytes_that_are_no_state_are_refused():
    whole = encode_state(world().states[0])
    secret = world().secret(1).encode()
    spoilt = [
        b"",
        b"\xc0",
        whole[:-1],
        whole.replace(secret, b"\xff" * 32),
        whole.replace(b"ceremony-dealt/1", b"ceremony-dealt/9"),
    ]
    for data in spoilt:
        with pytest.raises(MisuseError):
            decode_state(data)


def test_states_do_not_print_their_secrets():
    dealt = world().states[0]
    signed, _ = receive_round_one(dealt, world().received(1))
    for state, secret in (
        (dealt, dealt.static_secret),
        (signed, signed.key_share.scalar),
    ):
        assert secret.encode().hex() not in repr(state)
        assert repr(secret.encode())[2:-1] not in repr(state)


# The certificate


def check(transcript=None, signatures=None, **changes):
    outcome = outcomes()[0]
    agreement = replace(world().agreement, **changes)
    return check_certificate(
        transcript or outcome.transcript,
        outcome.signatures if signatures is None else signatures,
        agreement.static_public_keys,
        context=agreement.context,
        extension=agreement.extension,
        trustee_threshold=agreement.trustee_threshold,
    )


def test_outsider_learns_the_keys_from_the_certificate():
    assert check() == outcomes()[0].keys


@pytest.mark.parametrize(
    ("changes", "leaf"),
    [
        ({"context": b"another"}, InvalidCertificate),
        ({"context": bytes(64)}, InvalidCertificate),
        ({"extension": b"epoch 2"}, InvalidCertificate),
        ({"extension": b""}, InvalidCertificate),
        ({"extension": b"a longer extension"}, InvalidLength),
        ({"trustee_threshold": 1}, InvalidCertificate),
        ({"trustee_threshold": 3}, InvalidCertificate),
    ],
)
def test_certificate_of_another_ceremony_is_refused(changes, leaf):
    with pytest.raises(leaf):
        check(**changes)


def test_certificate_of_other_trustees_is_refused():
    keys = world().agreement.static_public_keys
    for others in (keys[::-1], keys[:2], (*keys[:2], Element.generator())):
        with pytest.raises(InvalidCertificate):
            check(static_public_keys=others)


def test_certificate_with_a_bad_roster_is_refused():
    keys = world().agreement.static_public_keys
    with pytest.raises(InvalidSetup):
        check_certificate(
            outcomes()[0].transcript,
            outcomes()[0].signatures,
            (keys[0], keys[1], keys[0]),
            context=world().agreement.context,
            extension=world().agreement.extension,
            trustee_threshold=2,
        )


def test_certificate_of_another_suite_is_refused():
    transcript = outcomes()[0].transcript.replace(b"Ristretto255", b"Ristretto256")
    with pytest.raises(InvalidCertificate):
        check(transcript=transcript)


def test_no_byte_of_the_transcript_can_change():
    transcript = outcomes()[0].transcript
    refusals = (InvalidCertificate, InvalidSignature, InvalidElement, InvalidLength)
    for position in range(0, len(transcript), 5):
        altered = bytearray(transcript)
        altered[position] ^= 1
        with pytest.raises(refusals):
            check(transcript=bytes(altered))


@pytest.mark.parametrize("signer", [1, 2, 3])
def test_certificate_needs_every_signature(signer):
    signatures = list(outcomes()[0].signatures)
    with pytest.raises(InvalidLength):
        check(signatures=signatures[: signer - 1] + signatures[signer:])
    signatures[signer - 1] = signatures[signer % 3]
    with pytest.raises(InvalidSignature) as refused:
        check(signatures=signatures)
    assert refused.value.culprit == signer


@pytest.mark.parametrize("dealer", [1, 2, 3])
def test_certificate_without_a_proof_of_possession_is_refused(dealer):
    contributions = [world().dealing(each).contribution for each in (1, 2, 3)]
    contributions[dealer - 1] = replace(contributions[dealer - 1], proof=bytes(64))
    transcript = encode_transcript(world().agreement, contributions)
    signatures = [sign(secret, transcript) for secret in world().secrets]
    with pytest.raises(InvalidProof) as refused:
        check(transcript=transcript, signatures=signatures)
    assert refused.value.culprit == dealer


def test_share_of_another_key_is_not_certified():
    state, _ = receive_round_one(world().states[0], world().received(1))
    swapped = replace(state, key_share=KeyShare(1, Scalar.from_int(5)))
    with pytest.raises(InconsistentShares):
        receive_signatures(swapped, outcomes()[0].signatures)


# Recovery


def bundle(index):
    return share_bundle(world().setup(index), world().received(index))


@pytest.mark.parametrize("index", [1, 2, 3])
def test_share_is_recovered_from_secret_and_records(index):
    outcome = outcomes()[index - 1]
    recovered = recover(
        world().setup(index),
        world().secret(index),
        bundle(index),
        outcome.transcript,
        outcome.signatures,
    )
    assert recovered == outcome


@pytest.mark.parametrize(
    ("spoil", "leaf", "culprit"),
    [
        (lambda whole: whole[:-1], InvalidLength, None),
        (lambda whole: whole + b"\0", InvalidLength, None),
        (lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]), InvalidCiphertext, 3),
    ],
    ids=["cut short", "too long", "altered"],
)
def test_spoilt_bundle_is_refused(spoil, leaf, culprit):
    outcome = outcomes()[0]
    with pytest.raises(leaf) as refused:
        recover(
            world().setup(1),
            world().secret(1),
            spoil(bundle(1)),
            outcome.transcript,
            outcome.signatures,
        )
    assert refused.value.culprit == culprit


def test_nobody_recovers_the_share_of_another():
    outcome = outcomes()[0]
    with pytest.raises(InvalidIndex):
        recover(
            world().setup(1),
            world().secret(2),
            bundle(1),
            outcome.transcript,
            outcome.signatures,
        )


# Parts that no whole ceremony can show


def test_commitments_that_cancel_out_are_refused():
    mine = world().dealing(1).contribution
    opposite = tuple(Element.identity() - each for each in mine.commitment)
    with pytest.raises(IdentityElement):
        public_key_set([mine, replace(mine, commitment=opposite)])


@pytest.mark.parametrize("size", [0, 15, 16, 47])
def test_ciphertext_too_short_for_a_share_is_refused(size):
    keys = world().agreement.static_public_keys
    with pytest.raises(InvalidLength):
        open_share(Route(b"context", *keys), world().secret(3), bytes(size))


def test_named_culprit_stays_named():
    with pytest.raises(InvalidProof) as refused, blame(1), blame(2):
        raise InvalidProof("wrong")
    assert refused.value.culprit == 2


# Schnorr signatures


@given(st.binary(max_size=200), st.integers(1, 2**250))
def test_signature_verifies_for_its_message_and_key_only(message, number):
    secret = Scalar.from_int(number)
    key = Element.base_multiple(secret)
    signature = sign(secret, message)
    check_signature(key, message, signature)
    assert sign(secret, message) == signature
    for other_key, other_message in (
        (key + Element.generator(), message),
        (key, message + b"\0"),
    ):
        with pytest.raises(InvalidSignature):
            check_signature(other_key, other_message, signature)
