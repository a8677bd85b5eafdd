"""C05: proofs forged by choosing what a careless challenge leaves out."""

from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from blind_index import dleq
from blind_index.errors import ProtocolError
from blind_index.group import Element, Scalar
from escrow import encrypted_tag
from escrow.cocktail_dkg import suite
from escrow.encrypted_tag import check_encrypted_tags, encrypt_tag
from escrow.messages.codec import EncodedElement, Proof
from tests.world.stream import stream
from threat_model.known_bad import weak_fiat_shamir as weak

TRIES = 8
DRAW = stream("C05")


def scalar():
    return Scalar.random(DRAW)


def point():
    return Element.base_multiple(scalar())


def accepted(verify, *arguments):
    try:
        verify(*arguments)
    except ProtocolError:
        return False
    return True


# DLEQ: each forger knows its own key, as a trustee does, and returns whether a
# false statement was accepted.


def _check_dleq(key, inputs, outputs, challenge, response):
    proof = challenge.encode() + response.encode()
    return accepted(dleq.verify_proof, key, inputs, outputs, proof)


def _weight(key, given, output):
    (weight,) = dleq._weights(key, [given], [output])
    return weight


def forge_output():
    """Fix the challenge first, then solve for the output Z."""
    k, given = scalar(), point()
    key, nonce, free, w = (
        Element.base_multiple(k),
        scalar(),
        point(),
        Scalar.from_int(1),
    )
    some = point()
    w = _weight(key, given, some)
    c = dleq._challenge(key, w * given, w * some, Element.base_multiple(nonce), free)
    s = nonce - c * k
    joint = c.invert() * (free - s * (w * given))
    return _check_dleq(key, [given], [w.invert() * joint], c, s)


def forge_nonce():
    """Any output at all, where the second commitment is not hashed."""
    k, given, wrong = scalar(), point(), point()
    key, nonce = Element.base_multiple(k), scalar()
    w = _weight(key, given, wrong)
    first = Element.base_multiple(nonce)
    c = dleq._challenge(key, w * given, w * wrong, first, nonce * (w * given))
    return _check_dleq(key, [given], [wrong], c, nonce - c * k)


def forge_key():
    """Choose the public key last: one whose secret nobody knows."""
    given, ratio, wrong_nonce, free = point(), scalar(), scalar(), point()
    output, some = ratio * given, point()
    w = _weight(some, given, output)
    joint = w * given
    c = dleq._challenge(some, joint, w * output, free, wrong_nonce * joint)
    s = wrong_nonce - c * ratio
    key = c.invert() * (free - Element.base_multiple(s))
    return _check_dleq(key, [given], [output], c, s)


def forge_input():
    """Choose the input last, for an output made beforehand."""
    k, output, free, nonce = scalar(), point(), point(), scalar()
    key, some = Element.base_multiple(k), point()
    w = _weight(key, some, output)
    first = Element.base_multiple(nonce)
    c = dleq._challenge(key, w * some, w * output, first, free)
    s = nonce - c * k
    joint = s.invert() * (free - c * (w * output))
    return _check_dleq(key, [w.invert() * joint], [output], c, s)


def forge_batch():
    """Shift two outputs of a batch against each other; their sum stays."""
    k = scalar()
    inputs, shift = [point(), point(), point()], point()
    outputs = [k * each for each in inputs]
    outputs[0], outputs[1] = outputs[0] + shift, outputs[1] - shift
    key = Element.base_multiple(k)
    proof = dleq.generate_proof(key=k, public_key=key, inputs=inputs, outputs=outputs)
    return accepted(dleq.verify_proof, key, inputs, outputs, proof)


# Encrypted tags: the attacker has a victim's tag and does not know its r.

BASE = point()
VICTIM, MALLORY = (b"manifest", b"victim's report"), (b"manifest", b"own report")


def victims_tag():
    return encrypt_tag(point(), scalar(), BASE, VICTIM, 0)


def copy_tag():
    """A victim's tag in a report of one's own, at the same place."""
    return accepted(check_encrypted_tags, [victims_tag()], BASE, MALLORY)


def move_tag():
    """A tag at another place of its report."""
    tag = victims_tag()
    first = encrypt_tag(point(), scalar(), BASE, VICTIM, 0)
    return accepted(check_encrypted_tags, [first, tag], BASE, VICTIM)


def shift_tag():
    """A victim's tag, shifted to another name, in a report of one's own."""
    tag, d = victims_tag(), scalar()
    c1 = Element.decode(tag.c1) + d * BASE
    c2 = Element.decode(tag.c2) + point() + Element.base_multiple(d)
    c = encrypted_tag._challenge(MALLORY, 0, (BASE, c1, c2, point()))
    forged = replace(
        tag,
        c1=EncodedElement(c1.encode()),
        c2=EncodedElement(c2.encode()),
        proof=Proof(c.encode() + scalar().encode()),
    )
    return accepted(check_encrypted_tags, [forged], BASE, MALLORY)


def claim_possession():
    """A dealer's proof for a commitment whose secret nobody knows."""
    rogue, message, z = point() + point(), b"context and commitment", scalar()
    c = suite._challenge(bytes(32), rogue, message)
    nonce = Element.base_multiple(z) - c * rogue
    signature = nonce.encode() + z.encode()
    return accepted(suite.check_signature, rogue, message, signature)


# Each part: the forger, and the guards without which it is accepted.
_OUTPUT_FREE = {
    "fiat-shamir": weak.challenge_without(weak.OUTPUT),
    "batch weights": weak.equal_weights,
}
PARTS = {
    "output left out": (forge_output, _OUTPUT_FREE),
    "second commitment left out": (
        forge_nonce,
        {"fiat-shamir": weak.challenge_without(weak.NONCE, weak.NONCE_INPUT)},
    ),
    "key left out": (
        forge_key,
        {
            "fiat-shamir": weak.challenge_without(weak.KEY),
            "batch weights": weak.equal_weights,
        },
    ),
    "input left out": (
        forge_input,
        {
            "fiat-shamir": weak.challenge_without(weak.INPUT),
            "batch weights": weak.equal_weights,
        },
    ),
    "weights left out": (forge_batch, {"batch weights": weak.equal_weights}),
    "tag: report left out": (
        copy_tag,
        {"tag proof": weak.tag_challenge_without_binding},
    ),
    "tag: place left out": (move_tag, {"tag proof": weak.tag_challenge_without_place}),
    "tag: commitment left out": (
        shift_tag,
        {"tag proof": weak.tag_challenge_without_commitment},
    ),
    "possession: commitment left out": (
        claim_possession,
        {"proof of possession": weak.signature_challenge_without_nonce},
    ),
}


@pytest.mark.parametrize("part", PARTS)
def test_attack(trial, part):
    forge, _ = PARTS[part]
    won = sum(forge() for _ in range(TRIES))
    trial.tell(won, TRIES, {"forged proofs": TRIES}, part=part)


@pytest.mark.parametrize("part", PARTS)
def test_control(trial, part):
    forge, guards = PARTS[part]
    with ExitStack() as stack:
        for guard, replacement in guards.items():
            stack.enter_context(trial.without(guard, replacement))
        won = sum(forge() for _ in range(TRIES))
    trial.tell(won, TRIES, {"forged proofs": TRIES}, part=part)
