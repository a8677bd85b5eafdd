import io
import json
from argparse import ArgumentParser
from collections import Counter

import pytest

from escrow.command import keys
from tests.match_data.fuzz_keys import differing, node_is_ready

REPORT = {
    "report_id": "r1",
    "country": "GB",
    "offender_id": "never read",
    "identifiers": [
        {"kind": "name", "value": "Ann Lee"},
        {"kind": "phone", "value": "07700 900123"},
    ],
}


def answers(*lines):
    out, refusals = io.BytesIO(), Counter()
    given = [
        one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines
    ]
    keys.write_keys(given, out, refusals)
    return [json.loads(line) for line in out.getvalue().splitlines()], refusals


def test_each_report_gets_one_line_in_order():
    found, refusals = answers(REPORT, b"\n", REPORT | {"report_id": 2})
    assert [line["report_id"] for line in found] == ["r1", 2]
    assert found[0]["keys"] == found[1]["keys"]
    assert found[0]["keys"][0] == "name-phone/1:an|+447700900123"
    assert not refusals


def test_the_truth_is_never_an_input():
    assert answers(REPORT)[0] == answers(REPORT | {"offender_id": "other"})[0]


def test_what_cannot_be_read_is_left_out_and_counted():
    spoiled = REPORT | {
        "identifiers": [
            *REPORT["identifiers"],
            {"kind": "plate", "value": "?"},
            {"kind": "dog", "value": "Rex"},
            {"kind": "name", "value": 7},
        ]
    }
    found, refusals = answers(spoiled)
    assert found == answers(REPORT)[0]
    assert refusals == {
        "an identifier of unknown shape": 2,
        "plate: this is not a whole number plate": 1,
    }


def test_a_report_without_keys_is_answered_with_none():
    weak = {"report_id": "weak", "identifiers": []}
    assert answers(weak)[0] == [{"report_id": "weak", "keys": []}]


@pytest.mark.parametrize("line", [b"{", b"[]", b"\xff", b'{"identifiers": 1}', b"{}"])
def test_a_line_that_is_no_report_is_counted(line):
    found, refusals = answers(line)
    assert found == []
    assert refusals == {"a line that is not a report": 1}


class Streams:
    """Standard streams that a test can fill and read."""

    def __init__(self, given):
        self.stdin, self.stdout = self, self
        self.buffer = io.BytesIO(given)


@pytest.mark.parametrize(("given", "code"), [(b"", 0), (b"secret\n", 1)])
def test_the_program_says_why_but_never_what(monkeypatch, capsys, given, code):
    parser = ArgumentParser()
    keys.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["keys"])
    monkeypatch.setattr("sys.stdin", Streams(given))
    assert arguments.run(arguments) == code
    error = capsys.readouterr().err
    assert ("1 times: a line that is not a report" in error) == bool(code)
    assert "secret" not in error


@pytest.mark.skipif(not node_is_ready(), reason="node and its packages are missing")
def test_the_javascript_command_gives_the_same_answers():
    assert differing("a short fuzz", 400) == []
