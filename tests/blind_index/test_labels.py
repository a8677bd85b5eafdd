import re
from itertools import permutations

import pytest

from blind_index.labels import Label, OprfMode


def test_no_label_is_a_prefix_of_another():
    encoded = [label.encoded for label in Label]
    assert not any(a.startswith(b) for a, b in permutations(encoded, 2))


@pytest.mark.parametrize("label", Label)
def test_a_label_is_named_for_its_member_in_plain_words(label):
    assert label.value == label.name.lower().replace("_", " ")
    assert re.fullmatch(r"[a-z]+( [a-z]+)*", label.value)
    assert label.encoded == b"alongside/1:" + label.value.encode() + b"\x00"
    # Each label is also a domain-separation tag, which RFC 9380 limits.
    assert len(label.encoded) <= 255


def test_the_tags_of_the_standard_are_no_labels_and_differ():
    tags = [
        tag
        for mode in OprfMode
        for tag in (mode.group_tag, mode.scalar_tag, mode.seed_tag, mode.key_pair_tag)
    ]
    assert len(set(tags)) == len(tags)
    assert not any(tag.startswith(b"alongside") for tag in tags)
