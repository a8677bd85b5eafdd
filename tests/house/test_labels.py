"""HOUSE: label literals stand in labels.py only, and each label is used."""

import ast
from itertools import permutations

from blind_index.labels import Label
from tests.house.sources import shipped_modules

REGISTER = "blind_index/labels.py"
# `alongside/1:` opens every label; the bare name is also the program's.
PREFIX = "alongside/"


def label_literals(text):
    """Line numbers of byte or character strings that look like a label."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Constant):
            continue
        if (isinstance(node.value, bytes) and b"alongside" in node.value.lower()) or (
            isinstance(node.value, str) and node.value.startswith(PREFIX)
        ):
            found.append(node.lineno)
    return found


def labels_named(text):
    return {
        node.attr
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Label"
    }


def test_a_label_literal_is_found():
    assert label_literals('x = b"alongside/1:box key"\n') == [1]
    assert label_literals('x = "alongside/1:box key"\n') == [1]
    assert label_literals('x = f"alongside/1:{name}"\n') == [1]


def test_the_name_of_the_program_is_not_taken_for_a_label():
    assert label_literals('"""Start alongside."""\nx = "alongside"\n') == []


def test_label_literals_stand_in_the_register_only():
    found = [
        f"{path}:{line}"
        for path, text in shipped_modules()
        if path != REGISTER
        for line in label_literals(text)
    ]
    assert found == []


def test_every_label_is_used():
    used = {
        name
        for path, text in shipped_modules()
        if path != REGISTER
        for name in labels_named(text)
    }
    assert sorted({label.name for label in Label} - used) == []


def test_no_label_begins_another():
    encoded = [label.encoded for label in Label]
    assert len(set(encoded)) == len(encoded)
    assert not [a for a, b in permutations(encoded, 2) if b.startswith(a)]
