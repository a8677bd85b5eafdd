"""Encrypted tags: equal exactly for equal tag points, and bound to their place."""

import pytest
from hypothesis import given
from msgspec.structs import replace

from blind_index.errors import InvalidElement, InvalidProof, InvalidScalar
from blind_index.group import Element, Scalar
from escrow.encrypted_tag import check_encrypted_tags, encrypt_tag, strip_tags
from escrow.messages.codec import EncodedElement, Proof
from tests.blind_index.strategies import elements, nonzero_scalars
from tests.world.altered import BAD_POINTS, BAD_SCALAR
from tests.world.stream import stream

DRAW = stream("encrypted tag")
KEY = Scalar.random(DRAW)
BASE = Element.base_multiple(KEY)
BINDING = (b"manifest digest", b"report key")
M_X, M_Y = (Element.from_uniform(DRAW(64)) for _ in range(2))
R = Scalar.random(DRAW)
TAG = encrypt_tag(M_X, R, BASE, BINDING, 0, randomness=DRAW)


def evaluated(tag) -> list[Element]:
    return [KEY * Element.decode(tag.c2)]


def with_points(c1: Element, c2: Element, proof=TAG.proof):
    return replace(
        TAG, c1=EncodedElement(c1.encode()), c2=EncodedElement(c2.encode()), proof=proof
    )


def refused(tag, binding=BINDING) -> None:
    with pytest.raises(InvalidProof) as caught:
        check_encrypted_tags([tag], BASE, binding, culprit="reporter")
    assert caught.value.culprit == "reporter"


@given(elements, nonzero_scalars)
def test_the_tag_is_the_tag_point_under_the_committees_key(point, r):
    tag = encrypt_tag(point, r, BASE, BINDING, 0)
    check_encrypted_tags([tag], BASE, BINDING)
    assert strip_tags([tag], evaluated(tag)) == [KEY * point]


def test_two_encryptions_of_one_point_look_unrelated_and_strip_alike():
    other = encrypt_tag(M_X, Scalar.random(), BASE, BINDING, 1)
    assert {TAG.c1, TAG.c2}.isdisjoint({other.c1, other.c2})
    check_encrypted_tags([TAG, other], BASE, BINDING)
    assert strip_tags([other], evaluated(other)) == strip_tags([TAG], evaluated(TAG))


def test_another_point_strips_to_another_tag():
    other = encrypt_tag(M_Y, R, BASE, BINDING, 0)
    assert strip_tags([other], evaluated(other)) != strip_tags([TAG], evaluated(TAG))


def test_a_tag_shifted_onto_another_point_is_refused():
    # c1 + dS, c2 - M_X + M_Y + dG is a true encryption of M_Y; without r there
    # is no proof for it.
    d = Scalar.random()
    c1 = Element.decode(TAG.c1) + d * BASE
    c2 = Element.decode(TAG.c2) - M_X + M_Y + Element.base_multiple(d)
    shifted = with_points(c1, c2)
    assert strip_tags([shifted], evaluated(shifted)) == [KEY * M_Y]
    refused(shifted)


def test_a_tag_shifted_without_touching_c1_is_refused():
    refused(with_points(Element.decode(TAG.c1), Element.decode(TAG.c2) - M_X + M_Y))


def test_a_rerandomised_copy_of_anothers_tag_is_refused():
    d = Scalar.random()
    c1 = Element.decode(TAG.c1) + d * BASE
    copy = with_points(c1, Element.decode(TAG.c2) + Element.base_multiple(d))
    assert strip_tags([copy], evaluated(copy)) == [KEY * M_X]
    refused(copy)


def test_a_proof_adapted_to_a_rerandomised_copy_is_refused():
    # z + c d answers the old challenge for the new c1; the challenge has changed.
    d = Scalar.random()
    c, z = Scalar.decode(TAG.proof[:32]), Scalar.decode(TAG.proof[32:])
    proof = Proof(c.encode() + (z + c * d).encode())
    c1 = Element.decode(TAG.c1) + d * BASE
    c2 = Element.decode(TAG.c2) + Element.base_multiple(d)
    refused(with_points(c1, c2, proof))


@pytest.mark.parametrize(
    "binding",
    [
        (b"manifest digest", b"another report"),
        (b"another manifest", b"report key"),
        (b"manifest digestreport key",),
    ],
)
def test_a_verbatim_copy_in_another_report_is_refused(binding):
    refused(TAG, binding)


def test_a_verbatim_copy_at_another_place_is_refused():
    other = encrypt_tag(M_Y, R, BASE, BINDING, 1)
    check_encrypted_tags([TAG, other], BASE, BINDING)
    for tags in ([other, TAG], [TAG, TAG]):
        with pytest.raises(InvalidProof):
            check_encrypted_tags(tags, BASE, BINDING)


def test_a_tag_to_another_committees_key_is_refused():
    with pytest.raises(InvalidProof):
        check_encrypted_tags([TAG], Element.base_multiple(R), BINDING)


def test_an_identity_tag_strips_to_the_identity():
    # A true proof about no point at all: c2 = r G. Who combines must drop it.
    proof = encrypt_tag(Element.identity(), R, BASE, BINDING, 0)
    check_encrypted_tags([proof], BASE, BINDING)
    assert strip_tags([proof], evaluated(proof))[0].is_identity()


@pytest.mark.parametrize("field", ["c1", "c2"])
@pytest.mark.parametrize("point", BAD_POINTS.values(), ids=BAD_POINTS)
def test_points_are_decoded_strictly(field, point):
    tag = replace(TAG, **{field: EncodedElement(point)})
    with pytest.raises(InvalidElement):
        check_encrypted_tags([tag], BASE, BINDING)


def test_proofs_are_decoded_strictly():
    for proof in (TAG.proof[:32] + BAD_SCALAR, BAD_SCALAR + TAG.proof[32:]):
        with pytest.raises(InvalidScalar):
            check_encrypted_tags([replace(TAG, proof=Proof(proof))], BASE, BINDING)
