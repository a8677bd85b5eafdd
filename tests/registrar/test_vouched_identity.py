"""Where no code is sent, nothing of an address may be corrected."""

import pytest

from blind_index.errors import InputError
from blind_index.secret import SecretBytes
from escrow.errors import InvalidRegistration
from escrow.registrar.identity import (
    Identity,
    check_vouched,
    dedupe_tags,
    normal_identity,
)


def identity(email, phone=""):
    return Identity("Ana Zebrowska", email, phone, "")


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("ana@example.org", "ana@example.org"),
        ("Ana@Example.org", "ana@example.org"),
        ("a.n.a+x@gmail.com", "ana@gmail.com"),
        ("Ana.Z@GMAIL.com", "anaz@gmail.com"),
    ],
)
def test_what_leads_to_the_same_mailbox_is_accepted(given, normal):
    assert check_vouched(identity(given)).email == normal


@pytest.mark.parametrize(
    "given",
    [
        "ana@gmial.com",
        "ana@gmail.con",
        "ana+eve@example.org",
        "ana@googlemail.com",
        "ana(at)gmail.com",
        "eve@example.org, ana@gmail.com",
        "eve ana@gmail.com",
        "mailto:ana@example.org",
        "<ana@example.org>",
    ],
)
def test_what_might_be_another_mailbox_is_refused(given):
    with pytest.raises((InvalidRegistration, InputError)):
        check_vouched(identity(given))


def test_a_number_is_held_in_its_one_spelling():
    found = normal_identity(Identity(" Ana ", "", "601 234 567", "PL"))
    assert (found.name, found.phone) == ("Ana", "+48601234567")
    assert normal_identity(found) == found


def test_the_subject_is_a_mark_of_its_own():
    key = SecretBytes(bytes(32))
    plain = dedupe_tags(key, identity("ana@example.org"))
    named = Identity("Ana", "ana@example.org", "", "", "https://op.example|7")
    found = dedupe_tags(key, named)
    assert found[:-1] == plain
    assert len(set(found)) == 2
