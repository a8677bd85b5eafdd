import argparse

import pytest

from blind_index.errors import InputError
from blind_index.identifiers import Identifier
from escrow.command.identifier_options import (
    add_identifier_options,
    identifiers_of,
    read_any_identifier,
    read_identifier,
)


def test_context_follows_the_value():
    found = read_identifier("phone", "(415) 555-0142, country=US,label=mobile")
    assert found == Identifier(
        kind="phone", value="(415) 555-0142", country="US", label="mobile"
    )


def test_a_value_keeps_its_own_commas():
    assert read_identifier("name", "Lund, Ana").value == "Lund, Ana"


def test_a_name_may_be_given_in_two_parts():
    found = read_identifier("name", ",given=Ana,family=Lund")
    assert (found.value, found.given, found.family) == (None, "Ana", "Lund")


def test_former_is_true_or_not():
    assert read_identifier("employer", "Firm,former=true").former is True
    assert read_identifier("employer", "Firm,former=no").former is False


def test_any_kind_can_be_named():
    assert read_any_identifier("plate=ABC 123,country=GB").kind == "plate"


@pytest.mark.parametrize("text", ["plate", "shoe=42"])
def test_what_is_no_identifier_is_refused(text):
    with pytest.raises(InputError):
        read_any_identifier(text)


def parse(*arguments):
    parser = argparse.ArgumentParser()
    add_identifier_options(parser)
    return identifiers_of(parser.parse_args(arguments))


def test_options_and_file_are_joined(tmp_path):
    known = tmp_path / "known.json"
    known.write_text('[{"kind":"city","value":"Oslo"}]', "utf-8")
    found = parse(
        *("--email", "a@example.org", "--job-title", "Chef"),
        *("--identifier", "email=b@example.org", "--json", str(known)),
    )
    assert [(one.kind, one.value) for one in found] == [
        ("job_title", "Chef"),
        ("email", "a@example.org"),
        ("email", "b@example.org"),
        ("city", "Oslo"),
    ]


def test_a_file_that_is_missing_or_holds_something_else_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        parse("--json", str(tmp_path / "missing.json"))
    other = tmp_path / "other.json"
    other.write_text('[{"kind":"city","colour":"blue"}]', "utf-8")
    with pytest.raises(InputError, match="json"):
        parse("--json", str(other))
