import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.errors import InputError
from blind_index.identifiers.email import read_email

local_parts = st.from_regex(r"[a-z0-9]{1,8}(?:[._-][a-z0-9]{1,8})?", fullmatch=True)


@given(local_parts)
def test_every_spelling_of_an_address_gives_one_address(local):
    plain = read_email(f"{local}@brindle.example")
    for typed in (
        f"{local.upper()}@Brindle.Example",
        f"<{local}@brindle.example>,",
        f"mailto:{local}@brindle.example?subject=x",
        f"{local} (at) brindle.example",
        f"{local} at brindle [dot] example",
        f"{local}+news@brindle.example",
        f"e-mail {local}@brindle.example.",
    ):
        assert read_email(typed) == plain


@given(local_parts, local_parts)
def test_different_addresses_stay_different(some, other):
    read = [read_email(f"{local}@brindle.example").address for local in (some, other)]
    assert (read[0] == read[1]) == (some == other)


@given(local_parts)
def test_dots_count_everywhere_but_at_gmail(local):
    bare = local.replace(".", "")
    assert read_email(f"{local}@gmail.com") == read_email(f"{bare}@googlemail.com")
    dotted = read_email(f"{local}@outlook.com") == read_email(f"{bare}@outlook.com")
    assert dotted == (local == bare)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("a@gmial.com", "a@gmail.com"),
        ("a@gmail.con", "a@gmail.com"),
        ("a@outllook.com", "a@outlook.com"),
        ("a@hotmai.co.uk", "a@hotmail.co.uk"),
        ("a@mail.com", "a@mail.com"),
        ("a@email.com", "a@email.com"),
        ("a@me.com", "a@icloud.com"),
        ("a@brindle.con.example", "a@brindle.com.example"),
        ("j\u00f6rg@b\u00fccher.example", "jorg@xn--bcher-kva.example"),
    ],
)
def test_slips_in_domains_are_corrected(typed, address):
    assert read_email(typed).address == address


def test_an_address_tells_whose_domain_it_is():
    assert read_email("ann@mail.brindle.co.uk").firm == "brindle"
    assert read_email("ann@hotmail.co.uk").firm == ""


def test_a_mailbox_of_an_office_is_known():
    assert read_email("Info@brindle.example").role
    assert not read_email("ann@brindle.example").role


@pytest.mark.parametrize(
    "typed", ["", "ann", "ann@", "@brindle.example", "ann@localhost", "+x@b.example"]
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(InputError, match="not an e-mail address"):
        read_email(typed)


def test_an_endless_address_is_refused():
    with pytest.raises(InputError):
        read_email("a" * 300 + "@brindle.example")
