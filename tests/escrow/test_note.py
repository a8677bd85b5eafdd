"""One note of one length; wishes that it can meet."""

import pytest

from blind_index.errors import InputError
from escrow.messages.codec import encode
from escrow.messages.filing import NudgePart
from escrow.note import (
    ADDRESS_BYTES,
    LANGUAGES,
    NOTE_BYTES,
    PLANTS,
    SUBJECT_BYTES,
    check_note,
    note_subject,
    note_text,
    plant_name,
)
from escrow.padding import NUDGE_BYTES

EVERY = [(plant, language) for plant in PLANTS for language in LANGUAGES]


@pytest.mark.parametrize(("plant", "language"), EVERY)
def test_every_note_has_one_size(plant, language):
    assert len(note_text(plant, language)) == NOTE_BYTES
    assert len(note_subject(language)) == SUBJECT_BYTES
    assert len(note_text(plant, language).rstrip()) < NOTE_BYTES


@pytest.mark.parametrize(("plant", "language"), EVERY)
def test_a_note_names_its_plant_and_holds_no_link(plant, language):
    text = note_text(plant, language).decode()
    assert plant_name(plant, language) in text
    assert text.count(plant_name(plant, language)) == 1
    for sign in ("://", "www", "@", "Alongside", "{", "<"):
        assert sign not in text


def test_no_two_plants_of_a_language_share_a_name():
    for language in LANGUAGES:
        assert len({plant_name(plant, language) for plant in PLANTS}) == len(PLANTS)


def test_the_longest_address_fits_into_a_nudge_part():
    longest = max(PLANTS, key=len)
    part = NudgePart(
        channel="email", address="a" * ADDRESS_BYTES, plant=longest, language="en"
    )
    assert len(encode(part)) < NUDGE_BYTES


def test_a_wish_is_refused_with_its_field():
    part = NudgePart(channel="email", address="a@example.org", plant="", language="en")
    with pytest.raises(InputError) as refused:
        check_note(part)
    assert refused.value.field == "plant"
