"""Letterboxes: who may write one, in which order, and when its letters go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.calendar import month_of
from escrow.client.letterbox import (
    letter_day,
    letterbox_key,
    wish_letters,
    write_letterbox,
)
from escrow.errors import (
    ConflictingReport,
    InvalidCiphertext,
    InvalidSignature,
    MalformedMessage,
)
from escrow.letterbox import PERIOD_DAYS, next_letter_day
from escrow.messages.codec import Blob, Nonce, PublicKey
from escrow.messages.letterbox import LetterboxWrite
from escrow.note import NO_NOTE
from escrow.server.letterboxes import (
    Letterbox,
    admit_write,
    check_write,
    open_letterbox,
    payer,
)
from escrow.signing import peek, sign
from tests.vectors_json.notes import PART
from tests.vectors_json.scene import DAY, dealt
from tests.world.stream import stream

MONTH = month_of(DAY)
DEPLOYMENT = dealt().deployment
SEED = dealt().notice_seed


def made():
    return wish_letters(None, PART, randomness=stream("letterbox"))


def stored(write):
    return Letterbox(write.key, write.counter, write.expiry_month, write.sealed)


def checked(request):
    return check_write(DEPLOYMENT, request, month=MONTH)


def test_what_she_sealed_is_what_the_notice_service_reads():
    _, request = write_letterbox(DEPLOYMENT, made(), MONTH + 60)
    assert open_letterbox(DEPLOYMENT, SEED, stored(checked(request))) == PART


def test_an_emptied_letterbox_is_of_the_same_size():
    _, full = write_letterbox(DEPLOYMENT, made(), MONTH + 60)
    emptied = wish_letters(replace(made(), written=True), NO_NOTE)
    assert not emptied.written
    _, empty = write_letterbox(DEPLOYMENT, emptied, MONTH + 60)
    assert len(full.payload) == len(empty.payload)
    assert open_letterbox(DEPLOYMENT, SEED, stored(checked(empty))) == NO_NOTE


@pytest.mark.parametrize("field", ["key", "counter"])
def test_an_address_moved_to_another_letterbox_does_not_open(field):
    _, request = write_letterbox(DEPLOYMENT, made(), MONTH + 60)
    found = stored(checked(request))
    other = {"key": PublicKey(bytes(32)), "counter": 2}[field]
    moved = Letterbox(**{**vars(found), field: other})
    with pytest.raises(InvalidCiphertext):
        open_letterbox(DEPLOYMENT, SEED, moved)


def changed(**fields):
    _, request = write_letterbox(DEPLOYMENT, made(), MONTH + 60)
    write = replace(peek(request, LetterboxWrite), **fields)
    return sign(SecretBytes(bytes(made().seed)), Label.LETTERBOX_WRITE, write)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"deployment_id": Nonce(bytes(16))}, ConflictingReport),
        ({"counter": 0}, MalformedMessage),
        ({"sealed": Blob(bytes(5))}, MalformedMessage),
        ({"expiry_month": MONTH - 1}, MalformedMessage),
        ({"expiry_month": MONTH + 121}, MalformedMessage),
        ({"key": letterbox_key(replace(made(), seed=Blob(b"x" * 32)))}, None),
    ],
)
def test_a_write_out_of_range_is_refused(fields, error):
    with pytest.raises(error or InvalidSignature):
        checked(changed(**fields))


def test_the_highest_counter_wins_and_a_resend_changes_nothing():
    first, request = write_letterbox(DEPLOYMENT, made(), MONTH + 60)
    write = checked(request)
    assert admit_write(None, write)
    assert not admit_write(stored(write), write)
    second, later = write_letterbox(DEPLOYMENT, first, MONTH + 60)
    assert second.counter == 2
    assert admit_write(stored(write), checked(later))
    with pytest.raises(ConflictingReport):
        admit_write(stored(checked(later)), write)
    _, other = write_letterbox(DEPLOYMENT, made(), MONTH + 60)
    with pytest.raises(ConflictingReport):
        admit_write(stored(write), checked(other))


def test_the_key_is_drawn_and_follows_from_nothing():
    one, other = wish_letters(None, PART), wish_letters(None, PART)
    assert one.seed != other.seed


@given(st.binary(min_size=32, max_size=32), st.integers(0, 100_000))
def test_there_is_one_letter_in_every_period(key, after):
    first = next_letter_day(PublicKey(key), after)
    second = next_letter_day(PublicKey(key), first)
    assert after < first <= after + 2 * PERIOD_DAYS
    assert second // PERIOD_DAYS == first // PERIOD_DAYS + 1


def test_letters_fall_on_all_days_of_a_period():
    keys = [PublicKey(stream("letters", n)(32)) for n in range(2000)]
    days = {next_letter_day(key, 91 * 200 - 1) - 91 * 200 for key in keys}
    assert days == set(range(PERIOD_DAYS))


def test_her_client_knows_the_day():
    assert letter_day(made(), DAY) == next_letter_day(letterbox_key(made()), DAY)


def test_what_paid_for_a_letterbox_is_told_by_its_key():
    key, deployment = letterbox_key(made()), Nonce(DEPLOYMENT.deployment_id)
    assert payer(deployment, key) == payer(deployment, key)
    assert payer(deployment, key) != payer(deployment, PublicKey(bytes(32)))
