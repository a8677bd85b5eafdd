"""Whose work address an address is: what is refused, and what never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.errors import InputError
from blind_index.identifiers import Identifier
from blind_index.identifiers.email import read_email
from blind_index.identifiers.work_address import check_private_address
from blind_index.tables.load import load_words
from tests.vectors_json.generate import load

FIRM = Identifier(kind="employer", value="Northwind Clinic Ltd")
VECTORS = load("notes")


def refused(address, *named):
    try:
        check_private_address(address, named)
    except InputError as error:
        return error
    return None


@pytest.mark.parametrize(
    "one", VECTORS["work_addresses"], ids=lambda one: one["address"]
)
def test_the_shared_cases(one):
    named = [Identifier(**fields) for fields in VECTORS["named"]]
    if one["address"] == "nonsense":
        with pytest.raises(InputError, match="not an e-mail address"):
            check_private_address(one["address"], named)
        return
    assert bool(refused(one["address"], *named)) == bool(one["refused"])


def test_the_refusal_says_what_to_do_and_repeats_nothing():
    error = refused("ana@northwind.example", FIRM)
    assert error.field == "email"
    assert "of your own" in error.advice
    assert "northwind" not in f"{error} {error.advice}".lower()


@pytest.mark.parametrize("host", load_words("mail", "webmail"))
def test_an_address_at_a_mail_provider_is_nobodys_work_address(host):
    label = host.split(".")[0]
    named = (
        Identifier(kind="employer", value=label),
        Identifier(kind="email", value=f"robin@{host}"),
        Identifier(kind="website", value=f"https://{host}/robin"),
    )
    assert read_email(f"ana@{host}").firm == ""
    assert refused(f"ana@{host}", *named) is None


@pytest.mark.parametrize("host", ["example.com", "example.net", "example.org"])
def test_an_address_at_a_host_for_examples_is_nobodys_one_below_it_is(host):
    assert refused(f"ana@{host}", Identifier(kind="email", value=f"rex@{host}")) is None
    firm = Identifier(kind="email", value=f"rex@firm.{host}")
    assert refused(f"ana@{host}", firm) is None
    assert refused(f"ana@mail.firm.{host}", firm)


@given(st.from_regex(r"[a-z]{3,12}\.[a-z]{3,12}\.[a-z]{2,3}", fullmatch=True))
def test_any_host_below_the_named_one_is_refused(host):
    named = Identifier(kind="email", value=f"robin@{host}")
    if not read_email(f"robin@{host}").firm:
        return
    assert refused(f"ana@{host}", named)
    assert refused(f"ana@mail.{host}", named)
    assert refused(f"ana@{host.upper()}", named)


def test_what_cannot_be_read_refuses_nothing():
    for kind in ("email", "website", "employer"):
        assert refused("ana@elsewhere.example", Identifier(kind=kind)) is None
