"""HPKE boxes, the committing cipher, signatures, padding: round trips and edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.errors import InputError
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow import aead
from escrow.errors import InvalidCiphertext, InvalidSignature, MalformedMessage
from escrow.messages.codec import Blob, SealingKey, Signed
from escrow.messages.filing import NudgePart
from escrow.padding import (
    ENTRY_CLASSES,
    check_entry_count,
    entry_class,
    pad,
    part_sizes,
    unpad,
)
from escrow.sealing import (
    check_sealing_key,
    new_seed,
    open_sealed,
    seal_to,
    sealing_key,
)
from escrow.signing import check_signature, open_signed, peek, public_key, sign
from tests.world.altered import flipped
from tests.world.stream import stream

SEED = new_seed(randomness=stream("sealing"))
KEY = sealing_key(SEED)
CIPHER_KEY = SecretBytes(stream("cipher")(32))
NUDGE = NudgePart(channel="email", address="ana@example.org")


def test_what_is_sealed_to_a_key_opens_with_its_seed():
    sealed = seal_to(KEY, b"share", Label.TRUSTEE_BOX, b"report", b"1")
    assert open_sealed(SEED, sealed, Label.TRUSTEE_BOX, b"report", b"1") == b"share"


def test_the_same_text_is_never_sealed_alike():
    assert seal_to(KEY, b"", Label.TRUSTEE_BOX) != seal_to(KEY, b"", Label.TRUSTEE_BOX)


@pytest.mark.parametrize(
    ("label", "context"),
    [
        (Label.RELEASE_BOX, (b"report", b"1")),
        (Label.TRUSTEE_BOX, (b"report", b"2")),
        (Label.TRUSTEE_BOX, (b"other", b"1")),
        (Label.TRUSTEE_BOX, (b"report1",)),
    ],
)
def test_a_box_opens_only_for_its_purpose(label, context):
    sealed = seal_to(KEY, b"share", Label.TRUSTEE_BOX, b"report", b"1")
    with pytest.raises(InvalidCiphertext):
        open_sealed(SEED, sealed, label, *context)


def test_a_box_opens_only_for_its_key():
    sealed = seal_to(KEY, b"share", Label.TRUSTEE_BOX)
    with pytest.raises(InvalidCiphertext):
        open_sealed(new_seed(), sealed, Label.TRUSTEE_BOX)


@pytest.mark.parametrize("place", [0, 1087, 1088, 1119, 1120, -1])
def test_an_altered_box_does_not_open(place):
    sealed = seal_to(KEY, b"share", Label.TRUSTEE_BOX)
    with pytest.raises(InvalidCiphertext):
        open_sealed(SEED, flipped(sealed, place), Label.TRUSTEE_BOX)


@pytest.mark.parametrize("length", [0, 31, 1120])
def test_a_box_without_contents_does_not_open(length):
    with pytest.raises(InvalidCiphertext):
        open_sealed(SEED, bytes(length), Label.TRUSTEE_BOX)


@pytest.mark.parametrize("key", [b"", bytes(1216), b"\xff" * 1216])
def test_what_is_no_key_takes_no_box(key):
    with pytest.raises(MalformedMessage):
        check_sealing_key(SealingKey(key))


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_the_cipher_gives_back_what_it_took(plaintext, context):
    sealed = aead.seal(CIPHER_KEY, plaintext, Label.WRAP_KEY, context)
    assert len(sealed) == len(plaintext) + aead.OVERHEAD_BYTES
    assert aead.unseal(CIPHER_KEY, sealed, Label.WRAP_KEY, context) == plaintext


@pytest.mark.parametrize("place", [0, 24, 56, -1])
def test_an_altered_ciphertext_does_not_open(place):
    sealed = aead.seal(CIPHER_KEY, b"text", Label.WRAP_KEY)
    with pytest.raises(InvalidCiphertext):
        aead.unseal(CIPHER_KEY, flipped(sealed, place), Label.WRAP_KEY)


def test_a_ciphertext_opens_under_one_key_label_and_context_only():
    sealed = aead.seal(CIPHER_KEY, b"text", Label.WRAP_KEY, b"report")
    with pytest.raises(InvalidCiphertext, match="another key"):
        aead.unseal(SecretBytes(bytes(32)), sealed, Label.WRAP_KEY, b"report")
    for label, context in ((Label.NUDGE_KEY, b"report"), (Label.WRAP_KEY, b"other")):
        with pytest.raises(InvalidCiphertext, match="altered or moved"):
            aead.unseal(CIPHER_KEY, sealed, label, context)


def test_a_ciphertext_that_is_too_short_is_refused():
    with pytest.raises(InvalidCiphertext):
        aead.unseal(CIPHER_KEY, bytes(aead.OVERHEAD_BYTES - 1), Label.WRAP_KEY)


def test_a_signed_message_opens_under_its_key():
    signed = sign(CIPHER_KEY, Label.VAULT_WRITE, NUDGE)
    key = public_key(CIPHER_KEY)
    assert open_signed(signed, NudgePart, Label.VAULT_WRITE, key) == NUDGE
    assert peek(signed, NudgePart) == NUDGE


def _other_signatures() -> dict[str, tuple[Signed, Label, bytes]]:
    signed, key = sign(CIPHER_KEY, Label.VAULT_WRITE, NUDGE), public_key(CIPHER_KEY)
    altered = Signed(payload=Blob(flipped(signed.payload)), signature=signed.signature)
    forged = Signed(payload=signed.payload, signature=type(signed.signature)(bytes(64)))
    return {
        "another label": (signed, Label.CONSENT, key),
        "another key": (signed, Label.VAULT_WRITE, public_key(SEED)),
        "no key": (signed, Label.VAULT_WRITE, b"short"),
        "altered bytes": (altered, Label.VAULT_WRITE, key),
        "no signature": (forged, Label.VAULT_WRITE, key),
        "small order key": (forged, Label.VAULT_WRITE, bytes(32)),
    }


@pytest.mark.parametrize("what", _other_signatures())
def test_a_signature_is_for_one_key_label_and_text(what):
    signed, label, key = _other_signatures()[what]
    with pytest.raises(InvalidSignature) as caught:
        open_signed(signed, NudgePart, label, key, culprit=2)
    assert caught.value.culprit == 2


def test_the_signature_is_checked_before_the_text_is_read():
    garbage = Signed(payload=Blob(b"{"), signature=type(_any().signature)(bytes(64)))
    with pytest.raises(InvalidSignature):
        open_signed(garbage, NudgePart, Label.CONSENT, public_key(SEED))
    with pytest.raises(MalformedMessage):
        peek(garbage, NudgePart)


def _any() -> Signed:
    return sign(CIPHER_KEY, Label.CONSENT, NUDGE)


def test_a_short_signature_is_a_wrong_one():
    with pytest.raises(InvalidSignature):
        check_signature(public_key(SEED), Label.CONSENT, b"", b"short")


@given(st.binary(max_size=99))
def test_padding_comes_off_again(data):
    assert unpad(pad(data, 100, "field")) == data
    assert len(pad(data, 100, "field")) == 100


def test_what_does_not_fit_is_a_persons_slip():
    with pytest.raises(InputError) as caught:
        pad(bytes(100), 100, "notes")
    assert caught.value.field == "notes"


@pytest.mark.parametrize("data", [b"", b"text", b"text\x00", bytes(10)])
def test_missing_padding_is_refused(data):
    with pytest.raises(MalformedMessage):
        unpad(data)


def test_entries_come_in_four_sizes():
    assert [entry_class(n) for n in (1, 16, 17, 48, 49, 64)] == [16, 16, 32, 48, 64, 64]
    for count in (0, 65):
        with pytest.raises(InputError):
            entry_class(count)
    for count in range(70):
        if count in ENTRY_CLASSES:
            check_entry_count(range(count), "tags")
        else:
            with pytest.raises(MalformedMessage, match="tags"):
                check_entry_count(range(count), "tags")


def test_parts_of_one_class_have_one_size():
    assert part_sizes(16)[1] < part_sizes(64)[1]
    assert part_sizes(16)[0] == part_sizes(64)[0]
