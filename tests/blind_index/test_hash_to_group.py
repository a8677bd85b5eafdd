import hashlib

import pytest

from blind_index.errors import MisuseError
from blind_index.group import Element
from blind_index.hash_to_group import (
    expand_message_xmd,
    hash_to_group,
    hash_to_scalar,
    label_to_element,
    label_to_scalar,
)
from blind_index.labels import Label
from blind_index.transcript import transcript
from tests.blind_index.strategies import ORDER, number
from tests.vectors import load_public, load_standard

RFC9380 = load_standard("rfc9380_expand_message_xmd_sha512")


@pytest.mark.parametrize("case", RFC9380["cases"])
def test_messages_expand_as_published(case):
    message, tag = case["message"].encode(), RFC9380["tag"].encode()
    assert expand_message_xmd(message, tag, case["length"]).hex() == case["uniform"]


def test_expansions_and_tags_of_any_allowed_length_and_no_other():
    assert len(expand_message_xmd(b"", b"t", 1)) == 1
    assert len(expand_message_xmd(b"", b"t" * 255, 64 * 255)) == 64 * 255
    for tag, length in ((b"t" * 256, 64), (b"", 64), (b"t", 64 * 255 + 1), (b"t", 0)):
        with pytest.raises(MisuseError):
            expand_message_xmd(b"", tag, length)


def test_elements_and_scalars_come_from_64_expanded_bytes():
    uniform = expand_message_xmd(b"message", b"tag", 64)
    assert hash_to_group(b"message", b"tag") == Element.from_uniform(uniform)
    expected = int.from_bytes(uniform, "little") % ORDER
    assert number(hash_to_scalar(b"message", b"tag")) == expected


def test_labelled_hashes_bind_label_and_every_field():
    element = label_to_element(Label.TAG_POINT, b"a", b"b")
    message = transcript(Label.TAG_POINT, b"a", b"b")
    assert element == hash_to_group(message, Label.TAG_POINT.encoded)
    assert element != label_to_element(Label.TAG_POINT, b"ab")
    scalar = label_to_scalar(Label.LEVEL_TOP, b"a", b"b")
    message = transcript(Label.LEVEL_TOP, b"a", b"b")
    assert scalar == hash_to_scalar(message, Label.LEVEL_TOP.encoded)
    assert scalar != label_to_scalar(Label.LEVEL_CHAIN, b"a", b"b")


def test_published_phrases_hash_to_their_elements():
    for case in load_public("rfc9496_ristretto255")["sha512_labels"]:
        uniform = hashlib.sha512(case["label"].encode()).digest()
        assert Element.from_uniform(uniform).encode().hex() == case["point"]
