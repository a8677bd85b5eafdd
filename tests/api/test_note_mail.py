"""The mail of a note: of one size, with the same headers, whatever it says."""

from email import message_from_bytes, policy
from itertools import product

import pytest
from msgspec.structs import replace

from api.note_mail import From, check_name, write_mail
from blind_index.errors import InputError
from escrow.messages.filing import NudgePart
from escrow.note import ADDRESS_BYTES, LANGUAGES, PLANTS, note_text

SENDER = From("Notes", "notes@example.org")
ANA = "ana@example.net"
PART = NudgePart(channel="email", address=ANA, plant="fern", language="en")
EVERY = list(product(PLANTS, LANGUAGES))
# From the shortest to the longest address, across every fold of the filling.
ADDRESSES = [
    f"{'a' * min(length, 60)}@{'b.' * max(0, (length - 60) // 2)}example.org"
    for length in range(1, 300, 7)
]
ADDRESSES = [one for one in ADDRESSES if len(one) <= ADDRESS_BYTES]


def written(part, moment=0):
    return write_mail(part, SENDER, moment)


def read(data):
    return message_from_bytes(data, policy=policy.default)


def test_every_language_and_plant_gives_a_mail_of_one_size():
    sizes = {
        len(written(replace(PART, plant=plant, language=language)))
        for plant, language in EVERY
    }
    assert len(sizes) == 1


def test_the_length_of_an_address_does_not_show_in_the_size():
    assert len({len(one) for one in ADDRESSES}) > 20
    sizes = {len(written(replace(PART, address=address))) for address in ADDRESSES}
    assert sizes == {len(written(PART))}


@pytest.mark.parametrize("moment", [0, 86_400 * 9 - 1, 1_000_000_000, 4_102_444_799])
def test_every_date_has_one_length(moment):
    assert len(written(PART, moment)) == len(written(PART))
    assert int(read(written(PART, moment))["date"].datetime.timestamp()) == moment


@pytest.mark.parametrize(("plant", "language"), EVERY)
def test_a_reader_sees_the_words_and_nothing_else(plant, language):
    message = read(written(replace(PART, plant=plant, language=language)))
    text = note_text(plant, language).decode()
    assert message.get_content().strip() == text.strip()
    assert message["from"] == "Notes <notes@example.org>"
    assert message["to"] == ANA
    assert message["subject"].strip() in {"Your note", "Su nota", "رسالتك"}
    assert message.get_content_type() == "text/plain"


def test_only_recipient_date_id_and_subject_differ():
    one = read(written(PART))
    other = read(written(replace(PART, address="b@example.net", language="ar"), 10**9))
    assert one.keys() == other.keys()
    differ = {name for name in set(one.keys()) if one[name] != other[name]}
    assert differ == {"To", "Subject", "Date", "Message-ID"}
    subjects = [
        data.split(b"Subject: ")[1].split(b"\r\n")[0]
        for data in (written(PART), written(replace(PART, language="ar")))
    ]
    assert len({len(subject) for subject in subjects}) == 1


def test_a_mail_travels_as_ascii_in_short_lines():
    data = written(replace(PART, language="ar"))
    assert data.isascii()
    assert b"\r\n.\r\n" not in data
    assert max(map(len, data.split(b"\r\n"))) <= 78
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_no_two_mails_have_one_id():
    assert read(written(PART))["message-id"] != read(written(PART))["message-id"]


@pytest.mark.parametrize("name", ['a"b', "a\r\nBcc: b", "<x>", "é", "a" * 61])
def test_a_name_that_is_more_than_a_name_is_refused(name):
    with pytest.raises(InputError):
        check_name(name)
