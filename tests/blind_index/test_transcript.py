import hashlib

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import assume, given
from hypothesis import strategies as st

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.transcript import derive_key, digest, transcript

field_lists = st.lists(st.binary(max_size=8), max_size=4)


def test_a_transcript_is_the_label_and_each_field_after_its_length():
    expected = b"alongside/1:case id\x00" + b"\x00\x00\x00\x02ab" + b"\x00\x00\x00\x00"
    assert transcript(Label.CASE_ID, b"ab", b"") == expected


def test_a_long_field_has_a_big_endian_length():
    assert transcript(Label.CASE_ID, bytes(258))[20:24] == b"\x00\x00\x01\x02"


@given(st.sampled_from(Label), field_lists, st.sampled_from(Label), field_lists)
def test_different_lists_give_different_transcripts(one, fields, other, others):
    assume((one, fields) != (other, others))
    assert transcript(one, *fields) != transcript(other, *others)


def test_fields_cannot_be_shifted_into_one_another():
    assert transcript(Label.CASE_ID, b"a", b"b") != transcript(Label.CASE_ID, b"ab")


@given(st.sampled_from(Label), field_lists)
def test_a_digest_is_the_first_half_of_sha512(label, fields):
    whole = hashlib.sha512(transcript(label, *fields)).digest()
    assert digest(label, *fields) == whole[:32]


def test_a_key_depends_on_secret_label_and_context():
    keys = [
        derive_key(SecretBytes(secret), label, *context).reveal()
        for secret in (b"one", b"two")
        for label in (Label.WRAP_KEY, Label.CONTACT_KEY)
        for context in ((), (b"",), (b"a", b"b"), (b"ab",))
    ]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 32 for key in keys)


@given(st.binary(max_size=80), st.integers(1, 200))
def test_a_key_is_hkdf_of_the_transcript_with_an_empty_salt(secret, length):
    info = transcript(Label.WRAP_KEY, b"context")
    hkdf = HKDF(algorithm=SHA512(), length=length, salt=b"", info=info)
    key = derive_key(SecretBytes(secret), Label.WRAP_KEY, b"context", length=length)
    assert key.reveal() == hkdf.derive(secret)
