import json

import pytest

from blind_index.errors import InputError
from escrow.command.layout import Sizes
from escrow.command.scenario_steps import FileStep, read_steps

WHO = {"name": "Ana Lund", "email": "ana@example.org"}
FILE = {
    "do": "file",
    "as": "ana",
    "verified": WHO,
    "identifiers": [{"kind": "email", "value": "x@firm.example.org"}],
}


def read(*steps):
    lines = [
        one if isinstance(one, bytes) else json.dumps(one).encode() for one in steps
    ]
    return read_steps(lines, Sizes())


def refusal(*steps):
    with pytest.raises(InputError) as caught:
        read(*steps)
    return str(caught.value)


def test_every_step_of_the_language_is_read():
    steps = read(
        FILE,
        FILE | {"report": "second", "group": 5, "consent": "yes"},
        {"do": "consent", "as": "ana", "answer": "later"},
        {"do": "add", "as": "ana", "identifiers": FILE["identifiers"]},
        {"do": "withdraw", "as": "ana"},
        {"do": "stop-trustee", "role": "index", "index": 2},
        {"do": "start-trustee", "role": "index", "index": 2},
        {"do": "kill-api"},
        {"do": "start-api"},
        {"do": "settle"},
    )
    assert [type(step).__name__ for step in steps] == [
        *("FileStep", "FileStep", "ConsentStep", "AddStep", "WithdrawStep"),
        *("StopTrustee", "StartTrustee", "KillApi", "StartApi", "Settle"),
    ]


def test_what_may_be_left_out_has_a_default():
    (step,) = read(FILE)
    assert isinstance(step, FileStep)
    assert (step.report, step.group, step.consent) == ("first", None, "ask")
    assert step.contact.card().name == ""


def test_empty_lines_are_passed_over_but_counted():
    assert refusal(b"", b"  ", b"{").startswith("line 3: ")


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (b"not json", "line 1: "),
        (b"\xff", "line 1: "),
        ({"do": "dance"}, "line 1: "),
        (FILE | {"colour": "blue"}, "unknown field `colour`"),
        (FILE | {"group": "three"}, "$.group"),
        (FILE | {"consent": "maybe"}, "$.consent"),
        (FILE | {"identifiers": [{"kind": "shoe", "value": "42"}]}, "$.identifiers"),
        ({"do": "stop-trustee", "role": "index", "index": 4}, "no index trustee 4"),
        ({"do": "stop-trustee", "role": "opening", "index": 0}, "no opening trustee"),
        ({"do": "consent", "as": "bea", "answer": "yes"}, "bea has not filed"),
        ({k: v for k, v in FILE.items() if k != "verified"}, "needs `verified`"),
    ],
)
def test_a_step_that_cannot_be_run_is_refused_with_its_line(step, reason):
    said = refusal(step)
    assert said.startswith("line 1: ")
    assert reason in said


def test_a_person_cannot_become_another_one():
    other = FILE | {"report": "second", "verified": WHO | {"email": "b@example.org"}}
    assert "verified as somebody else" in refusal(FILE, other)


def test_a_second_report_needs_no_verification_but_a_name():
    again = {k: v for k, v in FILE.items() if k != "verified"}
    assert len(read(FILE, again | {"report": "second"})) == 2
    assert "line 2: ana filed the report first before" in refusal(FILE, again)


def test_a_step_about_a_report_that_was_never_filed_is_refused():
    step = {"do": "withdraw", "as": "ana", "report": "third"}
    assert "ana has no report third" in refusal(FILE, step)
