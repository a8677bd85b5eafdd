import copy
import json
import pickle  # noqa: TID251 - to see it refused

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.randomness import SYSTEM
from blind_index.secret import SecretBytes


def test_a_secret_shows_its_length_only():
    secret = SecretBytes(b"hunter2")
    assert repr(secret) == str(secret) == f"{secret}" == "SecretBytes(7 bytes)"
    assert len(secret) == 7


def test_reveal_is_the_way_to_the_bytes():
    assert SecretBytes(b"hunter2").reveal() == b"hunter2"


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_secrets_are_equal_when_their_bytes_are(one, other):
    assert (SecretBytes(one) == SecretBytes(other)) is (one == other)
    assert SecretBytes(one) == SecretBytes(one)


def test_a_secret_does_not_equal_bare_bytes():
    assert SecretBytes(b"x") != b"x"


def test_a_secret_is_not_hashed_pickled_copied_or_written_as_json():
    secret = SecretBytes(b"x")
    for refused in (hash, pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError):
            refused(secret)


def test_a_secret_keeps_its_bytes_when_its_source_changes():
    source = bytearray(b"x")
    secret = SecretBytes(source)
    source[0] = 0
    assert secret.reveal() == b"x"


def test_the_system_gives_as_many_fresh_bytes_as_asked():
    assert len(SYSTEM(33)) == 33
    assert SYSTEM(32) != SYSTEM(32)
