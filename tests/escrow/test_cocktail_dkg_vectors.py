from hashlib import sha512
from itertools import combinations

import pytest

from blind_index.group import Element, Scalar
from blind_index.shamir import index_scalar, interpolate
from escrow.cocktail_dkg import (
    CeremonySetup,
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
from escrow.cocktail_dkg.dealt_share import Route, open_share, seal_share
from escrow.cocktail_dkg.fields import encode_framed
from escrow.cocktail_dkg.messages import decode_round_one
from escrow.cocktail_dkg.suite import CIPHERSUITE, sign
from tests.escrow.cocktail_dkg_world import counted
from tests.vectors import load_public

SEED = bytes.fromhex("b171b6992cc6db1f40b18dd8b1361d642f013e4b1208a735259a516af60dcb68")

# C2SP/CCTV cocktail-dkg-ristretto255-sha512.json: t, n, the joint key and
# SHA-512 of the transcript, which holds every public value of the ceremony.
ANSWERS = [
    (
        2,
        3,
        "0a1592f555f20d3a3b3c7bc032ebe4b46cb2870da141404873e5fc8d4136120f",
        (
            "fb5790ec7c23f66c25f36d50361e0e448bb3174cec4ee0c9ddc3da4e595428b1"
            "215ab66299825529b5f4b1acdb49fecad56ca416993e3bbffe504077204b1f19"
        ),
    ),
    (
        3,
        5,
        "08ee9bb0fc75a34dabe96f9f808d89234a7456d0563bc0887404fc9c0bb7b406",
        (
            "6aa2ba2ecdde9aee443bd56eff42c04c76a39dd5be5471dae380a585ad7b741e"
            "b375b006d50d2263b7e8c8d20ef127128df2f0eb9eddaa21af2c1fff99a01775"
        ),
    ),
    (
        7,
        14,
        "5056c3b4570be4c8afa7301347edea1de395810df72afccf576cc076a46d6a07",
        (
            "4167610d1933dcbb51a5f6334ec32cfb06b469f11c6d908f3a6ac544e1e01261"
            "060abad37ae56c51ed3976a3a3f185911b76add214fe4c8141e8fc854e71d91d"
        ),
    ),
]
PLAIN = [0, 1, 2]
WITH_PAYLOAD = 3


def labelled(threshold, size, label):
    return b"".join(
        (
            SEED,
            CIPHERSUITE,
            threshold.to_bytes(4, "little"),
            size.to_bytes(4, "little"),
            label,
        )
    )


def static_secret(threshold, size, index):
    label = b"static_secret_key_%d" % index
    return Scalar.reduce(sha512(labelled(threshold, size, label)).digest())


def published_setups(threshold, size, extension=b""):
    secrets = [static_secret(threshold, size, i) for i in range(1, size + 1)]
    keys = tuple(Element.base_multiple(secret) for secret in secrets)
    session = b"COCKTAIL-DKG-TEST-VECTOR-%d-OF-%d" % (threshold, size)
    context = ceremony_context(session, keys)
    return [
        (CeremonySetup(context, index, threshold, keys, extension), secret)
        for index, secret in enumerate(secrets, start=1)
    ]


def published_draws(threshold, size, index):
    return counted(labelled(threshold, size, b"round1_participant_%d" % index))


def replay(threshold, size, extension=b""):
    """Run the published ceremony: first messages, second letters, outcomes."""
    dealt = [
        begin(setup, secret, randomness=published_draws(threshold, size, setup.index))[
            0
        ]
        for setup, secret in published_setups(threshold, size, extension)
    ]
    messages = [state.message for state in dealt]
    received = [aggregate(messages, threshold, i) for i in range(1, size + 1)]
    signed = [
        receive_round_one(decode_state(encode_state(state)), message)[0]
        for state, message in zip(dealt, received, strict=True)
    ]
    signatures = [state.signature for state in signed]
    outcomes = [
        receive_signatures(decode_state(encode_state(state)), signatures)
        for state in signed
    ]
    return messages, received, outcomes


@pytest.fixture(scope="module")
def published():
    return load_public("c2sp_cocktail_dkg_ristretto255_sha512")["vectors"]


@pytest.fixture(scope="module", params=PLAIN)
def vector(request, published):
    return published[request.param]


@pytest.fixture(scope="module")
def run(vector):
    return replay(vector["t"], vector["n"], bytes.fromhex(vector["extension"]))


@pytest.mark.parametrize(
    ("threshold", "size", "key", "transcript"),
    ANSWERS,
    ids=["2 of 3", "3 of 5", "7 of 14"],
)
def test_published_seed_gives_the_published_ceremony(threshold, size, key, transcript):
    _, _, outcomes = replay(threshold, size)
    for outcome in outcomes:
        assert outcome.keys.public_key.encode().hex() == key
        assert sha512(outcome.transcript).hexdigest() == transcript


def test_context_is_as_published(vector):
    setup, _ = published_setups(vector["t"], vector["n"])[0]
    assert setup.context.hex() == vector["context"]


def test_static_keys_are_as_published(vector):
    for setup, secret in published_setups(vector["t"], vector["n"]):
        config = vector["config"]
        position = setup.index - 1
        assert secret.encode().hex() == config["static_secret_keys"][position]
        assert setup.own_key.encode().hex() == config["static_public_keys"][position]


def test_round_one_messages_are_as_published(vector, run):
    for message, expected in zip(run[0], vector["round1"], strict=True):
        ciphertexts = [bytes.fromhex(c) for c in expected["encrypted_shares"]]
        assert message == b"".join(
            (
                bytes.fromhex("".join(expected["vss_commitment"])),
                bytes.fromhex(expected["pop"]),
                bytes.fromhex(expected["ephemeral_public_key"]),
                encode_framed(ciphertexts),
            )
        )


def test_proofs_of_possession_follow_the_published_intermediates(vector):
    prefix = b"COCKTAIL-DKG-Ristretto255-SHA512-NONCE"
    for expected in vector["round1"]:
        steps = expected["pop_intermediate"]
        nonce_input = bytes.fromhex(steps["nonce_input"])
        assert nonce_input.startswith(prefix)
        constant = Scalar.decode(nonce_input[len(prefix) :][:32])
        signature = sign(constant, bytes.fromhex(steps["message"]))
        assert signature.hex() == expected["pop"]
        assert signature[:32].hex() == steps["nonce_commitment"]


def test_coordinator_finds_nothing_wrong_with_the_published_messages(vector, run):
    context = bytes.fromhex(vector["context"])
    for dealer, message in enumerate(run[0], start=1):
        check_round_one(
            message,
            dealer,
            context=context,
            trustee_threshold=vector["t"],
            size=vector["n"],
        )


def test_key_shares_are_as_published(vector, run):
    for outcome, expected in zip(run[2], vector["round2"], strict=True):
        index = expected["participant_id"]
        verification_share = outcome.keys.verification_share(index)
        assert outcome.key_share.index == index
        assert outcome.key_share.scalar.encode().hex() == expected["secret_share"]
        assert verification_share.encode().hex() == expected["verification_share"]


def test_certificate_is_as_published(vector, run):
    expected = [entry["signature"] for entry in vector["round3"]["signatures"]]
    for outcome in run[2]:
        digest = sha512(outcome.transcript).hexdigest()
        assert digest == vector["round3"]["transcript_hash"]
        assert [signature.hex() for signature in outcome.signatures] == expected


def test_outsider_derives_the_published_keys_from_the_certificate_alone(vector, run):
    keys = check_certificate(
        run[2][0].transcript,
        [bytes.fromhex(e["signature"]) for e in vector["round3"]["signatures"]],
        [
            Element.decode(bytes.fromhex(key))
            for key in vector["config"]["static_public_keys"]
        ],
        context=bytes.fromhex(vector["context"]),
        extension=bytes.fromhex(vector["extension"]),
        trustee_threshold=vector["t"],
    )
    assert keys.public_key.encode().hex() == vector["group_public_key"]
    assert [share.encode().hex() for share in keys.verification_shares] == [
        entry["verification_share"] for entry in vector["round2"]
    ]


def test_every_set_of_enough_published_shares_makes_the_key(vector):
    points = [
        (
            index_scalar(entry["participant_id"]),
            Scalar.decode(bytes.fromhex(entry["secret_share"])),
        )
        for entry in vector["round2"]
    ]
    for subset in combinations(points, vector["t"]):
        key = Element.base_multiple(interpolate(subset))
        assert key.encode().hex() == vector["group_public_key"]


def test_share_is_recovered_from_the_published_ciphertexts(published):
    vector = published[0]
    setup, secret = published_setups(2, 3)[0]
    _, received, outcomes = replay(2, 3)
    bundle = encode_framed(
        [bytes.fromhex(c) for c in vector["recovery"]["ciphertexts"]]
    )
    assert share_bundle(setup, received[0]) == bundle
    recovered = recover(
        setup, secret, bundle, outcomes[0].transcript, outcomes[0].signatures
    )
    share = recovered.key_share.scalar.encode()
    assert share.hex() == vector["recovery"]["recovered_secret_share"]
    assert recovered == outcomes[0]


# The project sends no payloads, but takes ciphertexts that hold one.


def test_payloads_come_out_beside_the_shares(published):
    vector = published[WITH_PAYLOAD]
    setups = published_setups(2, 3)
    for dealer, sent in enumerate(vector["round1"]):
        for setup, secret in setups:
            route = payload_route(vector, setups[dealer][0], setup)
            ciphertext = bytes.fromhex(sent["encrypted_shares"][setup.index - 1])
            _, payload = open_share(route, secret, ciphertext)
            assert payload.hex() == vector["payloads"][dealer]


def test_ciphertexts_with_payloads_are_as_published(published):
    vector = published[WITH_PAYLOAD]
    setups = published_setups(2, 3)
    for dealer, (setup, secret) in enumerate(setups):
        draws = published_draws(2, 3, setup.index)
        *_, ephemeral_secret = [Scalar.random(draws) for _ in range(3)]
        for recipient, recipient_secret in setups:
            route = payload_route(vector, setup, recipient)
            expected = vector["round1"][dealer]["encrypted_shares"]
            ciphertext = bytes.fromhex(expected[recipient.index - 1])
            share, payload = open_share(route, recipient_secret, ciphertext)
            plaintext = share.encode() + payload
            again = seal_share(route, ephemeral_secret, secret, plaintext)
            assert again == ciphertext


def test_ceremony_with_payloads_gives_the_published_certificate(published):
    vector = published[WITH_PAYLOAD]
    extension = bytes.fromhex(vector["extension"])
    messages = [published_message(entry) for entry in vector["round1"]]
    signed = []
    for setup, secret in published_setups(2, 3, extension):
        draws = published_draws(2, 3, setup.index)
        state, _ = begin(setup, secret, randomness=draws)
        sent = decode_round_one(messages[setup.index - 1], 2, 3)
        assert decode_round_one(state.message, 2, 3).contribution == sent.contribution
        state = type(state)(setup, secret, messages[setup.index - 1])
        signed.append(receive_round_one(state, aggregate(messages, 2, setup.index))[0])
    expected = [entry["signature"] for entry in vector["round3"]["signatures"]]
    assert [state.signature.hex() for state in signed] == expected
    outcome = receive_signatures(signed[0], [state.signature for state in signed])
    digest = sha512(outcome.transcript).hexdigest()
    assert digest == vector["round3"]["transcript_hash"]
    assert outcome.keys.public_key.encode().hex() == vector["group_public_key"]


def payload_route(vector, sender, recipient):
    ephemeral = vector["round1"][sender.index - 1]["ephemeral_public_key"]
    return Route(
        sender.context,
        Element.decode(bytes.fromhex(ephemeral)),
        sender.own_key,
        recipient.own_key,
    )


def published_message(entry):
    public = "".join(entry["vss_commitment"]) + entry["pop"]
    ciphertexts = [bytes.fromhex(c) for c in entry["encrypted_shares"]]
    return bytes.fromhex(public + entry["ephemeral_public_key"]) + encode_framed(
        ciphertexts
    )
